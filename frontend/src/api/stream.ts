/**
 * The live stream: what changed on the chain becomes stale here and is asked again.
 *
 * While it is interrupted nothing is lost: the browser connects again, and everything shown is asked again.
 * A browser gives one origin about six connections, so only one tab listens and tells the others.
 */
import type { QueryClient } from "@tanstack/react-query";
import { createStore } from "../kit/store";
import type { AsOf } from "./client";
import { freshness, noteFreshness, noteReach } from "./freshness";

interface Block {
  readonly as_of: AsOf;
  readonly changed: {
    readonly resources: readonly string[];
    readonly requests: readonly string[];
    readonly deals: readonly string[];
    readonly spaces: readonly string[];
    readonly members: readonly string[];
  };
  readonly rewound: boolean;
}

export const live = createStore(true);
/** Who wants to hear of every new block, for instance the rows of transactions. */
export const blocks = createStore<Block | null>(null);

const AGAIN_AFTER_MS = 3_000;

/** First parts of the query keys that an event makes stale. */
function stale({ changed }: Block): string[][] {
  const keys: string[][] = [];
  for (const id of changed.resources) keys.push(["resource", id], ["availability", id]);
  for (const id of changed.requests) keys.push(["request", id]);
  for (const id of changed.deals) keys.push(["deal", id]);
  for (const id of changed.members) keys.push(["member", id.toLowerCase()]);
  if (changed.resources.length || changed.members.length) keys.push(["search"], ["resources"]);
  if (changed.requests.length || changed.resources.length) keys.push(["requests"]);
  if (changed.deals.length || changed.requests.length) keys.push(["deals"], ["deal"]);
  return keys;
}

/** What one tab tells the others. */
type Told = { readonly block: Block; readonly first?: boolean } | { readonly interrupted: true };

const NAME = "allmende.stream";
/** Whoever waited longer than this to listen took over from a tab that was closed, and may have missed something. */
const AT_ONCE_MS = 1_000;

/** Follow the stream until the page is left. */
export function follow(queries: QueryClient): void {
  const others = new BroadcastChannel(NAME);
  let missed = false;

  function hear(told: Told): void {
    if ("interrupted" in told) {
      missed = true;
      live.set(false);
      return;
    }
    const { block } = told;
    const known = freshness.get().asOf;
    // what was read, or not found, just before the stream began is older than its first block
    if (told.first && known && known.block < block.as_of.block) missed = true;
    if (told.first) queries.invalidateQueries({ predicate: ({ state }) => state.status === "error" });
    noteReach(true);
    noteFreshness(block.as_of, block.rewound);
    live.set(true);
    if (missed || block.rewound) queries.invalidateQueries();
    else for (const queryKey of stale(block)) queries.invalidateQueries({ queryKey });
    // a deadline may have passed without anybody acting
    queries.invalidateQueries({ queryKey: ["deal"] });
    missed = false;
    blocks.set(block);
  }

  function tell(told: Told): void {
    others.postMessage(told);
    hear(told);
  }

  others.addEventListener("message", (event: MessageEvent<Told>) => hear(event.data));
  const began = performance.now();
  navigator.locks.request(NAME, () => {
    missed ||= performance.now() - began > AT_ONCE_MS;
    listen(tell);
    return new Promise(() => {}); // until this tab is closed
  });
}

function listen(tell: (told: Told) => void): void {
  const source = new EventSource("/api/stream");
  let first = true;
  source.addEventListener("block", (event: MessageEvent<string>) => {
    tell({ block: JSON.parse(event.data) as Block, first });
    first = false;
  });
  source.addEventListener("error", () => {
    tell({ interrupted: true });
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(tell), AGAIN_AFTER_MS);
    // else the browser tries again by itself
  });
}
