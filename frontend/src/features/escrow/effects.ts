/** What an act does with the money, in amounts: one sentence before anything is sent. Pure. */
import type { EscrowAct } from "./acts";
import type { Deal } from "./queries";

/** Amounts of an act, in the smallest unit of the deal's token; `deal.effect.<key>` is the sentence. */
export interface Effect {
  readonly key: EffectKey;
  readonly amounts: Readonly<Record<string, bigint>>;
}

export type EffectKey =
  | "release"
  | "finish"
  | "finish_claim"
  | "refund"
  | "accept_claim"
  | "dispute_price"
  | "dispute_claim"
  | "dispute_both"
  | "claim_damage"
  | "claim_damage_joins"
  | "cancel"
  | "expire";

const WHOLE_BPS = 10_000n;

/** What is still held of each leg. */
export function heldOf({ price, deposit, money }: Pick<Deal, "price" | "deposit" | "money">): {
  price: bigint;
  deposit: bigint;
} {
  return {
    price: money.price_closed ? 0n : BigInt(price) - BigInt(money.price_paid),
    deposit: money.deposit_closed ? 0n : BigInt(deposit),
  };
}

type Contested = {
  readonly money: Pick<Deal["money"], "claim" | "deposit_closed" | "disputed_price" | "price_closed">;
};

/** All that a ruling splits. The API keeps what was contested after it is settled; that is no part of it. */
export const inDispute = (deal: Contested): bigint => disputedPriceOf(deal) + claimOf(deal);

/** What is in dispute of a price that is still held. */
export const disputedPriceOf = ({ money }: Contested): bigint =>
  money.price_closed ? 0n : BigInt(money.disputed_price);

/** What is claimed of a deposit that is still held. */
export const claimOf = ({ money }: Contested): bigint => (money.deposit_closed ? 0n : BigInt(money.claim));

type Seen = Pick<Deal, "price" | "deposit" | "money" | "state" | "terms" | "agreed" | "object_by_s">;

/** The effect of every act but `rule`, which has a split of its own. `now_s` is chain time. */
export function effectOf(act: Exclude<EscrowAct, "rule">, deal: Seen, now_s: number): Effect {
  const held = heldOf(deal);
  const claim = claimOf(deal);
  switch (act) {
    case "release":
      return { key: "release", amounts: { price: held.price } };
    case "finish":
      return { key: claim > 0n ? "finish_claim" : "finish", amounts: { deposit: held.deposit, claim } };
    case "refund":
      return { key: "refund", amounts: { held: held.price + held.deposit } };
    case "accept_claim":
      return { key: "accept_claim", amounts: { claim, back: held.deposit - claim } };
    case "claim_damage":
      return {
        key: deal.state === "disputed" ? "claim_damage_joins" : "claim_damage",
        amounts: { deposit: held.deposit },
      };
    case "dispute":
      return dispute(deal, held, claim, now_s);
    case "cancel":
      return { key: "cancel", amounts: cancelled(deal) };
    case "expire":
      return { key: "expire", amounts: {} };
  }
}

/** What goes to each side, as the schedule says it for now. */
function cancelled({ agreed }: Seen): { to_payer: bigint; to_payee: bigint } {
  const { to_payer, to_payee } = agreed.cancelling ?? { to_payer: 0, to_payee: 0 };
  return { to_payer: BigInt(to_payer), to_payee: BigInt(to_payee) };
}

function dispute(deal: Seen, held: { price: bigint; deposit: bigint }, claim: bigint, now_s: number): Effect {
  // parts that are due already are paid out first
  const due = deal.agreed.parts.filter((part) => now_s >= part.object_by_s);
  const left = due.reduce((rest, part) => rest - BigInt(part.held), held.price);
  const price = now_s < deal.object_by_s ? left : 0n;
  const silent = (price * BigInt(deal.terms.silent_arbitrator_bps)) / WHOLE_BPS;
  const key = price > 0n && claim > 0n ? "dispute_both" : price > 0n ? "dispute_price" : "dispute_claim";
  const back = claim > 0n ? held.deposit : 0n;
  return { key, amounts: { price, claim, to_payee: silent, to_payer: price - silent + back } };
}

/** A ruling taken apart: who gets what, or why the contract would refuse it. */
export interface Ruling {
  readonly toPayer: bigint;
  readonly problem: "more than in dispute" | "fee too large" | null;
  readonly mostFee: bigint;
}

/** What is left for the payer, and the most the arbitrator may keep (`Escrow.rule`). */
export function rulingOf(deal: Pick<Deal, "money" | "terms">, toPayee: bigint, fee: bigint): Ruling {
  const left = inDispute(deal) - toPayee;
  const cap = BigInt(deal.terms.fee_cap ?? 0);
  const mostFee = left < 0n ? 0n : left < cap ? left : cap;
  const problem = left < 0n ? "more than in dispute" : fee > mostFee ? "fee too large" : null;
  return { toPayer: problem ? 0n : left - fee, problem, mostFee };
}
