/** Who a member is in a deal, and which acts the page offers: exactly those that the contracts take now. Pure. */
import type { What } from "../../chain/transactions";
import type { Deal } from "./queries";

export type Role = "payer" | "payee" | "arbitrator";
/** What is sent to the escrow; rating is a matter of its own. */
export type EscrowAct = Extract<
  What,
  "release" | "finish" | "refund" | "claim_damage" | "accept_claim" | "dispute" | "rule" | "expire" | "cancel"
>;

const ESCROW_ACTS: readonly EscrowAct[] = [
  "release",
  "finish",
  "accept_claim",
  "claim_damage",
  "dispute",
  "rule",
  "expire",
  "cancel",
  "refund",
];

type Sides = Pick<Deal, "payer" | "payee" | "arbitrator">;

/** The roles of an address; nobody and strangers have none. */
export function rolesOf(deal: Sides, address: string | null): Role[] {
  const is = (other: string | null): boolean =>
    other !== null && other.toLowerCase() === address?.toLowerCase();
  const roles: Role[] = [];
  if (is(deal.payer)) roles.push("payer");
  if (is(deal.payee)) roles.push("payee");
  if (is(deal.arbitrator)) roles.push("arbitrator");
  return roles;
}

export interface Offered {
  /** What moves the deal on now. */
  readonly due: readonly EscrowAct[];
  /** What the contract takes as well. */
  readonly also: readonly EscrowAct[];
}

/** The acts for an address: those of its roles, and what anybody may do. */
export function offered(deal: Sides & Pick<Deal, "may" | "turns">, address: string | null): Offered {
  const roles = rolesOf(deal, address);
  const may = new Set([...roles, "anyone"].flatMap((role) => deal.may[role] ?? []));
  const turns = deal.turns.filter(
    ({ actor }) => actor === "anyone" || actor === "both" || roles.some((role) => role === actor),
  );
  const acts = ESCROW_ACTS.filter((act) => may.has(act));
  // in the order of the turns: what is due first stands first
  const due = [...new Set(turns.flatMap((turn) => acts.filter((act) => turn.acts.includes(act))))];
  return { due, also: acts.filter((act) => !due.includes(act)) };
}
