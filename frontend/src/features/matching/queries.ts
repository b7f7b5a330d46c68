/** Who is near, free, affordable and trusted, as the server ranks it. */
import { queryOptions } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "../../api/client";
import type { SearchQuery } from "./wish";

export type Result = Schemas["ResultOut"];

/** Offers for a wish, best first. */
export const searchQuery = (wish: SearchQuery) =>
  queryOptions({
    queryKey: ["search", wish],
    queryFn: () => unwrap(api.GET("/api/search", { params: { query: wish } })),
  });
