import { decodeFunctionData, encodeFunctionData, toFunctionSelector } from "viem";
import { beforeEach, describe, expect, test } from "vitest";
import { packTerms, requestId, resourceId } from "../../chain/bookings_codec";
import { NO_AUTH } from "../../chain/escrow_codec";
import type { Address, Hash } from "../../chain/facts";
import { bookingsAbi } from "../../chain/generated/bookings";
import { escrowAbi } from "../../chain/generated/escrow";
import { mockTokenAbi } from "../../chain/generated/mock_token";
import { type Canonical, canonicalDigest } from "../../kit/canonical_json";
import { withArbitrator } from "../../testing/deals";
import { funded } from "../../testing/funded";
import { type Answers, browser, type Chain, facts, wallet } from "../../testing/outside";
import { type Quote, quoteOf } from "./quote";

const OWNER: Address = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const PAYER: Address = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";
const PAULA: Address = "0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc";
const STRANGER: Address = "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65";
const START_S = 1_893_492_000;
const SALT: Hash = `0x${"e0".repeat(32)}`;
const SUM = 54_000_000n;

const description: Described = {
  v: 1,
  title: "Hammer drill",
  price: { amount: 4_000_000, currency: "dEUR", per: "day" },
  deposit: 50_000_000,
};

interface Described {
  readonly v: number;
  readonly title: string;
  readonly price: { readonly amount: number | bigint; readonly currency: string; readonly per: string };
  readonly deposit: number | bigint;
  readonly [more: string]: Canonical;
}

const terms = packTerms({
  service: 14_621_975,
  quantum_s: 3_600,
  rule: 0,
  phase_s: 0,
  horizon_days: 180,
  ttl_h: 72,
  notice_h: 0,
  max_quanta: 336,
});

interface World {
  answers: Answers;
  booked: Record<string, unknown>;
  thing: Record<string, unknown>;
  request: Hash;
  resource: Hash;
  digest: Hash;
}

/** A drill of the owner, announced and described, and a granted request for eight hours of it. */
async function world(described = description): Promise<World> {
  const digest = await canonicalDigest(described);
  const announced = { terms, digest, salt: `0x${"b0".repeat(32)}` as Hash };
  const resource = resourceId(facts.chain, OWNER, announced);
  const asked = {
    resource,
    requester: PAYER,
    start_s: START_S,
    quanta: 8,
    salt: `0x${"c0".repeat(32)}` as Hash,
  };
  const request = requestId(facts.chain, asked);
  const booked = { ...asked, request, owner: OWNER, end_s: START_S + 8 * 3_600, state: "granted" };
  const thing = {
    resource,
    owner: OWNER,
    service: 14_621_975,
    digest,
    salt: announced.salt,
    description: described,
  };
  const answers = {
    [`GET /api/requests/${request}`]: booked,
    [`GET /api/resources/${resource}`]: thing,
    "GET /api/deals": { items: [], next_after: null },
  };
  return { answers, booked, thing, request, resource, digest };
}

const selector = (abi: readonly unknown[], name: string): string =>
  toFunctionSelector(abi.find((one) => (one as { name?: string }).name === name) as never);
const word = (value: bigint): Hash => `0x${value.toString(16).padStart(64, "0")}`;

interface Money {
  held: bigint;
  allowed: bigint;
  state: bigint;
  /** What Bookings keeps of the thing. */
  kept: bigint;
}

const ACTIVE = 1n << 166n;
const KEPT = terms | ACTIVE | BigInt(OWNER);

/** The chain as a node tells it: the contracts' answers by selector. */
async function node(money: Partial<Money> = {}): Promise<Chain> {
  const now: Money = { held: 1_000_000_000n, allowed: 0n, state: 2n, kept: KEPT, ...money };
  const answers: Record<string, bigint> = {
    [selector(bookingsAbi, "resource")]: now.kept,
    [selector(bookingsAbi, "request_state")]: now.state,
    [selector(mockTokenAbi, "balanceOf")]: now.held,
    [selector(mockTokenAbi, "allowance")]: now.allowed,
  };
  return wallet(PAYER, (_, data) => word(answers[data.slice(0, 10)] ?? 1n));
}

