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
  | "expire";

const WHOLE_BPS = 10_000n;

/** What is still held of each leg. */
export function heldOf({ price, deposit, money }: Pick<Deal, "price" | "deposit" | "money">): {
  price: bigint;
  deposit: bigint;
} {
  return {
    price: money.price_closed ? 0n : BigInt(price),
    deposit: money.deposit_closed ? 0n : BigInt(deposit),
  };
}

/** All that a ruling splits. */
export function inDispute({ money }: Pick<Deal, "money">): bigint {
  return BigInt(money.disputed_price) + BigInt(money.claim);
}

type Seen = Pick<Deal, "price" | "deposit" | "money" | "state" | "terms" | "object_by_s">;

/** The effect of every act but `rule`, which has a split of its own. `now_s` is chain time. */
export function effectOf(act: Exclude<EscrowAct, "rule">, deal: Seen, now_s: number): Effect {
  const held = heldOf(deal);
  const claim = BigInt(deal.money.claim);
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
    case "expire":
      return { key: "expire", amounts: {} };
  }
}

function dispute(deal: Seen, held: { price: bigint; deposit: bigint }, claim: bigint, now_s: number): Effect {
  const price = now_s < deal.object_by_s ? held.price : 0n;
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
