/**
 * Sealed ratings of this browser: score and salt, kept per chain and member before anything is sent. Who loses them
 * can no longer open the rating; who reads them knows it. The same form as the command line keeps.
 */
import type { Address, Hash } from "../../chain/facts";
import type { Side } from "../../chain/rating_codec";
import { isAddress, isHash, isRecord, keptList } from "../../kit/kept";

export interface Seal {
  readonly source: Address;
  readonly deal: Hash;
  readonly side: Side;
  /** 1 (bad) to 5 (very good). */
  readonly score: number;
  readonly salt: Hash;
  readonly commitment: Hash;
}

/** `instance` tells a chain from another of the same id (`first_block_hash`). */
export interface Keeper {
  readonly chainId: number;
  readonly instance: string;
  readonly member: string;
}

const keyOf = ({ chainId, instance, member }: Keeper): string =>
  `allmende.ratings.${chainId}.${instance.slice(2, 18)}.${member}`.toLowerCase();

/** All seals of a member, oldest first. */
export const seals = (keeper: Keeper): Seal[] => keptList(keyOf(keeper), isSeal);

/** Those of one deal, newest first. */
export const sealsOf = (keeper: Keeper, deal: string): Seal[] =>
  seals(keeper)
    .filter((seal) => seal.deal.toLowerCase() === deal.toLowerCase())
    .reverse();

/** Keep a seal; the same one again changes nothing. */
export function keepSeal(keeper: Keeper, seal: Seal): void {
  const known = seals(keeper);
  if (known.some((one) => one.commitment === seal.commitment)) return;
  localStorage.setItem(keyOf(keeper), JSON.stringify([...known, seal]));
}

/** What a member saves of a deal, for another device. */
export const sealFile = (found: readonly Seal[]): Blob =>
  new Blob([JSON.stringify(found, null, 1)], { type: "application/json" });

/** The seals in a saved file; none where it is no such file. */
export function sealsIn(text: string): Seal[] {
  try {
    const found: unknown = JSON.parse(text);
    return (Array.isArray(found) ? found : [found]).filter(isSeal);
  } catch {
    return [];
  }
}

function isSeal(value: unknown): value is Seal {
  if (!isRecord(value)) return false;
  const { source, deal, side, score, salt, commitment } = value;
  const hashes = [deal, salt, commitment].every(isHash);
  const values = (side === 0 || side === 1) && [1, 2, 3, 4, 5].some((one) => one === score);
  return hashes && isAddress(source) && values;
}