const shownOf = (of: World): Quote =>
  quoteOf(of.booked as never, of.thing as never, facts.chain, PAYER, PAULA);

let here: World;

beforeEach(async () => {
  here = await world();
  browser(here.answers);
});

test("the deal of a quote is the one that the command line makes", async () => {
  const { dealOf } = await import("./fund");
  const shown = shownOf(here);
  const quote = { ...shown, request: withArbitrator.booking as Hash };
  const { core, rest } = dealOf(quote, SALT);
  const data = encodeFunctionData({ abi: escrowAbi, functionName: "open", args: [core, rest, NO_AUTH] });
  expect(data).toBe(withArbitrator.calls.open);
});

describe("paying in two steps", () => {
  test("the first allows the escrow exactly price and deposit", async () => {
    const chain = await node();
    const { approve } = await import("./fund");
    const row = await approve(facts, shownOf(here));
    expect(row).toMatchObject({ what: "approve", about: `/requests/${here.request}` });
    const [sent] = chain.sent;
    expect(sent?.to).toBe(facts.chain.token);
    expect(decodeFunctionData({ abi: mockTokenAbi, data: sent?.data ?? "0x" })).toEqual({
      functionName: "approve",
      args: [facts.chain.escrow, SUM],
    });
  });

  test("the first sends nothing where exactly that is allowed already", async () => {
    const chain = await node({ allowed: SUM });
    const { approve } = await import("./fund");
    expect(await approve(facts, shownOf(here))).toBeUndefined();
    expect(chain.sent).toEqual([]);
  });

  test("a larger permission from before is brought down to the sum", async () => {
    const chain = await node({ allowed: SUM + 1n });
    const { approve } = await import("./fund");
    await approve(facts, shownOf(here));
    expect(chain.sent).toHaveLength(1);
  });

  test("the second opens the deal of the draft, with the salt it had before a reload", async () => {
    const chain = await node({ allowed: SUM });
    const { fund } = await import("./fund");
    const quote = shownOf(here);
    const draft = { salt: SALT, arbitrator: PAULA };
    await fund(facts, quote, draft);
    await fund(facts, quote, draft);
    expect(chain.sent[0]?.data).toBe(chain.sent[1]?.data);
    const { args } = decodeFunctionData({ abi: escrowAbi, data: chain.sent[0]?.data ?? "0x" });
    expect(args?.[0]).toMatchObject({
      payer: PAYER,
      payee: OWNER,
      price: 4_000_000n,
      booking: here.request,
      salt: SALT,
    });
  });

  test("the second waits for the first", async () => {
    const chain = await node();
    const { fund } = await import("./fund");
    const paying = fund(facts, shownOf(here), { salt: SALT, arbitrator: PAULA });
    await expect(paying).rejects.toMatchObject({ code: "page: allow first" });
    expect(chain.sent).toEqual([]);
  });
});

test.each([2n ** 53n + 1n, 2n ** 60n + 1n, 2n ** 96n - 1n])(
  "a price and a deposit of %s, as of a token with 18 decimals, are paid to the last unit",
  async (amount) => {
    here = await world({ ...description, price: { ...description.price, amount }, deposit: amount });
    browser(here.answers);
    const chain = await node({ held: 2n * amount, allowed: 2n * amount });
    const { fund } = await import("./fund");
    const { api, unwrap } = await import("../../api/client");
    const path = { resource: here.resource };
    const thing = await unwrap(api.GET("/api/resources/{resource}", { params: { path } }));
    const quote = quoteOf(here.booked as never, thing, facts.chain, PAYER, PAULA);
    await fund(facts, quote, { salt: SALT, arbitrator: PAULA });
    const { args } = decodeFunctionData({ abi: escrowAbi, data: chain.sent[0]?.data ?? "0x" });
    expect(args?.[0]).toMatchObject({ price: amount, deposit: amount });
  },
);

