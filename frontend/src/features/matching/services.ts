/** Which services exist here, the most offered first. */
import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";

const LOOKED_AT = 200;

async function services(): Promise<readonly string[]> {
  const { items } = await unwrap(api.GET("/api/resources", { params: { query: { limit: LOOKED_AT } } }));
  const counts = new Map<string, number>();
  for (const { description } of items)
    if (description) counts.set(description.service, (counts.get(description.service) ?? 0) + 1);
  return [...counts]
    .sort(([tag, count], [other, more]) => more - count || tag.localeCompare(other))
    .map(([tag]) => tag);
}

export const servicesQuery = queryOptions({ queryKey: ["resources", "services"], queryFn: services });
