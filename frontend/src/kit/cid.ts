/** The address of a block by the hash of its bytes: CIDv1, codec raw, sha2-256, base32 (as `backend/adapters/content_store.py`). */

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const PREFIX = [0x01, 0x55, 0x12, 0x20]; // version, codec raw, sha2-256, 32 bytes

/** sha2-256 of some bytes. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/** The CID of the block with this sha2-256 digest (32 bytes). */
export function cidOfDigest(digest: Uint8Array): string {
  let text = "b";
  let bits = 0;
  let held = 0;
  for (const byte of [...PREFIX, ...digest]) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(held >> (bits - 5)) & 31];
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? text + ALPHABET[(held << (5 - bits)) & 31] : text;
}
