/** What a blind rating commits to, as `ReputationLedger` hashes it. */
import { encodeAbiParameters, keccak256, zeroHash } from "viem";
import type { Address, Hash } from "./facts";

/** 0: the payer rates the payee; 1: the other way round. */
export type Side = 0 | 1;

export interface RatingSecret {
  /** The contract whose finished deal gives the right to rate. */
  readonly source: Address;
  readonly deal: Hash;
  readonly side: Side;
  /** 1 (bad) to 5 (very good). */
  readonly score: number;
  /** 32 random bytes: without them nobody can guess the score from the commitment. */
  readonly salt: Hash;
}

const TYPES = ["uint256", "address", "address", "bytes32", "uint256", "uint256", "bytes32", "bytes32"].map(
  (type) => ({ type }),
);

/** keccak256(abi_encode(chain id, ledger, source, deal, side, score, evidence, salt)); no evidence. */
export function commitmentOf(chainId: number, ledger: Address, secret: RatingSecret): Hash {
  const { source, deal, side, score, salt } = secret;
  return keccak256(
    encodeAbiParameters(TYPES, [
      BigInt(chainId),
      ledger,
      source,
      deal,
      BigInt(side),
      BigInt(score),
      zeroHash,
      salt,
    ]),
  );
}
