/**
 * What the server says of a booking, held against the chain before money follows it. Whoever runs the server, or
 * breaks into it, must not be able to name another payee, price or time than those that were announced and asked for.
 */
import type { Chain, Client, Transport } from "viem";
import { getContractEvents, readContract } from "viem/actions";
import type { Schemas } from "../../api/client";
import { Problem } from "../../api/problem";
import { QUANTA_S, requestId, resourceId } from "../../chain/bookings_codec";
import type { Address, ChainFacts, Hash } from "../../chain/facts";
import { bookingsAbi } from "../../chain/generated/bookings";
import { type Canonical, canonicalDigest } from "../../kit/canonical_json";

export type Reader = Client<Transport, Chain>;

const GRANTED = 2n; // `request_state` of Bookings

/**
 * Hold a request and its thing against their ids, the announcement on the chain and the owner in storage.
 *
 * Throws `Problem` "page: forged answer", "page: not granted yet" or "bookings: unknown resource".
 */
export async function proveBooking(
  reader: Reader,
  chain: ChainFacts,
  booked: Schemas["RequestOut"],
  thing: Schemas["ResourceOut"],
): Promise<void> {
  const resource = booked.resource as Hash;
  const asked = {
    resource,
    requester: booked.requester as Address,
    start_s: booked.start_s,
    quanta: booked.quanta,
    salt: booked.salt as Hash,
  };
  same(requestId(chain, asked), booked.request);
  same(resource, thing.resource);
  const address = chain.bookings as Address;
  const [word, state, announced] = await Promise.all([
    readContract(reader, { address, abi: bookingsAbi, functionName: "resource", args: [resource] }),
    readContract(reader, {
      address,
      abi: bookingsAbi,
      functionName: "request_state",
      args: [booked.request as Hash],
    }),
    announcement(reader, chain, resource),
  ]);
  same(resourceId(chain, announced.owner, announced), resource);
  same(announced.owner, thing.owner);
  same(addressIn(word), thing.owner);
  const quantum_s = QUANTA_S[Number((announced.terms >> 160n) & 7n)] ?? 0;
  same(booked.start_s + booked.quanta * quantum_s, booked.end_s);
  same(Number(announced.terms >> 232n), thing.service);
  same(announced.digest, thing.digest);
  if (thing.description) same(await canonicalDigest(thing.description as Canonical), announced.digest);
  if (state !== GRANTED) throw new Problem("page: not granted yet");
}

/** The announcement as it was logged; its hash is the thing's id, so a node cannot invent it either. */
async function announcement(reader: Reader, chain: ChainFacts, resource: Hash) {
  const [found] = await getContractEvents(reader, {
    address: chain.bookings as Address,
    abi: bookingsAbi,
    eventName: "ResourceAnnounced",
    args: { resource },
    fromBlock: BigInt(chain.start_block),
    toBlock: "latest",
    strict: true,
  });
  if (!found) throw new Problem("bookings: unknown resource");
  return found.args;
}

function same(proved: string | number, said: string | number): void {
  if (String(proved).toLowerCase() !== String(said).toLowerCase()) throw new Problem("page: forged answer");
}

/** The owner stands in the lowest 160 bits of a resource's word. */
const addressIn = (word: bigint): string =>
  `0x${(word & ((1n << 160n) - 1n)).toString(16).padStart(40, "0")}`;
