/** What waits for a member, out of all that is theirs. Pure. */
import type { BookingRequest } from "../../features/booking/queries";
import { rolesOf } from "../../features/escrow/acts";
import type { DealSummary } from "../../features/escrow/queries";

/** Whether the next act on a deal can be this member's: their own turn, both sides', or anybody's. */
export function isTurnOf(
  deal: Pick<DealSummary, "payer" | "payee" | "arbitrator" | "next">,
  member: string,
): boolean {
  const { actor } = deal.next;
  const roles = rolesOf(deal, member);
  if (roles.length === 0 || actor === "nobody") return false;
  if (actor === "anyone") return true;
  return actor === "both" ? roles.some((role) => role !== "arbitrator") : roles.includes(actor);
}

/** Deals on which this member acts next, the most urgent first; those without a last moment at the end. */
export function turnsOf(deals: readonly DealSummary[], member: string): DealSummary[] {
  const once = new Map(deals.map((deal) => [deal.escrow, deal]));
  const urgency = (deal: DealSummary): number => deal.next.by_s ?? Number.POSITIVE_INFINITY;
  return [...once.values()]
    .filter((deal) => isTurnOf(deal, member))
    .sort((one, other) => (urgency(one) === urgency(other) ? 0 : urgency(one) - urgency(other)));
}

/** Grants that have no deal yet and have not begun: what they cost can still be paid into escrow. */
export function unpaid(
  granted: readonly BookingRequest[],
  deals: readonly Pick<DealSummary, "booking">[],
  now_s: number,
): BookingRequest[] {
  const paid = new Set(deals.map((deal) => deal.booking?.toLowerCase()));
  return granted.filter((request) => request.start_s > now_s && !paid.has(request.request.toLowerCase()));
}
