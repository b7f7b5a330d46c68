/** Things, when they are free, and who asked for them, as the server mirrors the chain. */
import { queryOptions } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "../../api/client";
import type { paths } from "../../api/schema";

export type Resource = Schemas["ResourceOut"];
export type BookingRequest = Schemas["RequestOut"];
export type Availability = Schemas["AvailabilityOut"];

type ResourcesWanted = NonNullable<paths["/api/resources"]["get"]["parameters"]["query"]>;
type RequestsWanted = NonNullable<paths["/api/requests"]["get"]["parameters"]["query"]>;

/** One thing with its description. */
export const resourceQuery = (resource: string) =>
  queryOptions({
    queryKey: ["resource", resource.toLowerCase()],
    queryFn: () => unwrap(api.GET("/api/resources/{resource}", { params: { path: { resource } } })),
  });

/** Free stretches of a thing inside `[from_s, to_s)`, UTC seconds. */
export const availabilityQuery = (resource: string, from_s: number, to_s: number) =>
  queryOptions({
    queryKey: ["availability", resource.toLowerCase(), from_s, to_s],
    queryFn: () =>
      unwrap(
        api.GET("/api/resources/{resource}/availability", {
          params: { path: { resource }, query: { from_s, to_s } },
        }),
      ),
  });

/** A page of things, in the order they were announced. */
export const resourcesQuery = (wanted: ResourcesWanted = {}) =>
  queryOptions({
    queryKey: ["resources", wanted],
    queryFn: () => unwrap(api.GET("/api/resources", { params: { query: wanted } })),
  });

/** One request, and who acts next. */
export const requestQuery = (request: string) =>
  queryOptions({
    queryKey: ["request", request.toLowerCase()],
    queryFn: () => unwrap(api.GET("/api/requests/{request}", { params: { path: { request } } })),
  });

/** A page of requests, in the order they were made. */
export const requestsQuery = (wanted: RequestsWanted = {}) =>
  queryOptions({
    queryKey: ["requests", wanted],
    queryFn: () => unwrap(api.GET("/api/requests", { params: { query: wanted } })),
  });

/** Ratings of a member, and how they come to what they count. */
export const standingQuery = (member: string) =>
  queryOptions({
    queryKey: ["member", member.toLowerCase(), "reputation"],
    queryFn: () => unwrap(api.GET("/api/members/{member}/reputation", { params: { path: { member } } })),
  });
