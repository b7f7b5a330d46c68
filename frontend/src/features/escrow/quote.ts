/**
 * What paying for a granted request would mean: amounts, windows, arbitrator. Pure: values in, a quote out. The
 * same rules as `allmende deal fund`.
 */
import type { Schemas } from "../../api/client";
import { Problem } from "../../api/problem";
import type { Address, ChainFacts, Hash } from "../../chain/facts";
import { totalPrice } from "../booking/price";

const DAY_S = 86_400;
export const OBJECT_S = 7 * DAY_S;
export const CLAIM_S = 7 * DAY_S;
export const ANSWER_S = 3 * DAY_S;
export const ARBITRATOR_S = 14 * DAY_S;
/** What the payee gets of a claim that the payer does not answer, and of a price on which the arbitrator is silent. */
export const SILENT_PAYER_BPS = 10_000;
export const SILENT_ARBITRATOR_BPS = 5_000;
const FEE_CAP_PERCENT = 5n;
const REFUNDED = 2;

type Booked = Pick<Schemas["RequestOut"], "request" | "resource" | "requester" | "start_s" | "end_s">;
type Thing = Pick<Schemas["ResourceOut"], "resource" | "owner" | "service" | "digest" | "description">;
type Money = Pick<ChainFacts, "token" | "token_symbol" | "token_decimals">;

export interface Quote {
  readonly request: Hash;
  readonly payer: Address;
  readonly payee: Address;
  readonly token: Address;
  /** Smallest unit of the token, as are `deposit` and `feeCap`. */
  readonly price: bigint;
  readonly deposit: bigint;
  /** null: neither damage nor the price can be contested. */
  readonly arbitrator: Address | null;
  readonly feeCap: bigint;
  readonly start_s: number;
  readonly end_s: number;
  readonly service: number;
  /** Of the description that the price was read from. */
  readonly digest: Hash;
}

/** The most the arbitrator may take: five per cent of both legs, rounded down. */
export const feeCapOf = (price: bigint, deposit: bigint): bigint =>
  ((price + deposit) * FEE_CAP_PERCENT) / 100n;

/** Whether amounts in a description's currency are amounts of our token. */
export function isOurs(currency: string, money: Money): boolean {
  return money.token !== null && money.token_symbol !== null && currency === money.token_symbol;
}

/**
 * The quote for a request.
 *
 * Throws `Problem`: "page: which price" (the description is not here), "page: foreign token" (priced in something
 * that is not the token of this community), "page: not your request".
 */
export function quoteOf(
  booked: Booked,
  thing: Thing,
  money: Money,
  payer: Address,
  arbitrator: Address | null,
): Quote {
  if (booked.requester.toLowerCase() !== payer.toLowerCase()) throw new Problem("page: not your request");
  const { description } = thing;
  if (!description) throw new Problem("page: which price");
  if (money.token === null || !isOurs(description.price.currency, money))
    throw new Problem("page: foreign token", { currency: description.price.currency });
  const price = totalPrice(description.price, booked.start_s, booked.end_s);
  const deposit = BigInt(description.deposit);
  return {
    request: booked.request as Hash,
    payer,
    payee: thing.owner as Address,
    token: money.token as Address,
    price,
    deposit,
    arbitrator,
    feeCap: arbitrator ? feeCapOf(price, deposit) : 0n,
    start_s: booked.start_s,
    end_s: booked.end_s,
    service: thing.service,
    digest: thing.digest as Hash,
  };
}

/** Whether two quotes say the same: what was shown and what holds now. */
export function sameQuote(shown: Quote, now: Quote): boolean {
  const lower = (value: unknown): string => String(value).toLowerCase();
  return (Object.keys(shown) as (keyof Quote)[]).every((name) => lower(shown[name]) === lower(now[name]));
}

/** The deal in which `payer` has paid for a booking, unless everything was given back; else null. */
export function paidIn<D extends Pick<Schemas["DealOut"], "payer" | "outcome">>(
  deals: readonly D[],
  payer: string,
): D | null {
  const mine = deals.filter(
    (deal) => deal.payer.toLowerCase() === payer.toLowerCase() && deal.outcome !== REFUNDED,
  );
  return mine.at(-1) ?? null;
}
