/**
 * Bookings as bytes: ids, packed terms and calls, the mirror of `scripts/_chain_client/bookings.py`.
 *
 * Held against `generated/vectors.json`, which the Python client writes. Loaded with `actions.ts` only.
 */
import {
  encodeAbiParameters,
  encodeFunctionData,
  keccak256,
  stringToBytes,
  zeroAddress,
  zeroHash,
} from "viem";
import type { Address, ChainFacts, Hash } from "./facts";
import { bookingsAbi } from "./generated/bookings";

export const QUANTA_S = [300, 900, 1_800, 3_600, 86_400] as const;
export const RULES = { manual: 0, "first-come": 1 } as const;
/** The rules as they are kept; an offer of this page has one of `RULES`. */
export const KEPT_RULES = { ...RULES, policy: 2 } as const;
const PHASE_S = 900;

/** What an owner says of a thing on chain. Lengths in the unit of their name. */
export interface ResourceTerms {
  /** 24-bit number of the service. */
  readonly service: number;
  readonly quantum_s: number;
  readonly rule: number;
  /** Where the first quantum of a UTC day begins: a multiple of 900 below a day. */
  readonly phase_s: number;
  readonly horizon_days: number;
  readonly ttl_h: number;
  readonly notice_h: number;
  readonly max_quanta: number;
}

export interface Announcement {
  readonly terms: bigint;
  /** sha2-256 of the description's canonical JSON. */
  readonly digest: Hash;
  readonly salt: Hash;
}

/**
 * What a member asks for: `quanta` quanta of a thing from `start_s` (UTC seconds) on. One unit, for no gathering and in
 * no bundle, where nothing else is said.
 */
export interface Asked {
  readonly resource: Hash;
  readonly requester: Address;
  readonly start_s: number;
  readonly quanta: number;
  readonly salt: Hash;
  readonly units?: bigint;
  readonly gathering?: Hash;
  readonly bundle?: Hash;
}

/** Chain and contract that ids are made for. */
export type Where = Pick<ChainFacts, "chain_id" | "bookings">;

/** The empty authorisation: the caller acts. */
const NO_AUTH = { signer: zeroAddress, deadline: 0n, signature: "0x" } as const;

const ANNOUNCEMENT = [
  { name: "terms", type: "uint256" },
  { name: "digest", type: "bytes32" },
  { name: "salt", type: "bytes32" },
] as const;

const REQUEST = [
  { name: "resource", type: "bytes32" },
  { name: "requester", type: "address" },
  { name: "start", type: "uint256" },
  { name: "quanta", type: "uint256" },
  { name: "units", type: "uint256" },
  { name: "gathering", type: "bytes32" },
  { name: "bundle", type: "bytes32" },
  { name: "salt", type: "bytes32" },
] as const;

/** The 24-bit number of a service: the first three bytes of keccak256 of its tag. */
export function serviceId(tag: string): number {
  return Number(keccak256(stringToBytes(tag)).slice(0, 8));
}

/** Terms as one word, owner and state zero. Throws `RangeError` where a field does not fit its place. */
export function packTerms(terms: ResourceTerms): bigint {
  const quantum = (QUANTA_S as readonly number[]).indexOf(terms.quantum_s);
  if (quantum < 0) throw new RangeError(`no quantum of ${terms.quantum_s} s`);
  if (terms.phase_s % PHASE_S || terms.phase_s < 0 || terms.phase_s >= 86_400)
    throw new RangeError(`no phase of ${terms.phase_s} s`);
  const fields: readonly (readonly [value: number, shift: bigint, bits: number])[] = [
    [terms.rule, 163n, 3],
    [1, 168n, 8], // capacity
    [terms.phase_s / PHASE_S, 176n, 7],
    [terms.horizon_days, 183n, 10],
    [terms.ttl_h, 193n, 10],
    [terms.notice_h, 203n, 10],
    [terms.max_quanta, 213n, 12],
    [terms.service, 232n, 24],
  ];
  let word = BigInt(quantum) << 160n;
  for (const [value, shift, bits] of fields) {
    if (!Number.isInteger(value) || value < 0 || value >= 2 ** bits)
      throw new RangeError(`${value} does not fit into ${bits} bits`);
    word |= BigInt(value) << shift;
  }
  return word;
}

