/** Where the blind rating of one side of a deal stands, from what the server and this browser know. Pure. */
import type { Side } from "../../chain/rating_codec";
import type { RatedDeal, Rating } from "./queries";

export type RatingRole = "payer" | "payee";

export interface Standing {
  readonly role: RatingRole;
  readonly side: Side;
  readonly other: string;
  /** choose: may seal one now; open: may open it now; sealed: waits; over: nothing (more) to do. */
  readonly phase: "choose" | "sealed" | "open" | "forfeited" | "opened" | "retracted" | "over" | "later";
  /** What this side gave, where the ledger has it. */
  readonly given: Rating | null;
  /** What the other side gave. */
  readonly received: Rating | null;
}

type Closing = Pick<RatedDeal, "escrow" | "payer" | "payee" | "state" | "may">;

/**
 * How far a member's rating is; null for whoever is no side of the deal.
 *
 * `aboutOther` and `aboutMe` are the ratings in the reputation of the other side and of the member.
 */
export function standingOf(
  deal: Closing,
  me: string | null,
  aboutOther: readonly Rating[],
  aboutMe: readonly Rating[],
): Standing | null {
  const role = roleOf(deal, me);
  if (role === null) return null;
  const otherRole = role === "payer" ? "payee" : "payer";
  const of = (ratings: readonly Rating[], side: RatingRole): Rating | null =>
    ratings.find((one) => one.deal.toLowerCase() === deal.escrow.toLowerCase() && one.side === side) ?? null;
  const given = of(aboutOther, role);
  const received = of(aboutMe, otherRole);
  const may = deal.may[role] ?? [];
  return {
    role,
    side: role === "payer" ? 0 : 1,
    other: deal[otherRole],
    phase: phase(deal, may, given),
    given,
    received,
  };
}

export function roleOf(deal: Pick<Closing, "payer" | "payee">, me: string | null): RatingRole | null {
  if (me === null) return null;
  if (deal.payer.toLowerCase() === me.toLowerCase()) return "payer";
  return deal.payee.toLowerCase() === me.toLowerCase() ? "payee" : null;
}

function phase(deal: Closing, may: readonly string[], given: Rating | null): Standing["phase"] {
  if (deal.state !== "closed") return "later";
  if (may.includes("reveal")) return "open";
  if (may.includes("rate") && given === null) return "choose";
  switch (given?.state) {
    case "open":
      return "opened";
    case "forfeited":
    case "retracted":
      return given.state;
    case "sealed":
    case "can be opened":
      return "sealed";
    default:
      return "over";
  }
}
