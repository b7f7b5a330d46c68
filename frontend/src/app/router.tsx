/** Which path shows which page. Each page is a file of its own that is loaded when somebody goes there. */
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from "@tanstack/react-router";
import { FindPage } from "../features/matching/FindPage";
import { type FindSearch, findSearch } from "../features/matching/wish";
import { spanIn } from "../kit/times_in_address";
import { Broken, NotFound } from "./Broken";
import { Shell } from "./Shell";

const root = createRootRouteWithContext<{ queries: QueryClient }>()({
  component: Shell,
  notFoundComponent: NotFound,
});

const find = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: FindPage,
  validateSearch: (search): FindSearch => findSearch(search),
});

const resource = createRoute({
  getParentRoute: () => root,
  path: "/resources/$resource",
  component: lazyRouteComponent(() => import("../features/booking/ResourcePage"), "ResourcePage"),
  validateSearch: (search): { from?: number; to?: number } => spanIn(search),
});

const request = createRoute({
  getParentRoute: () => root,
  path: "/requests/$request",
  component: lazyRouteComponent(() => import("./RequestPage"), "RequestPage"),
});

const deal = createRoute({
  getParentRoute: () => root,
  path: "/deals/$deal",
  component: lazyRouteComponent(() => import("./DealPage"), "DealPage"),
});

const offer = createRoute({
  getParentRoute: () => root,
  path: "/offer",
  component: lazyRouteComponent(() => import("../features/booking/OfferPage"), "OfferPage"),
});

const mine = createRoute({
  getParentRoute: () => root,
  path: "/mine",
  component: lazyRouteComponent(() => import("./MinePage"), "MinePage"),
});

const activity = createRoute({
  getParentRoute: () => root,
  path: "/activity",
  component: lazyRouteComponent(() => import("./ActivityPage"), "ActivityPage"),
});

const demo = createRoute({
  getParentRoute: () => root,
  path: "/demo",
  component: lazyRouteComponent(() => import("../features/demo/DemoPage"), "DemoPage"),
});

export const makeRouter = (queries: QueryClient) =>
  createRouter({
    routeTree: root.addChildren([find, resource, request, deal, offer, mine, activity, demo]),
    context: { queries },
    defaultErrorComponent: Broken,
    defaultPreload: "intent",
    scrollRestoration: true,
  });

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
