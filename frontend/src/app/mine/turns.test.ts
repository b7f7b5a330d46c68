import { describe, expect, test } from "vitest";
import type { BookingRequest } from "../../features/booking/queries";
import type { DealSummary, Turn } from "../../features/escrow/queries";
import { turnOf, turnsOf, unpaid } from "./turns";

const PAYER = "0xAAaaAAaaAAaaAAaaAAaaAAaaAAaaAAaaAAaaAAaa";
const PAYEE = "0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
const ARBITRATOR = "0xcccccccccccccccccccccccccccccccccccccccc";

const turn = (actor: Turn["actor"], by_s: number | null = null): Turn => ({
  actor,
  acts: [],
  by_s,
  otherwise: { key: "deal.nothing", params: {}, text: "" },
});

const deal = (actor: Turn["actor"], by_s: number | null = null, escrow = "0x1"): DealSummary =>
  ({
    escrow,
    payer: PAYER.toLowerCase(),
    payee: PAYEE,
    arbitrator: ARBITRATOR,
    booking: null,
    turns: [turn(actor, by_s)],
  }) as unknown as DealSummary;

describe("a deal is somebody's turn", () => {
  test.each<[Turn["actor"], boolean, boolean, boolean]>([
    ["payer", true, false, false],
    ["payee", false, true, false],
    ["arbitrator", false, false, true],
    ["both", true, true, false],
    ["anyone", true, true, true],
    ["nobody", false, false, false],
  ])("%s", (actor, payer, payee, arbitrator) => {
    expect([PAYER, PAYEE, ARBITRATOR].map((member) => turnOf(deal(actor), member) !== null)).toEqual([
      payer,
      payee,
      arbitrator,
    ]);
  });

  test("never a stranger's", () => {
    expect(turnOf(deal("anyone"), "0xdddddddddddddddddddddddddddddddddddddddd")).toBeNull();
  });
});

test("of two open matters each side sees its own, also the one that is not next", () => {
  const both = { ...deal("payer", 100), turns: [turn("payer", 100), turn("payee", 200)] };
  expect(turnOf(both, PAYEE)?.by_s).toBe(200);
  expect(turnOf(both, PAYER)?.by_s).toBe(100);
  expect(turnsOf([both], PAYEE)).toEqual([both]);
});

test("the most urgent comes first, each once, and what has no last moment at the end", () => {
  const found = turnsOf(
    [
      deal("both", null, "0x1"),
      deal("payer", 300, "0x2"),
      deal("payer", 200, "0x3"),
      deal("payer", 300, "0x2"),
      deal("payee", 1, "0x4"),
    ],
    PAYER,
  );
  expect(found.map((one) => one.escrow)).toEqual(["0x3", "0x2", "0x1"]);
});

test("a grant without a deal can be paid until it begins", () => {
  const grant = (request: string, start_s: number) => ({ request, start_s }) as BookingRequest;
  const granted = [grant("0xA1", 500), grant("0xa2", 500), grant("0xa3", 100)];
  expect(unpaid(granted, [{ booking: "0xa1" }, { booking: null }], 100).map((one) => one.request)).toEqual([
    "0xa2",
  ]);
});
