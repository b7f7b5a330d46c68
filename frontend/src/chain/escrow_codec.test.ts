import { encodeFunctionData } from "viem";
import { describe, expect, test } from "vitest";
import { Problem } from "../api/problem";
import { told, withArbitrator, without } from "../testing/deals";
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
      cancel: encodeFunctionData({ abi, functionName: "cancel", args: [core, rest, NO_AUTH] }),
      expire: encodeFunctionData({ abi, functionName: "expire", args: [core, rest] }),
    };
    expect(made).toEqual(given.calls);
  });
});

describe("what the server tells is held against the deal's id", () => {
  const deal = told(withArbitrator);
  const { terms } = deal;
  const OTHER = "0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc";
  const OTHER_ARBITRATOR = "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65";

  test.each<[string, DealTerms]>([
    ["payee", { ...deal, payee: OTHER }],
    ["payer", { ...deal, payer: OTHER }],
    ["token", { ...deal, token: OTHER }],
    ["price", { ...deal, price: "1" }],
    ["deposit", { ...deal, deposit: "1" }],
    ["schedule", { ...deal, terms: { ...terms, schedule: "1" } }],
    ["booking", { ...deal, terms: { ...terms, booking: EVIDENCE } }],
    ["salt", { ...deal, terms: { ...terms, salt: EVIDENCE } }],
    ["arbitrator", { ...deal, terms: { ...terms, rest_abi: without.rest_abi } }],
    ["shown arbitrator", { ...deal, arbitrator: OTHER_ARBITRATOR }],
    ["shown window", { ...deal, terms: { ...terms, window_s: 1 } }],
    ["shown fee cap", { ...deal, terms: { ...terms, fee_cap: "1" } }],
    ["shown date", { ...deal, deliver_by_s: 1 }],
    ["shown return", { ...deal, return_by_s: 1 }],
    ["shown service", { ...deal, service: 1 }],
    ["shown time to object", { ...deal, terms: { ...terms, object_s: 1 } }],
    ["shown time to answer", { ...deal, terms: { ...terms, answer_s: 1 } }],
    ["shown share", { ...deal, terms: { ...terms, silent_payer_bps: 1 } }],
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
    const possible = withArbitrator.schedule;
    expect(() => scheduleWord({ ...possible, ...change })).toThrow(RangeError);
  },
);
