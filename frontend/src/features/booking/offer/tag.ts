/** What people type as the tags and names that search compares: the forms of `backend/booking/schemas.py`. */

const SPELLED: Readonly<Record<string, string>> = {
  ä: "ae",
  ö: "oe",
  ü: "ue",
  ß: "ss",
  æ: "ae",
  ø: "oe",
  ł: "l",
};

function plain(text: string): string {
  const spelled = text
    .trim()
    .toLowerCase()
    .replace(/[äöüßæøł]/g, (letter) => SPELLED[letter] ?? letter);
  return spelled.normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
}

/** "Cargo bike" as `cargo-bike`; empty where no letter or digit is left. */
export const tagOf = (text: string): string =>
  plain(text)
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");

/** "Power (watts)" as `power_watts`; empty where no letter or digit is left. */
export const nameOf = (text: string): string =>
  plain(text)
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");

export type Criterion = boolean | number | string | string[];

/** A typed value as search compares it: "true", "800", "red", or "6mm|8mm" as a list. */
export function criterionOf(text: string): Criterion {
  const value = text.trim();
  if (value === "true" || value === "false") return value === "true";
  if (/^-?\d{1,15}$/.test(value)) return Number(value);
  if (!value.includes("|")) return value;
  return value.split("|").map((part) => part.trim());
}