const OWNER_AND_STATE = (1n << 160n) - 1n + (3n << 166n);

/** The terms as they were announced, in the word that the chain keeps of a thing. */
export const termsIn = (word: bigint): bigint => BigInt.asUintN(256, word) & ~OWNER_AND_STATE;

/** What the chain keeps of an announced thing: its owner (lower case) and terms; null for a word of zero. */
export function unpackTerms(word: bigint): { readonly owner: Address; readonly terms: ResourceTerms } | null {
  const at = (shift: bigint, bits: number): number => Number(BigInt.asUintN(bits, word >> shift));
  const quantum_s = QUANTA_S[at(160n, 3)];
  if (word === 0n || quantum_s === undefined) return null;
  const owner: Address = `0x${BigInt.asUintN(160, word).toString(16).padStart(40, "0")}`;
  const terms = {
    service: at(232n, 24),
    quantum_s,
    rule: at(163n, 3),
    phase_s: at(176n, 7) * PHASE_S,
    horizon_days: at(183n, 10),
    ttl_h: at(193n, 10),
    notice_h: at(203n, 10),
    max_quanta: at(213n, 12),
  };
  return { owner, terms };
}

/** keccak256(abi_encode(chain id, contract, owner, announcement)). */
export function resourceId(where: Where, owner: Address, announcement: Announcement): Hash {
  return keccak256(
    encodeAbiParameters(
      [
        { type: "uint256" },
        { type: "address" },
        { type: "address" },
        { type: "tuple", components: ANNOUNCEMENT },
      ],
      [BigInt(where.chain_id), where.bookings as Address, owner, announcement],
    ),
  );
}

/** keccak256(abi_encode(chain id, contract, request)). */
export function requestId(where: Where, asked: Asked): Hash {
  return keccak256(
    encodeAbiParameters(
      [{ type: "uint256" }, { type: "address" }, { type: "tuple", components: REQUEST }],
      [BigInt(where.chain_id), where.bookings as Address, requestValues(asked)],
    ),
  );
}

/** The values of a request as the ABI wants them. */
export function requestValues(asked: Asked) {
  return {
    resource: asked.resource,
    requester: asked.requester,
    start: BigInt(asked.start_s),
    quanta: BigInt(asked.quanta),
    units: asked.units ?? 1n,
    gathering: asked.gathering ?? zeroHash,
    bundle: asked.bundle ?? zeroHash,
    salt: asked.salt,
  } as const;
}

/** The call that announces a thing as the caller. */
export function announceCall(announcement: Announcement): Hash {
  return encodeFunctionData({ abi: bookingsAbi, functionName: "announce", args: [announcement, NO_AUTH] });
}

/** The call of one act on a request, as the caller. */
export function requestCall(act: "request" | "confirm" | "deny" | "cancel", asked: Asked): Hash {
  const values = requestValues(asked);
  if (act === "deny")
    return encodeFunctionData({ abi: bookingsAbi, functionName: act, args: [values, zeroHash, NO_AUTH] });
  return encodeFunctionData({ abi: bookingsAbi, functionName: act, args: [values, NO_AUTH] });
}

/** What a gated thing asks for beside its terms, as it was announced. */
export interface Conditions {
  readonly policy: Address;
  readonly param: Hash;
  readonly quota: bigint;
  readonly opening: bigint;
  readonly requires: Hash;
}

/** The call that asks for a time of a thing with conditions; nothing is presented to its policy. */
export function requestWithCall(asked: Asked, conditions: Conditions): Hash {
  const args = [requestValues(asked), conditions, "0x", NO_AUTH] as const;
  return encodeFunctionData({ abi: bookingsAbi, functionName: "request_with", args });
}

/** 32 bytes of chance, so that two equal requests have two ids. */
export function freshSalt(): Hash {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return `0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
