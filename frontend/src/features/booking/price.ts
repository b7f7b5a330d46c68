/** What a time costs. Pure; the rule of `backend/matching/rules.py`: a begun hour or day counts whole. */
import type { Schemas } from "../../api/client";

export type Price = Schemas["Price"];

const UNIT_S = { booking: null, hour: 3_600, day: 86_400 } as const;

/** Price of `[start_s, end_s)` in the currency's smallest unit. */
export function totalPrice(price: Price, start_s: number, end_s: number): bigint {
  const unit_s = UNIT_S[price.per];
  const count = unit_s === null ? 1 : Math.ceil((end_s - start_s) / unit_s);
  return BigInt(price.amount) * BigInt(count);
}
