/**
 * Asking for a time, and answering. Everything is read afresh and held against the chain before the wallet is asked.
 */
import { zeroAddress, zeroHash } from "viem";
import { readContract } from "viem/actions";
import { api, unwrap } from "../../api/client";
import { Problem } from "../../api/problem";
import {
  type Asked,
  type Conditions,
  freshSalt,
  KEPT_RULES,
  requestCall,
  requestId,
  requestValues,
  requestWithCall,
  unpackTerms,
} from "../../chain/bookings_codec";
import type { Address, ChainFacts, Facts, Hash } from "../../chain/facts";
import { bookingsAbi } from "../../chain/generated/bookings";
import { submit } from "../../chain/submit";
import { type Row, rows } from "../../chain/transactions";
import { clientOf } from "../../chain/wallet";
import { walletProblem } from "../../chain/wallet_problem";
import { canonicalText } from "../../kit/canonical_json";
import { keepAsk, keptAsk, pageOf } from "./ask";
import { notAsked } from "./availability";
import { isAnnounced } from "./proof";
import type { BookingRequest, Resource } from "./queries";

/** Half-open `[start_s, end_s)` in UTC seconds, on the grid of the thing. */
export interface Span {
  readonly start_s: number;
  readonly end_s: number;
}

const [UNKNOWN, PENDING, GRANTED] = [0n, 1n, 2n];

const same = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();

/**
 * Ask for `span` of the thing that was `shown`, as `me`. `begin` is told the request's id before the wallet is asked.
 *
 * Throws `Problem`: "page: own thing", "page: stale quote" (what was shown does not hold), "bookings: not free",
 * "bookings: already requested", "page: already sending", the codes of `notAsked`, and those of `submit`.
 */
export async function request(
  facts: Facts,
  me: Address,
  shown: Resource,
  span: Span,
  begin: (request: Hash) => void = () => {},
): Promise<Row> {
  if (same(shown.owner, me)) throw new Problem("page: own thing");
  const { resource } = shown;
  const closed = notAsked(shown);
  if (closed) throw new Problem(closed);
  requireSame(shown, await unwrap(api.GET("/api/resources/{resource}", { params: { path: { resource } } })));
  const ask = await asker(facts.chain, me);
  const word = await ask("resource", [resource as Hash]);
  requireTerms(shown, word);
  if (!(await isAnnounced(facts.chain, shown, word))) throw new Problem("page: stale quote");
  const quanta = (span.end_s - span.start_s) / shown.quantum_s;
  if (!Number.isInteger(quanta)) throw new Problem("bookings: off the grid");
  const of = { instance: facts.chain.first_block_hash, resource, member: me, ...span };
  const wanted = { resource: resource as Hash, requester: me, start_s: span.start_s, quanta };

  let asked: Asked = { ...wanted, salt: keptAsk(of)?.salt ?? freshSalt() };
  let id = requestId(facts.chain, asked);
  const state = await ask("request_state", [id]);
  if (state === PENDING || state === GRANTED) throw new Problem("bookings: already requested");
  if (state !== UNKNOWN) {
    asked = { ...wanted, salt: freshSalt() }; // the earlier question is closed: this is a new one
    id = requestId(facts.chain, asked);
  }
  if (underWay(id)) throw new Problem("page: already sending");
  // a pending request occupies nothing, so the contract would let a second one wait in vain
  if (!(await ask("is_free", [asked.resource, BigInt(asked.start_s), BigInt(asked.quanta)])))
    throw new Problem("bookings: not free");
  // the event will carry the contract's own id: it must be the one whose page comes next
  if ((await ask("request_id", [requestValues(asked)])) !== id) throw new Problem("page: stale quote");
  keepAsk(of, { salt: asked.salt, request: id });
  begin(id);
  const data = shown.conditions
    ? requestWithCall(asked, presented(shown.conditions))
    : requestCall("request", asked);
  return submit({ what: "request", as: me, to: facts.chain.bookings as Address, data, about: pageOf(id) });
}

/** Say yes to a pending request, as the owner. Throws `Problem`. */
export const confirm = (facts: Facts, me: Address, shown: BookingRequest): Promise<Row> =>
  decide("confirm", facts, me, shown);

