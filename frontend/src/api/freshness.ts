/**
 * How fresh what is shown is: the block the last answer was read at, the clock of the chain, and whether the
 * server answers at all. Deadlines run on chain time, so every countdown asks `chainNow()`.
 */
import { createStore } from "../kit/store";
import type { AsOf } from "./client";

export interface Freshness {
  readonly asOf: AsOf | null;
  /** When the last answer came, in milliseconds of `performance.now()`. */
  readonly at: number;
  readonly reachable: boolean;
}

export const freshness = createStore<Freshness>({ asOf: null, at: 0, reachable: true });

/** Keep the newest block seen; an older answer that arrives late changes nothing, a rewound chain does. */
export function noteFreshness(asOf: AsOf, rewound = false): void {
  const known = freshness.get();
  if (!rewound && known.asOf && asOf.block < known.asOf.block) return;
  if (
    known.asOf &&
    known.asOf.block_hash === asOf.block_hash &&
    known.asOf.head === asOf.head &&
    known.asOf.final === asOf.final
  )
    return;
  const same = known.asOf?.block_hash === asOf.block_hash;
  freshness.set({ asOf, at: same ? known.at : performance.now(), reachable: true });
}

export function noteReach(reachable: boolean): void {
  const known = freshness.get();
  if (known.reachable !== reachable) freshness.set({ ...known, reachable });
}

/** Chain time in seconds: that of the newest block, and what has passed since it was seen. */
export function chainNow(): number {
  const { asOf, at } = freshness.get();
  if (!asOf) return Math.floor(Date.now() / 1000);
  return asOf.block_time_s + Math.floor((performance.now() - at) / 1000);
}
