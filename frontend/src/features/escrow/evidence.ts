/**
 * Evidence: only a salted hash of it goes on the chain, so that a document that can be guessed cannot be recognised.
 * The document stays on this device; salt and hash are kept here and can be saved, for the day somebody asks for it.
 */
import type { Hash } from "../../chain/facts";
import { isHash, isRecord, keptList } from "../../kit/kept";

export interface Evidence {
  /** sha2-256 of salt and content. */
  readonly digest: Hash;
  /** 16 random bytes, hexadecimal. */
  readonly salt: string;
  /** Name of the file, where it was one; the member keeps it. */
  readonly file?: string;
  readonly text?: string;
}

/** Hash a text or a file with `salt` (16 bytes; random unless given). */
export async function evidenceOf(
  document: string | File,
  salt: Uint8Array = crypto.getRandomValues(new Uint8Array(16)),
): Promise<Evidence> {
  const content =
    typeof document === "string"
      ? new TextEncoder().encode(document)
      : new Uint8Array(await document.arrayBuffer());
  const whole = new Uint8Array(salt.length + content.length);
  whole.set(salt);
  whole.set(content, salt.length);
  const digest: Hash = `0x${hex(new Uint8Array(await crypto.subtle.digest("SHA-256", whole)))}`;
  return {
    digest,
    salt: hex(salt),
    ...(typeof document === "string" ? { text: document } : { file: document.name }),
  };
}

const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** What a member saves: everything that shows what the hash on the chain was made of. */
export function evidenceFile(evidence: Evidence): Blob {
  const kept = { ...evidence, rule: "digest = sha2-256(salt bytes, content bytes)" };
  return new Blob([JSON.stringify(kept, null, 1)], { type: "application/json" });
}

const KEY = "allmende.evidence";

/** Keep evidence of a deal in this browser, before anything is sent. */
export function keepEvidence(deal: string, evidence: Evidence): void {
  localStorage.setItem(KEY, JSON.stringify([...all(), { deal: deal.toLowerCase(), ...evidence }]));
}

/** The evidence this browser keeps of a deal. */
export const evidenceKept = (deal: string): Evidence[] =>
  all().filter((one) => one.deal === deal.toLowerCase());

type Kept = Evidence & { readonly deal: string };

const all = (): Kept[] => keptList(KEY, isKept);

function isKept(value: unknown): value is Kept {
  if (!isRecord(value)) return false;
  const { deal, digest, salt, file, text } = value;
  const named = [file, text].every((one) => one === undefined || typeof one === "string");
  return isHash(deal) && isHash(digest) && named && typeof salt === "string" && /^[0-9a-f]{32}$/.test(salt);
}
