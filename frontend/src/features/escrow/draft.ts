/**
 * A payment under way in this tab: its salt and its arbitrator. With them a reload between the two steps goes on
 * with the same deal, and a second `open` is refused by the contract instead of paying twice.
 */
import type { Address, Hash } from "../../chain/facts";
import { isAddress, isHash, isRecord, keptValue } from "../../kit/kept";

export interface Draft {
  readonly salt: Hash;
  readonly arbitrator: Address | null;
}

/** `instance` tells a chain from another of the same id; `round` counts the deals that were given back before. */
export interface DraftOf {
  readonly instance: string;
  readonly request: string;
  readonly payer: string;
  readonly round: number;
}

const keyOf = ({ instance, request, payer, round }: DraftOf): string =>
  `allmende.fund.${instance.slice(2, 18)}.${request}.${payer}.${round}`.toLowerCase();

/** The draft as it was left, or null. */
export function draftOf(of: DraftOf): Draft | null {
  const found = keptValue(keyOf(of), sessionStorage);
  if (!isRecord(found)) return null;
  const { salt, arbitrator } = found;
  return isHash(salt) && (arbitrator === null || isAddress(arbitrator)) ? { salt, arbitrator } : null;
}

/** Keep the choice of arbitrator, with the salt there is or a fresh one. */
export function keepDraft(of: DraftOf, arbitrator: Address | null): Draft {
  const draft = { salt: draftOf(of)?.salt ?? randomHash(), arbitrator };
  sessionStorage.setItem(keyOf(of), JSON.stringify(draft));
  return draft;
}

function randomHash(): Hash {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return `0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
