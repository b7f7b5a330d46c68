/**
 * The live stream: what changed on the chain becomes stale here and is asked again.
 *
 * While it is interrupted nothing is lost: the browser connects again, and everything shown is asked again.
 */
import type { QueryClient } from "@tanstack/react-query";
import { createStore } from "../kit/store";
import type { AsOf } from "./client";
import { noteFreshness, noteReach } from "./freshness";

interface Block {
  readonly as_of: AsOf;
  readonly changed: {
    readonly resources: readonly string[];
    readonly requests: readonly string[];
    readonly deals: readonly string[];
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

/** Follow the stream until the page is left. */
export function follow(queries: QueryClient): void {
  let source = new EventSource("/api/stream");
  let interrupted = false;

  const listen = (): void => {
    source.addEventListener("block", (event) => {
      const block = JSON.parse((event as MessageEvent<string>).data) as Block;
      noteReach(true);
      noteFreshness(block.as_of, block.rewound);
      live.set(true);
      if (interrupted || block.rewound) queries.invalidateQueries();
      else for (const queryKey of stale(block)) queries.invalidateQueries({ queryKey });
      // a deadline may have passed without anybody acting
      queries.invalidateQueries({ queryKey: ["deal"] });
      interrupted = false;
      blocks.set(block);
    });
    source.addEventListener("error", () => {
      interrupted = true;
      live.set(false);
      if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
      setTimeout(() => {
        source = new EventSource("/api/stream");
        listen();
      }, AGAIN_AFTER_MS);
    });
  };
  listen();
}
