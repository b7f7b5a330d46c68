/** A time zone by its IANA name, where this browser knows it: devices learn new ones late, and a name may be anything. */
export function knownZone(name: string | undefined): string | undefined {
  try {
    return name && new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone && name;
  } catch {
    return undefined;
  }
}
