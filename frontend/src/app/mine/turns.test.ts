import { describe, expect, test } from "vitest";
import type { BookingRequest } from "../../features/booking/queries";
import type { DealSummary } from "../../features/escrow/queries";
import { isTurnOf, turnsOf, unpaid } from "./turns";

const PAYER = "0xAAaaAAaaAAaaAAaaAAaaAAaaAAaaAAaaAAaaAAaa";
const PAYEE = "0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
const ARBITRATOR = "0xcccccccccccccccccccccccccccccccccccccccc";

const deal = (actor: DealSummary["next"]["actor"], by_s: number | null = null, escrow = "0x1"): DealSummary =>
  ({
    escrow,
    payer: PAYER.toLowerCase(),
    payee: PAYEE,
    arbitrator: ARBITRATOR,
    booking: null,
    next: { actor, acts: [], by_s, otherwise: { key: "deal.nothing", params: {}, text: "" } },
  }) as unknown as DealSummary;

describe("a deal is somebody's turn", () => {
  test.each<[DealSummary["next"]["actor"], boolean, boolean, boolean]>([
    ["payer", true, false, false],
    ["payee", false, true, false],
    ["arbitrator", false, false, true],
    ["both", true, true, false],
    ["anyone", true, true, true],
    ["nobody", false, false, false],
  ])("%s", (actor, payer, payee, arbitrator) => {
    expect([PAYER, PAYEE, ARBITRATOR].map((member) => isTurnOf(deal(actor), member))).toEqual([
      payer,
      payee,
      arbitrator,
    ]);
  });

  test("never a stranger's", () => {
    expect(isTurnOf(deal("anyone"), "0xdddddddddddddddddddddddddddddddddddddddd")).toBe(false);
  });
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
