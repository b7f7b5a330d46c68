/** What finished deals say of a member. */
import { queryOptions } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "../../api/client";

export type Rating = Schemas["RatingOut"];
export type RatedDeal = Schemas["DealDetailOut"];

export const reputationQuery = (member: string) =>
  queryOptions({
    queryKey: ["member", member.toLowerCase(), "reputation"],
    queryFn: () => unwrap(api.GET("/api/members/{member}/reputation", { params: { path: { member } } })),
  });
