/**
 * One byte string per JSON value, so that a document has one hash: sorted keys, no spaces, UTF-8, no fractions.
 *
 * The same bytes as `backend/kit/canonical_json.py`: a subset of RFC 8785 whose numbers are whole, with keys sorted by
 * code point.
 */

export type Canonical =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Canonical[]
  | { readonly [key: string]: Canonical | undefined };

/**
 * The canonical text of `value`. A key whose value is `undefined` is left out.
 *
 * @throws TypeError for a fraction, a number beyond 2^53 (use a bigint) and any type that JSON has not; RangeError for
 * text that is not valid Unicode.
 */
export function canonicalText(value: Canonical): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number") return wholeNumber(value);
  if (typeof value === "string") return quoted(value);
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  if (typeof value === "object" && isPlain(value))
    return members(value as { [key: string]: Canonical | undefined });
  throw new TypeError(`canonical JSON has no ${typeof value}`);
}

/** The canonical bytes of `value` (UTF-8). Throws as `canonicalText`. */
export function canonicalJson(value: Canonical): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(canonicalText(value));
}

/** sha2-256 of the canonical bytes as 0x and 64 lower-case digits: the digest that a chain keeps of a document. */
export async function canonicalDigest(value: Canonical): Promise<`0x${string}`> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", canonicalJson(value)));
  return `0x${Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

function wholeNumber(value: number): string {
  if (!Number.isSafeInteger(value)) throw new TypeError("canonical JSON has whole numbers only, up to 2^53");
  return String(value === 0 ? 0 : value); // -0 is 0
}

function quoted(text: string): string {
  if (!text.isWellFormed()) throw new RangeError("text that is not valid Unicode");
  return JSON.stringify(text);
}

function members(value: { readonly [key: string]: Canonical | undefined }): string {
  const rows: string[] = [];
  for (const key of Object.keys(value).sort(byCodePoint)) {
    const item = value[key];
    if (item !== undefined) rows.push(`${quoted(key)}:${canonicalText(item)}`);
  }
  return `{${rows.join(",")}}`;
}

/** The default order of JavaScript is by 16-bit unit, which puts U+10000 and above before U+E000. */
function byCodePoint(left: string, right: string): number {
  const [a, b] = [Array.from(left), Array.from(right)];
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const difference = (a[at]?.codePointAt(0) ?? 0) - (b[at]?.codePointAt(0) ?? 0);
    if (difference) return difference;
  }
  return a.length - b.length;
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
