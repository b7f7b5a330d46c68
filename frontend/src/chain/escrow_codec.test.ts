import { encodeFunctionData } from "viem";
import { describe, expect, test } from "vitest";
import { Problem } from "../api/problem";
import {
  coreTerms,
  type DealTerms,
  escrowId,
  NO_AUTH,
  provenTerms,
  restDigest,
  type Schedule,
  scheduleOf,
  scheduleWord,
} from "./escrow_codec";
import type { Address, Hash } from "./facts";
import { escrowAbi } from "./generated/escrow";
import vectors from "./generated/vectors.json";

const place = { chain_id: vectors.chain_id, escrow: vectors.contracts.Escrow };
const EVIDENCE: Hash = `0x${"f0".repeat(32)}`;

type Given = (typeof vectors.escrow.deals)[number];

/** A deal as the server tells it. */
function told(given: Given): DealTerms {
  const { escrow, payer, payee, token, price, deposit, word, booking, rest, rest_abi, salt } = given;
  const terms = { schedule: word, booking, rest, rest_abi, salt } as DealTerms["terms"];
  return { escrow, payer, payee, token, price, deposit, terms };
}

describe("the page and the command line make the same bytes", () => {
  test.each(vectors.escrow.deals)("the schedule $word, both ways", (given) => {
    expect(scheduleWord(given.schedule as Schedule).toString()).toBe(given.word);
    expect(scheduleOf(BigInt(given.word))).toEqual(given.schedule);
  });

  test.each(vectors.escrow.deals)("terms, rest and id of the deal $escrow", (given) => {
    const { core, rest } = provenTerms(told(given), place);
    expect(coreTerms(core)).toBe(given.terms);
    expect(restDigest(rest)).toBe(given.rest);
    expect(escrowId(place.chain_id, place.escrow as Address, core)).toBe(given.escrow);
  });

  test.each(vectors.escrow.deals)("every call on the deal $escrow", (given) => {
    const { core, rest } = provenTerms(told(given), place);
    const abi = escrowAbi;
    const made = {
      open: encodeFunctionData({ abi, functionName: "open", args: [core, rest, NO_AUTH] }),
      release: encodeFunctionData({ abi, functionName: "release", args: [core, NO_AUTH] }),
      finish: encodeFunctionData({ abi, functionName: "finish", args: [core, NO_AUTH] }),
      refund: encodeFunctionData({ abi, functionName: "refund", args: [core, NO_AUTH] }),
      claim_damage: encodeFunctionData({
        abi,
        functionName: "claim_damage",
        args: [core, rest, 25_000_000n, EVIDENCE, NO_AUTH],
      }),
      accept_claim: encodeFunctionData({ abi, functionName: "accept_claim", args: [core, NO_AUTH] }),
      dispute: encodeFunctionData({ abi, functionName: "dispute", args: [core, rest, EVIDENCE, NO_AUTH] }),
      rule: encodeFunctionData({
        abi,
        functionName: "rule",
        args: [core, rest, 15_000_000n, 2_000_000n, EVIDENCE, NO_AUTH],
      }),
      expire: encodeFunctionData({ abi, functionName: "expire", args: [core, rest] }),
    };
    expect(made).toEqual(given.calls);
  });
});

describe("what the server tells is held against the deal's id", () => {
  const [given] = vectors.escrow.deals;
  if (!given) throw new Error("no vectors");
  const deal = told(given);
  const { terms } = deal;
  const OTHER = "0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc";

  test.each<[string, DealTerms]>([
    ["payee", { ...deal, payee: OTHER }],
    ["payer", { ...deal, payer: OTHER }],
    ["token", { ...deal, token: OTHER }],
    ["price", { ...deal, price: "1" }],
    ["deposit", { ...deal, deposit: "1" }],
    ["schedule", { ...deal, terms: { ...terms, schedule: "1" } }],
    ["booking", { ...deal, terms: { ...terms, booking: EVIDENCE } }],
    ["salt", { ...deal, terms: { ...terms, salt: EVIDENCE } }],
    ["arbitrator", { ...deal, terms: { ...terms, rest_abi: vectors.escrow.deals[1]?.rest_abi ?? "" } }],
    ["lists that are none", { ...deal, terms: { ...terms, rest_abi: "0x01" } }],
  ])("another %s is refused", (_, forged) => {
    expect(() => provenTerms(forged, place)).toThrow(new Problem("page: forged answer"));
  });

  test("the same terms on another contract are another deal", () => {
    expect(() => provenTerms(deal, { ...place, escrow: OTHER })).toThrow(Problem);
  });
});

test.each([{ object_s: 2 ** 32 }, { service: 2 ** 24 }, { answer_s: -1 }])(
  "a schedule refuses %o",
  (change) => {
    const possible = vectors.escrow.deals[0]?.schedule as Schedule;
    expect(() => scheduleWord({ ...possible, ...change })).toThrow(RangeError);
  },
);
