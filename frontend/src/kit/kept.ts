/**
 * What this browser keeps for the page, read with doubt: older versions of the page, other tabs and the member may have
 * written it, and a browser may refuse to keep anything.
 */

/** The JSON value under a key, or null: none, or none that can be read. */
export function keptValue(key: string, storage: Pick<Storage, "getItem"> = localStorage): unknown {
  try {
    return JSON.parse(storage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/** The items of a kept list that are what they should be. */
export function keptList<T>(key: string, is: (value: unknown) => value is T): T[] {
  const found = keptValue(key);
  return Array.isArray(found) ? found.filter(is) : [];
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** 32 bytes in hexadecimal. */
export const isHash = (value: unknown): value is `0x${string}` =>
  typeof value === "string" && /^0x[0-9a-f]{64}$/i.test(value);

/** 20 bytes in hexadecimal. */
export const isAddress = (value: unknown): value is `0x${string}` =>
  typeof value === "string" && /^0x[0-9a-f]{40}$/i.test(value);
