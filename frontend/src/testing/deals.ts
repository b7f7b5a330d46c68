/** Deals of the vectors, as the server tells them. */
import type { DealTerms } from "../chain/escrow_codec";
import vectors from "../chain/generated/vectors.json";

export type GivenDeal = (typeof vectors.escrow.deals)[number];

/** A deal over price and deposit with an arbitrator, and one over a price alone without. */
export const [withArbitrator, without] = vectors.escrow.deals as unknown as readonly [GivenDeal, GivenDeal];

/** The part of the server's answer that is held against the deal's id. */
export function told(given: GivenDeal): DealTerms {
  const { escrow, payer, payee, token, price, deposit, word, booking, rest, rest_abi, salt } = given;
  const { deliver_by_s, return_by_s, service, ...schedule } = given.schedule;
  const [rung] = given.ladder;
  const arbitrator = rung?.arbitrator ?? null;
  const agreed = { window_s: rung ? Number(rung.window_s) : null, fee_cap: rung?.fee_cap ?? null };
  const terms = { ...schedule, ...agreed, schedule: word, booking, rest, rest_abi, salt };
  return {
    escrow,
    payer,
    payee,
    arbitrator,
    token,
    price,
    deposit,
    service,
    deliver_by_s,
    return_by_s,
    terms,
  };
}
