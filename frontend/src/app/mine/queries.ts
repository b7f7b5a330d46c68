/** Everything of one member, page by page, in the order the server gives. */
import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";
import type { paths } from "../../api/schema";

type Query<Path extends keyof paths> = paths[Path] extends { get: { parameters: { query?: infer Found } } }
  ? NonNullable<Found>
  : never;

interface Paged<Item> {
  readonly items: readonly Item[];
  readonly next_after: string | null;
}

const PAGE = 50;

/** `key` begins with what the stream names, so that a new block makes it stale. */
function pages<Item>(key: readonly unknown[], read: (after: string | null) => Promise<Paged<Item>>) {
  return infiniteQueryOptions({
    queryKey: [...key, "pages"],
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_after,
  });
}

/** Things of a member, in the order they were announced. */
export const thingsPages = (owner: string) =>
  pages(["resources", { owner: owner.toLowerCase() }], (after) =>
    unwrap(api.GET("/api/resources", { params: { query: { owner, after, limit: PAGE } } })),
  );

/** Requests by owner, requester and state, in the order they were made. */
export const requestsPages = (wanted: Omit<Query<"/api/requests">, "after" | "limit">) =>
  pages(["requests", wanted], (after) =>
    unwrap(api.GET("/api/requests", { params: { query: { ...wanted, after, limit: PAGE } } })),
  );

/** Deals in which a member pays, is paid or may have to decide, in the order they were funded. */
export const dealsPages = (member: string, open_only: boolean) =>
  pages(["deals", { member: member.toLowerCase(), open_only }], (after) =>
    unwrap(api.GET("/api/deals", { params: { query: { member, open_only, after, limit: 200 } } })),
  );

/** Reminders delivered to a member, newest first. */
export const noticesPages = (member: string) =>
  pages(["member", member.toLowerCase(), "notices"], (after) =>
    unwrap(
      api.GET("/api/members/{member}/notices", {
        params: { path: { member }, query: { limit: 20, ...(after ? { before: Number(after) } : {}) } },
      }),
    ),
  );
