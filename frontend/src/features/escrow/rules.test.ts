import { sha256 } from "viem";
import { describe, expect, test } from "vitest";
import type { Address } from "../../chain/facts";
import { offered, rolesOf } from "./acts";
import { effectOf, heldOf, rulingOf } from "./effects";
import { evidenceFile, evidenceOf } from "./evidence";
import type { Deal } from "./queries";
import { feeCapOf, paidIn, quoteOf, sameQuote } from "./quote";

const PAYER = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";
const PAYEE = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const PAULA = "0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc";
const STRANGER = "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65";

/** A deal over a price of 4 and a deposit of 50, with what differs. */
function deal(change: Record<string, unknown> = {}, money: Partial<Deal["money"]> = {}): Deal {
  const nothing = {
    price_paid: "0",
    price_returned: "0",
    deposit_returned: "0",
    deposit_kept: "0",
    fee: null,
  };
  return {
    payer: PAYER,
    payee: PAYEE,
    arbitrator: PAULA,
    state: "funded",
    price: "4",
    deposit: "50",
    object_by_s: 100,
    terms: { silent_arbitrator_bps: 5_000, silent_payer_bps: 10_000, fee_cap: "2" },
    money: {
      ...nothing,
      price_closed: false,
      deposit_closed: false,
      claim: "0",
      disputed_price: "0",
      ...money,
    },
    agreed: { parts: [], cancellations: [], cancelling: null, ladder: [] },
    may: {},
    turns: [],
    ...change,
  } as unknown as Deal;
}

describe("which acts are offered", () => {
  const open = deal({
    may: {
      payer: ["release", "dispute"],
      payee: ["finish", "claim_damage", "refund"],
      arbitrator: ["rule"],
      anyone: ["expire"],
    },
    turns: [
      { actor: "payee", acts: ["finish", "claim_damage"], by_s: 9, otherwise: {} },
      { actor: "anyone", acts: ["expire"], by_s: null, otherwise: {} },
    ],
  });

  test.each<[string, string | null, string[], string[]]>([
    ["the payer", PAYER.toLowerCase(), ["expire"], ["release", "dispute"]],
    ["the payee", PAYEE, ["finish", "claim_damage", "expire"], ["refund"]],
    ["the arbitrator", PAULA, ["expire"], ["rule"]],
    ["a stranger", STRANGER, ["expire"], []],
    ["nobody", null, ["expire"], []],
  ])("to %s: what the contract takes, and no more", (_, address, due, also) => {
    expect(offered(open, address)).toEqual({ due, also });
  });

  test("what is due first stands first", () => {
    const turns = [
      { actor: "payer", acts: ["accept_claim", "dispute"], by_s: 1, otherwise: {} },
      { actor: "payer", acts: ["release", "dispute"], by_s: 2, otherwise: {} },
    ];
    const claimed = deal({ may: { payer: ["release", "accept_claim", "dispute"] }, turns });
    expect(offered(claimed, PAYER)).toEqual({ due: ["accept_claim", "dispute", "release"], also: [] });
  });

  test("rating is no act on the escrow", () => {
    expect(offered(deal({ may: { payer: ["rate"], payee: ["reveal"] } }), PAYER)).toEqual({
      due: [],
      also: [],
    });
  });

  test("an act that the page does not know is not offered", () => {
    expect(offered(deal({ may: { payer: ["burn"] } }), PAYER)).toEqual({ due: [], also: [] });
  });

  test("without an arbitrator nobody is one", () => {
    expect(rolesOf({ payer: PAYER, payee: PAYEE, arbitrator: null }, PAULA)).toEqual([]);
  });
});

