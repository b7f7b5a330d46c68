/** Saying yes to several requests: which of them exclude each other, and sending them one after the other. */
import { Problem } from "../../api/problem";

/** What overlapping is about: half-open `[start_s, end_s)` of one thing. */
export interface Wanted {
  readonly request: string;
  readonly resource: string;
  readonly start_s: number;
  readonly end_s: number;
}

/** Whether two requests want the same thing for a common time: only one of them can be granted. */
export const exclude = (one: Wanted, other: Wanted): boolean =>
  one.request !== other.request &&
  one.resource.toLowerCase() === other.resource.toLowerCase() &&
  one.start_s < other.end_s &&
  other.start_s < one.end_s;

/** For each request the others that it excludes; requests without any are left out. */
export function overlaps<Item extends Wanted>(
  requests: readonly Item[],
): ReadonlyMap<string, readonly Item[]> {
  const found = new Map<string, readonly Item[]>();
  for (const one of requests) {
    const others = requests.filter((other) => exclude(one, other));
    if (others.length > 0) found.set(one.request, others);
  }
  return found;
}

/** How far one of several is. `failed` says why it was not sent. */
export type Outcome =
  | { readonly state: "waiting" | "sending" | "sent" }
  | { readonly state: "failed"; readonly problem: unknown };

/**
 * Send each in order, one after the other. One that fails does not stop the others; one that is excluded by another
 * that was just sent is not sent at all ("page: overlaps sent"), because it could only fail and cost a fee.
 */
export async function sendEach<Item extends Wanted>(
  requests: readonly Item[],
  send: (request: Item) => Promise<unknown>,
  note: (request: Item, outcome: Outcome) => void,
): Promise<void> {
  const sent: Item[] = [];
  for (const request of requests) note(request, { state: "waiting" });
  for (const request of requests) {
    if (sent.some((other) => exclude(request, other))) {
      note(request, { state: "failed", problem: new Problem("page: overlaps sent") });
      continue;
    }
    note(request, { state: "sending" });
    try {
      await send(request);
      sent.push(request);
      note(request, { state: "sent" });
    } catch (problem) {
      note(request, { state: "failed", problem });
    }
  }
}
