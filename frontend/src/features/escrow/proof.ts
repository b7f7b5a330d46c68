/**
 * What the server says of a booking, held against the chain before money follows it. Whoever runs the server, or
 * breaks into it, must not be able to name another payee, price or time than those that were announced and asked for.
 */
import type { Chain, Client, Transport } from "viem";
import { readContract } from "viem/actions";
import type { Schemas } from "../../api/client";
import { Problem } from "../../api/problem";
import { requestId, unpackTerms } from "../../chain/bookings_codec";
import type { Address, ChainFacts, Hash } from "../../chain/facts";
import { bookingsAbi } from "../../chain/generated/bookings";
import { isAnnounced } from "../booking/proof";

export type Reader = Client<Transport, Chain>;

const GRANTED = 2n; // `request_state` of Bookings

/**
 * Hold a request and its thing against their ids and against the words that the contract keeps of both.
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
  const [word, state] = await Promise.all([
    readContract(reader, { address, abi: bookingsAbi, functionName: "resource", args: [resource] }),
    readContract(reader, {
      address,
      abi: bookingsAbi,
      functionName: "request_state",
      args: [booked.request as Hash],
    }),
  ]);
  const kept = unpackTerms(word);
  if (!kept) throw new Problem("bookings: unknown resource");
  same(kept.terms.service, thing.service);
  same(booked.start_s + booked.quanta * kept.terms.quantum_s, booked.end_s);
  if (!(await isAnnounced(chain, thing, word))) throw new Problem("page: forged answer");
  if (state !== GRANTED) throw new Problem("page: not granted yet");
}

function same(proved: string | number, said: string | number): void {
  if (String(proved).toLowerCase() !== String(said).toLowerCase()) throw new Problem("page: forged answer");
}
