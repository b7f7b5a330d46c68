/** Who acts, and what is kept about them. */
import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";
import type { Address } from "../../chain/facts";

/** Reminders delivered to a member, newest first. */
export const noticesQuery = (member: Address) =>
  queryOptions({
    queryKey: ["member", member.toLowerCase(), "notices"],
    queryFn: () =>
      unwrap(
        api.GET("/api/members/{member}/notices", { params: { path: { member }, query: { limit: 20 } } }),
      ),
  });
