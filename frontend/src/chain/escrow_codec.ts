/**
 * The terms of a deal as `Escrow` wants them: the packed schedule, `Core`, `Rest`, and the hashes that name them.
 * Amounts are in the smallest unit of the token, times UTC seconds.
 */
import {
  type AbiParameterToPrimitiveType,
  decodeAbiParameters,
  encodeAbiParameters,
  keccak256,
  zeroAddress,
  zeroHash,
} from "viem";
import type { Schemas } from "../api/client";
import { Problem } from "../api/problem";
import type { Address, Hash } from "./facts";
import { escrowAbi } from "./generated/escrow";

type Open = Extract<(typeof escrowAbi)[number], { type: "function"; name: "open" }>;
export type Core = AbiParameterToPrimitiveType<Open["inputs"][0]>;
export type Rest = AbiParameterToPrimitiveType<Open["inputs"][1]>;

const open = escrowAbi.find((entry): entry is Open => "name" in entry && entry.name === "open") as Open;
const [CORE, REST] = open.inputs;

/** Nobody signed for somebody else: whoever sends acts. */
export const NO_AUTH = { signer: zeroAddress, deadline: 0n, signature: "0x" } as const;
export const NO_REST: Rest = { milestones: [], cancellations: [], ladder: [] };

/** When each leg closes by itself, and what silence costs; as in `contracts/escrow/terms.vy`. */
export interface Schedule {
  readonly deliver_by_s: number;
  readonly object_s: number;
  readonly return_by_s: number;
  readonly claim_s: number;
  readonly answer_s: number;
  readonly silent_payer_bps: number;
  readonly silent_arbitrator_bps: number;
  /** 24-bit number of the service, for the rating. */
  readonly service: number;
}

// from the lowest bit
const FIELDS = [
  ["deliver_by_s", 40n],
  ["object_s", 32n],
  ["return_by_s", 40n],
  ["claim_s", 32n],
  ["answer_s", 32n],
  ["silent_payer_bps", 16n],
  ["silent_arbitrator_bps", 16n],
  ["service", 24n],
] as const;

/** The packed schedule. Throws RangeError where a value does not fit its place. */
export function scheduleWord(schedule: Schedule): bigint {
  let word = 0n;
  let shift = 0n;
  for (const [name, bits] of FIELDS) {
    const value = BigInt(schedule[name]);
    if (value < 0n || value >> bits) throw new RangeError(`${name} does not fit ${bits} bits`);
    word |= value << shift;
    shift += bits;
  }
  return word;
}

/** A packed schedule taken apart. */
export function scheduleOf(word: bigint): Schedule {
  let left = word;
  const found: Partial<Record<keyof Schedule, number>> = {};
  for (const [name, bits] of FIELDS) {
    found[name] = Number(left & ((1n << bits) - 1n));
    left >>= bits;
  }
  return found as Schedule;
}

/** keccak256 of the ABI encoding, or zero where every list is empty. */
export function restDigest(rest: Rest): Hash {
  const empty = !rest.milestones.length && !rest.cancellations.length && !rest.ladder.length;
  return empty ? zeroHash : keccak256(encodeAbiParameters([REST], [rest]));
}

/** The ABI encoding of the terms, which the ledger passes on to the escrow. */
export const coreTerms = (core: Core): Hash => encodeAbiParameters([CORE], [core]);

/** keccak256(abi_encode(chain id, contract, core)). */
export const escrowId = (chainId: number, contract: Address, core: Core): Hash =>
  keccak256(
    encodeAbiParameters([{ type: "uint256" }, { type: "address" }, CORE], [BigInt(chainId), contract, core]),
  );

/** The contract and chain that ids are made for. */
export interface Place {
  readonly chain_id: number;
  readonly escrow: string;
}

export type DealTerms = Pick<
  Schemas["DealDetailOut"],
  | "escrow"
  | "payer"
  | "payee"
  | "arbitrator"
  | "token"
  | "price"
  | "deposit"
  | "service"
  | "deliver_by_s"
  | "return_by_s"
  | "terms"
>;

/**
 * The terms of a deal as the server told them, held against the deal's id: whoever runs the server can neither name
 * others than those that were agreed, nor show other times and shares. Throws `Problem` "page: forged answer".
 */
export function provenTerms(deal: DealTerms, place: Place): { core: Core; rest: Rest } {
  const { terms } = deal;
  const core: Core = {
    payer: deal.payer as Address,
    payee: deal.payee as Address,
    token: deal.token as Address,
    price: BigInt(deal.price),
    deposit: BigInt(deal.deposit),
    schedule: BigInt(terms.schedule),
    booking: terms.booking as Hash,
    rest: terms.rest as Hash,
    salt: terms.salt as Hash,
  };
  const id = escrowId(place.chain_id, place.escrow as Address, core);
  const rest = restOf(terms.rest_abi as Hash);
  const proved =
    id === deal.escrow.toLowerCase() &&
    restDigest(rest) === core.rest.toLowerCase() &&
    isShown(scheduleOf(core.schedule), deal) &&
    isArbitrator(rest, deal);
  if (!proved) throw new Problem("page: forged answer");
  return { core, rest };
}

/** The times and shares that are shown are those of the packed schedule. */
function isShown(schedule: Schedule, deal: DealTerms): boolean {
  const { deliver_by_s, return_by_s, service, terms } = deal;
  const shown: Schedule = { ...terms, deliver_by_s, return_by_s, service };
  return FIELDS.every(([name]) => schedule[name] === shown[name]);
}

/** The arbitrator that is shown, with window and fee cap, is the one agreed on. */
function isArbitrator({ ladder }: Rest, { arbitrator, terms }: DealTerms): boolean {
  const [rung] = ladder;
  if (!rung) return arbitrator === null;
  return (
    rung.arbitrator.toLowerCase() === arbitrator?.toLowerCase() &&
    rung.window_s === BigInt(terms.window_s ?? -1) &&
    rung.fee_cap === BigInt(terms.fee_cap ?? -1)
  );
}

/** `Rest` from its ABI encoding. Throws `Problem` "page: forged answer" where it is none. */
function restOf(encoded: Hash): Rest {
  if (encoded === "0x") return NO_REST;
  try {
    return decodeAbiParameters([REST], encoded)[0];
  } catch (cause) {
    throw new Problem("page: forged answer", {}, { cause });
  }
}
