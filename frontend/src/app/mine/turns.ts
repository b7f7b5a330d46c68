/** What waits for a member, out of all that is theirs. Pure. */
import type { BookingRequest } from "../../features/booking/queries";
import { rolesOf } from "../../features/escrow/acts";
import type { DealSummary, Turn } from "../../features/escrow/queries";

type Turned = Pick<DealSummary, "payer" | "payee" | "arbitrator" | "turns">;

/** The first open matter of a deal in which this member acts: their own turn, both sides', or anybody's. */
export function turnOf(deal: Turned, member: string): Turn | null {
  const roles = rolesOf(deal, member);
  if (roles.length === 0) return null;
  const mine = ({ actor }: Turn): boolean => {
    if (actor === "nobody") return false;
    if (actor === "anyone") return true;
    return actor === "both" ? roles.some((role) => role !== "arbitrator") : roles.includes(actor);
  };
  return deal.turns.find(mine) ?? null;
}

/** Deals on which this member acts, the most urgent first; those without a last moment at the end. */
export function turnsOf(deals: readonly DealSummary[], member: string): DealSummary[] {
  const once = new Map(deals.map((deal) => [deal.escrow, deal]));
  const urgency = (deal: DealSummary): number => turnOf(deal, member)?.by_s ?? Number.POSITIVE_INFINITY;
  return [...once.values()]
    .filter((deal) => turnOf(deal, member) !== null)
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
