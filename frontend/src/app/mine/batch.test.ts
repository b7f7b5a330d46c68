import { describe, expect, test } from "vitest";
import { type Outcome, overlaps, sendEach, type Wanted } from "./batch";

const want = (request: string, resource: string, start_s: number, end_s: number): Wanted => ({
  request,
  resource,
  start_s,
  end_s,
});

const MORNING = want("0x1", "0xaa", 100, 200);
const NOON = want("0x2", "0xAA", 150, 250);
const EVENING = want("0x3", "0xaa", 200, 300);
const OTHER_THING = want("0x4", "0xbb", 100, 200);

describe("requests exclude each other", () => {
  test("when they want the same thing for a common time", () => {
    const found = overlaps([MORNING, NOON, EVENING, OTHER_THING]);
    expect(found.get("0x1")).toEqual([NOON]);
    expect(found.get("0x2")).toEqual([MORNING, EVENING]);
    expect(found.get("0x3")).toEqual([NOON]);
    expect(found.has("0x4")).toBe(false);
  });

  test("but not when one begins as the other ends", () => {
    expect(overlaps([MORNING, EVENING]).size).toBe(0);
  });
});

/** Everything that is noted while these are sent, in order. */
async function watched(
  requests: readonly Wanted[],
  send: (request: Wanted) => Promise<unknown>,
): Promise<string[]> {
  const seen: string[] = [];
  const said = (outcome: Outcome): string =>
    outcome.state === "failed" ? `failed ${(outcome.problem as Error).message}` : outcome.state;
  await sendEach(requests, send, (request, outcome) => seen.push(`${request.request} ${said(outcome)}`));
  return seen;
}

describe("several are sent", () => {
  test("one after the other, never two at once", async () => {
    let under = 0;
    let most = 0;
    await watched([MORNING, EVENING, OTHER_THING], async () => {
      under += 1;
      most = Math.max(most, under);
      await new Promise((resolve) => setTimeout(resolve, 1));
      under -= 1;
    });
    expect(most).toBe(1);
  });

  test("and one that fails does not stop the others", async () => {
    const seen = await watched([MORNING, EVENING, OTHER_THING], async (request) => {
      if (request === EVENING) throw new Error("bookings: expired");
    });
    expect(seen.slice(3)).toEqual([
      "0x1 sending",
      "0x1 sent",
      "0x3 sending",
      "0x3 failed bookings: expired",
      "0x4 sending",
      "0x4 sent",
    ]);
  });

  test("but not what another has just made impossible", async () => {
    const sent: string[] = [];
    const seen = await watched([MORNING, NOON, EVENING], async (request) => sent.push(request.request));
    expect(sent).toEqual(["0x1", "0x3"]);
    expect(seen).toContain("0x2 failed page: overlaps sent");
  });

  test("while one that failed leaves the time to the next", async () => {
    const sent: string[] = [];
    await watched([MORNING, NOON], async (request) => {
      if (request === MORNING) throw new Error("page: wallet refused");
      sent.push(request.request);
    });
    expect(sent).toEqual(["0x2"]);
  });
});