/** Say no to a pending request, as the owner. Throws `Problem`. */
export const deny = (facts: Facts, me: Address, shown: BookingRequest): Promise<Row> =>
  decide("deny", facts, me, shown);

/** Withdraw a request or give a grant back, as the requester. Throws `Problem`. */
export const cancel = (facts: Facts, me: Address, shown: BookingRequest): Promise<Row> =>
  decide("cancel", facts, me, shown);

async function decide(
  act: "confirm" | "deny" | "cancel",
  facts: Facts,
  me: Address,
  shown: BookingRequest,
): Promise<Row> {
  const asked: Asked = {
    resource: shown.resource as Hash,
    requester: shown.requester as Address,
    start_s: shown.start_s,
    quanta: shown.quanta,
    salt: shown.salt as Hash,
    units: BigInt(shown.units),
    gathering: shown.gathering as Hash,
    bundle: shown.bundle as Hash,
  };
  // the id is the hash of what was shown, so the chain cannot mean another request than the member
  if (!same(requestId(facts.chain, asked), shown.request)) throw new Problem("page: stale quote");
  return send(act, facts.chain, me, asked, shown.request as Hash);
}

/** Conditions as they were announced; the contract compares them with their hash. */
function presented(said: NonNullable<Resource["conditions"]>): Conditions {
  return {
    policy: (said.policy ?? zeroAddress) as Address,
    param: (said.param ?? zeroHash) as Hash,
    quota: BigInt(said.quota),
    opening: (said.open_hours ?? []).reduce((mask, hour) => mask | (1n << BigInt(hour)), 0n),
    requires: (said.requires ?? zeroHash) as Hash,
  };
}

function send(
  what: "confirm" | "deny" | "cancel",
  chain: ChainFacts,
  me: Address,
  asked: Asked,
  id: Hash,
): Promise<Row> {
  const data = requestCall(what, asked);
  return submit({ what, as: me, to: chain.bookings as Address, data, about: pageOf(id) });
}

/** Digest and description still are what was shown. */
function requireSame(shown: Resource, now: Resource): void {
  const unchanged = same(shown.digest, now.digest) && textOf(shown) !== null && textOf(shown) === textOf(now);
  if (!unchanged) throw new Problem("page: stale quote");
}

/** The canonical text of a description; null for one that has none, which no digest can be of. */
function textOf({ description }: Resource): string | null {
  try {
    return canonicalText(description);
  } catch {
    return null;
  }
}

/** Owner, grid and rule are those that the chain keeps. */
function requireTerms(shown: Resource, word: bigint): void {
  const kept = unpackTerms(word);
  if (!kept) throw new Problem("bookings: unknown resource");
  const { terms } = kept;
  const unchanged =
    same(kept.owner, shown.owner) &&
    terms.quantum_s === shown.quantum_s &&
    terms.phase_s === shown.phase_s &&
    terms.rule === KEPT_RULES[shown.rule] &&
    terms.service === shown.service &&
    terms.ttl_h * 3_600 === shown.ttl_s;
  if (!unchanged) throw new Problem("page: stale quote");
}

const underWay = (id: Hash): boolean =>
  rows
    .get()
    .some(
      (row) => row.about === pageOf(id) && row.what === "request" && ["sent", "in block"].includes(row.state),
    );

interface Ask {
  (name: "resource", args: [Hash]): Promise<bigint>;
  (name: "request_state", args: [Hash]): Promise<bigint>;
  (name: "request_id", args: [ReturnType<typeof requestValues>]): Promise<Hash>;
  (name: "is_free", args: [Hash, bigint, bigint]): Promise<boolean>;
}

/** Asks the bookings contract on the newest block, through the wallet of `me`. */
async function asker(chain: ChainFacts, me: Address): Promise<Ask> {
  const client = await clientOf(me);
  const address = chain.bookings as Address;
  return (async (functionName: "resource", args: [Hash]) => {
    try {
      return await readContract(client, { abi: bookingsAbi, address, functionName, args });
    } catch (error) {
      throw walletProblem(error);
    }
  }) as Ask;
}