describe("nothing is allowed or paid", () => {
  async function refuses(code: string, money: Partial<Money> = {}, shown = shownOf(here)): Promise<unknown> {
    const chain = await node(money);
    const { approve, fund } = await import("./fund");
    const draft = { salt: SALT, arbitrator: PAULA };
    const problem = await approve(facts, shown).catch((error) => error);
    await expect(fund(facts, shown, draft)).rejects.toMatchObject({ code });
    expect(problem).toMatchObject({ code });
    expect(chain.sent).toEqual([]);
    return problem;
  }

  test("for a request that is not granted any more", () => refuses("page: not granted yet", { state: 4n }));

  test("with too little money, and the words name both amounts", async () => {
    const problem = await refuses("page: not enough money", { held: SUM - 1n });
    expect(problem).toMatchObject({ params: { needed: "54000000", held: "53999999" } });
  });

  test("twice", async () => {
    here.answers["GET /api/deals"] = {
      items: [{ escrow: SALT, payer: PAYER, outcome: null }],
      next_after: null,
    };
    await refuses("page: already paid");
  });

  test("twice, also where the server keeps the first payment quiet", async () => {
    const chain = await node({ allowed: SUM });
    chain.logs = [funded(here.request, PAYER, OWNER)];
    const { approve, fund } = await import("./fund");
    const again = fund(facts, shownOf(here), { salt: SALT, arbitrator: PAULA });
    await expect(again).rejects.toMatchObject({ code: "page: already paid" });
    await expect(approve(facts, shownOf(here))).rejects.toMatchObject({ code: "page: already paid" });
    expect(chain.sent).toEqual([]);
  });

  test("again after everything was given back it is allowed", async () => {
    here.answers["GET /api/deals"] = {
      items: [{ escrow: SALT, payer: PAYER, outcome: 2 }],
      next_after: null,
    };
    const chain = await node();
    const { approve } = await import("./fund");
    await approve(facts, shownOf(here));
    expect(chain.sent).toHaveLength(1);
  });

  test("when what was shown is not what holds now", async () => {
    const shown = { ...shownOf(here), price: 3_000_000n };
    await refuses("page: stale quote", {}, shown);
  });

  const cheaper = { ...description, deposit: 1 };
  test.each<[string, (of: World) => unknown]>([
    ["owner", (of) => Object.assign(of.thing, { owner: STRANGER })],
    [
      "thing",
      (of) =>
        Object.assign(of.booked, { resource: SALT }) &&
        Object.assign(of.answers, { [`GET /api/resources/${SALT}`]: of.thing }),
    ],
    ["begin", (of) => Object.assign(of.booked, { start_s: START_S + 3_600 })],
    ["end", (of) => Object.assign(of.booked, { end_s: START_S + 3_600 })],
    ["service", (of) => Object.assign(of.thing, { service: 1 })],
    ["digest", (of) => Object.assign(of.thing, { digest: SALT })],
    ["salt", (of) => Object.assign(of.thing, { salt: SALT })],
    ["salt, one that is none,", (of) => Object.assign(of.thing, { salt: "0x01" })],
    ["price", (of) => Object.assign(of.thing, { description: cheaper })],
    [
      "price, with its digest,",
      async (of) => {
        Object.assign(of.thing, { description: cheaper, digest: await canonicalDigest(cheaper) });
      },
    ],
  ])("when the server names another %s than the chain", async (_, forge) => {
    await forge(here);
    await refuses("page: forged answer");
  });

  test.each<[string, bigint]>([
    ["another owner", terms | ACTIVE | BigInt(PAULA)],
    ["other terms", KEPT ^ (1n << 213n)],
  ])("when a node says that the chain keeps %s", async (_, kept) => {
    await refuses("page: forged answer", { kept });
  });

  test("for a thing that the chain does not know", async () => {
    await refuses("bookings: unknown resource", { kept: 0n });
  });

  test.each<[string, Address]>([
    ["a mistyped address", `0x${PAULA.slice(2, 41)}D`],
    ["the payee", OWNER],
    ["the payer", PAYER],
    ["nobody at all", `0x${"00".repeat(20)}`],
  ])("with %s as the arbitrator", async (_, arbitrator) => {
    await refuses("page: unfit arbitrator", {}, { ...shownOf(here), arbitrator });
  });
});