describe("what an act does, in amounts", () => {
  test("a closed leg holds nothing", () => {
    expect(heldOf(deal({}, { price_closed: true }))).toEqual({ price: 0n, deposit: 50n });
  });

  test("accepting a claim pays it from the deposit", () => {
    const claimed = deal({ state: "claimed" }, { claim: "20" });
    expect(effectOf("accept_claim", claimed, 0)).toEqual({
      key: "accept_claim",
      amounts: { claim: 20n, back: 30n },
    });
  });

  test("giving everything back leaves out what is settled", () => {
    expect(effectOf("refund", deal({}, { deposit_closed: true }), 0).amounts).toEqual({ held: 4n });
  });

  test.each<[string, number, string, bigint, bigint]>([
    ["the price alone", 99, "0", 2n, 2n],
    ["the price and a claim", 99, "20", 2n, 52n],
    ["a claim alone, when the price is no longer contestable", 100, "20", 0n, 50n],
  ])("a dispute about %s: the silent arbitrator", (_, now_s, claim, toPayee, toPayer) => {
    const { key, amounts } = effectOf("dispute", deal({}, { claim }), now_s);
    expect(amounts).toMatchObject({ to_payee: toPayee, to_payer: toPayer });
    expect(key).toBe(claim === "0" ? "dispute_price" : now_s < 100 ? "dispute_both" : "dispute_claim");
  });

  test("parts that were released are no longer held, and those that are due are not disputed", () => {
    const parts = [
      { amount: "2", held: "1", due_s: 10, object_by_s: 50 },
      { amount: "2", held: "2", due_s: 60, object_by_s: 100 },
    ];
    const agreed = { parts, cancellations: [], cancelling: null, ladder: [] };
    const parted = deal({ agreed }, { price_paid: "1" });
    expect(heldOf(parted).price).toBe(3n);
    expect(effectOf("dispute", parted, 49).amounts).toMatchObject({ price: 3n });
    expect(effectOf("dispute", parted, 50).amounts).toMatchObject({ price: 2n, to_payee: 1n });
  });

  test("cancelling says what the schedule gives now", () => {
    const cancelling = { refund_bps: 5_000, to_payer: "52", to_payee: "2", until_s: 10 };
    const agreed = { parts: [], cancellations: [], cancelling, ladder: [] };
    expect(effectOf("cancel", deal({ agreed }), 0)).toEqual({
      key: "cancel",
      amounts: { to_payer: 52n, to_payee: 2n },
    });
  });

  test("what was contested before is no part of a dispute", () => {
    const withdrawn = deal({ state: "disputed" }, { claim: "20", deposit_closed: true, disputed_price: "4" });
    expect(rulingOf(withdrawn, 4n, 0n).problem).toBeNull();
    expect(rulingOf(withdrawn, 5n, 0n).problem).toBe("more than in dispute");
  });

  test("finishing with a claim open withdraws it", () => {
    expect(effectOf("finish", deal({ state: "claimed" }, { claim: "20" }), 0).key).toBe("finish_claim");
  });

  test("a claim during a dispute joins it", () => {
    expect(effectOf("claim_damage", deal({ state: "disputed" }), 0).key).toBe("claim_damage_joins");
  });

  test.each<[bigint, bigint, bigint, string | null, bigint]>([
    [10n, 2n, 12n, null, 2n],
    [24n, 0n, 0n, null, 0n],
    [23n, 1n, 0n, null, 1n],
    [25n, 0n, 0n, "more than in dispute", 0n],
    [10n, 3n, 0n, "fee too large", 2n],
    [23n, 2n, 0n, "fee too large", 1n],
  ])("ruling %s to the payee and %s as fee leaves %s", (toPayee, fee, toPayer, problem, mostFee) => {
    const disputed = deal({ state: "disputed" }, { claim: "20", disputed_price: "4" });
    expect(rulingOf(disputed, toPayee, fee)).toEqual({ toPayer, problem, mostFee });
  });
});

describe("a quote", () => {
  const money = { token: STRANGER, token_symbol: "dEUR", token_decimals: 6 };
  const booked = { request: "0x01", resource: "0x02", requester: PAYER, start_s: 0, end_s: 86_401 };
  const priced = (price: object) => ({ price, deposit: 50_000_000 });
  const thing = (price: object) =>
    ({ resource: "0x02", owner: PAYEE, service: 7, digest: "0x03", description: priced(price) }) as never;
  const perDay = thing({ amount: 4_000_000, currency: "dEUR", per: "day" });

  test("counts a begun day whole, and caps the fee at five per cent of both legs, rounded down", () => {
    const quote = quoteOf(booked, perDay, money, PAYER, PAULA);
    expect(quote).toMatchObject({
      price: 8_000_000n,
      deposit: 50_000_000n,
      feeCap: 2_900_000n,
      payee: PAYEE,
    });
    expect(feeCapOf(19n, 0n)).toBe(0n);
  });

  test("without an arbitrator has no fee", () => {
    expect(quoteOf(booked, perDay, money, PAYER, null)).toMatchObject({ arbitrator: null, feeCap: 0n });
  });

  test.each<[string, () => unknown]>([
    ["page: not your request", () => quoteOf(booked, perDay, money, PAYEE, null)],
    [
      "page: foreign token",
      () => quoteOf(booked, thing({ amount: 1, currency: "EUR-cent", per: "day" }), money, PAYER, null),
    ],
    ["page: foreign token", () => quoteOf(booked, perDay, { ...money, token: null }, PAYER, null)],
    [
      "page: which price",
      () => quoteOf(booked, { ...(perDay as object), description: null } as never, money, PAYER, null),
    ],
  ])("refuses: %s", (code, make) => {
    expect(make).toThrow(expect.objectContaining({ code }));
  });

  test("is the same whatever the case of an address, and another with another price", () => {
    const quote = quoteOf(booked, perDay, money, PAYER, PAULA);
    expect(sameQuote(quote, { ...quote, payee: PAYEE.toLowerCase() as Address })).toBe(true);
    expect(sameQuote(quote, { ...quote, price: 1n })).toBe(false);
  });

  test("a deal that was given back does not count as paid, a stranger's neither", () => {
    const paid = { escrow: "0x01", payer: PAYER, outcome: null };
    expect(paidIn([{ ...paid, outcome: 2 }], PAYER)).toBeNull();
    expect(paidIn([{ ...paid, payer: STRANGER }], PAYER)).toBeNull();
    expect(paidIn([{ ...paid, outcome: 2 }, paid], PAYER.toLowerCase())).toEqual(paid);
  });
});

describe("evidence", () => {
  const salt = new Uint8Array(16).fill(7);

  test("hashes salt and text, as the command line does", async () => {
    const made = await evidenceOf("scratched", salt);
    const whole = new Uint8Array([...salt, ...new TextEncoder().encode("scratched")]);
    expect(made).toEqual({ digest: sha256(whole), salt: "07".repeat(16), text: "scratched" });
  });

  test("the same text twice has two hashes", async () => {
    expect((await evidenceOf("scratched")).digest).not.toBe((await evidenceOf("scratched")).digest);
  });

  test("of a file keeps its name only", async () => {
    const made = await evidenceOf(new File(["scratched"], "photo.jpg"), salt);
    expect(made.digest).toBe((await evidenceOf("scratched", salt)).digest);
    expect(JSON.parse(await evidenceFile(made).text())).toMatchObject({
      file: "photo.jpg",
      salt: "07".repeat(16),
    });
  });
});
