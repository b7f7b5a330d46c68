/**
 * What a JPEG file carries besides its picture, read from its bytes (ITU-T T.81, annex B).
 *
 * The same judgement as `backend/booking/picture.py`: only what is needed to show the picture may be there.
 */

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const NEEDED: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2, 0xc4, 0xdb, 0xdd, SOS]);
/** Colour profiles as browsers write them take 0.5 to 3.2 kB. */
const MAX_PROFILE = 4_096;

/** What may say who took the picture, when, where and with what. */
export type Foreign = "exif" | "xmp" | "iptc" | "comment" | "profile" | "other" | "trailer";

/** Everything found besides the picture, in order; null: these bytes are no whole JPEG. */
export function foreignParts(bytes: Uint8Array): Foreign[] | null {
  if (bytes[0] !== 0xff || bytes[1] !== SOI) return null;
  const found: Foreign[] = [];
  let profile = 0;
  let picture = false;
  for (let at = 2; ; ) {
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at += 1; // filling
    const marker = bytes[at + 1];
    if (bytes[at] !== 0xff || marker === undefined) return null;
    if (marker === EOI) {
      if (at + 2 < bytes.length) found.push("trailer");
      return picture ? found : null;
    }
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    const next = at + 2 + length;
    if (length < 2 || next > bytes.length) return null;
    const data = bytes.subarray(at + 4, next);
    if (marker === 0xe2 && starts(data, "ICC_PROFILE\0")) profile += data.length;
    else if (!NEEDED.has(marker) && !harmless(marker, data)) found.push(nameOf(marker, data));
    at = next;
    if (marker === SOS) {
      picture = true;
      at = endOfScan(bytes, at);
      if (at < 0) return null;
    }
    if (profile > MAX_PROFILE) {
      found.push("profile");
      profile = 0;
    }
  }
}

/** Two segments say how to show the picture: JFIF without a thumbnail, and Adobe's colour transform. */
function harmless(marker: number, data: Uint8Array): boolean {
  if (marker === 0xe0) return starts(data, "JFIF\0") && data.length === 14;
  return marker === 0xee && starts(data, "Adobe") && data.length === 12;
}

function nameOf(marker: number, data: Uint8Array): Foreign {
  if (marker === 0xe1) return starts(data, "Exif\0") ? "exif" : "xmp";
  if (marker === 0xed) return "iptc";
  return marker === 0xfe ? "comment" : "other";
}

/** Where the coded pixels end: at 0xFF and neither a stuffed zero, a restart nor another filling 0xFF. */
function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = from; at + 1 < bytes.length; at++) {
    const code = bytes[at + 1] ?? 0;
    if (bytes[at] === 0xff && code !== 0 && code !== 0xff && (code < 0xd0 || code > 0xd7)) return at;
  }
  return -1;
}

function starts(data: Uint8Array, text: string): boolean {
  return Array.from(text).every((letter, index) => data[index] === letter.charCodeAt(0));
}
