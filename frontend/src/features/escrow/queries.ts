/** Deals as the server mirrors the chain, and what waits for a member there. */
import { queryOptions } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "../../api/client";
import type { paths } from "../../api/schema";

export type Deal = Schemas["DealDetailOut"];
export type DealSummary = Schemas["DealOut"];
export type Turn = Schemas["TurnOut"];

type DealsWanted = NonNullable<paths["/api/deals"]["get"]["parameters"]["query"]>;

/** One deal: what happened, who acts next, what each role may do. */
export const dealQuery = (deal: string) =>
  queryOptions({
    queryKey: ["deal", deal.toLowerCase()],
    queryFn: () => unwrap(api.GET("/api/deals/{escrow}", { params: { path: { escrow: deal } } })),
  });

/** A page of deals, in the order they were funded. */
export const dealsQuery = (wanted: DealsWanted = {}) =>
  queryOptions({
    queryKey: ["deals", wanted],
    queryFn: () => unwrap(api.GET("/api/deals", { params: { query: wanted } })),
  });

/** Amounts that wait for a member because a payout failed. */
export const claimablesQuery = (member: string) =>
  queryOptions({
    queryKey: ["member", member.toLowerCase(), "claimables"],
    queryFn: () => unwrap(api.GET("/api/members/{member}/claimables", { params: { path: { member } } })),
  });
