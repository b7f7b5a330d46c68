/** Asking and answering against a server and a node as the page meets them: over HTTP, with a persona's own signature. */
import {
  decodeFunctionData,
  encodeFunctionResult,
  type Hex,
  keccak256,
  parseTransaction,
  zeroHash,
} from "viem";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { packTerms, requestCall, requestId, resourceId } from "../../chain/bookings_codec";
import type { Address, Facts, Hash } from "../../chain/facts";
import { bookingsAbi } from "../../chain/generated/bookings";
import { type Canonical, canonicalDigest, canonicalText } from "../../kit/canonical_json";
import { codeAt } from "../../testing/known_code";
import type { BookingRequest, Resource } from "./queries";

const BOOKINGS = "0x2222222222222222222222222222222222222222";
const OTHERS = { ledger: `0x${"11".repeat(20)}`, escrow: `0x${"33".repeat(20)}` };
const AMIR = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";
const LENA = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8";
const CHAIN_ID = 31907;
const asOf = { block: 1, block_hash: "0x01", block_time_s: 1, head: 1, final: 0, lag_blocks: 0, lag_s: 0 };
const facts = {
  chain: {
    chain_id: CHAIN_ID,
    bookings: BOOKINGS,
    ...OTHERS,
    token: null,
    first_block_hash: `0x${"ab".repeat(32)}`,
  },
  demo: {
    chain_id: CHAIN_ID,
    rpc_url: "http://127.0.0.1:1",
    mnemonic: "test test test test test test test test test test test junk",
    personas: [{ name: "amir", title: "borrower", index: 2, address: AMIR }],
  },
} as unknown as Facts;
const span = { start_s: 1_893_492_000, end_s: 1_893_492_000 + 8 * 3_600 };

const description = {
  v: 1 as const,
  title: "Hammer drill",
  text: "For concrete.",
  service: "drill",
  cell: "881e15b71bfffff",
  max_distance_m: 12_000,
  price: { amount: 4_000_000, currency: "dEUR", per: "day" as const },
  deposit: 50_000_000,
  criteria: { hammer: true },
  tz: "Europe/Vienna",
  salt: "00".repeat(16),
};

const terms = {
  service: 14_621_975,
  quantum_s: 3_600,
  rule: 0,
  phase_s: 0,
  horizon_days: 180,
  ttl_h: 72,
  notice_h: 0,
  max_quanta: 336,
};
async function drill(described: NonNullable<Resource["description"]> = description): Promise<Resource> {
  const digest = await canonicalDigest({ ...described });
  const salt: Hash = `0x${"b0".repeat(32)}`;
  return {
    resource: resourceId(facts.chain, LENA, { terms: packTerms(terms), digest, salt }),
    owner: LENA,
    service: 14_621_975,
    rule: "manual",
    state: "active",
    quantum_s: 3_600,
    phase_s: 0,
    capacity: 1,
    buffer_quanta: 0,
    max_quanta: 336,
    notice_s: 0,
    horizon_s: 180 * 86_400,
    ttl_s: 72 * 3_600,
    announced_at_s: 1,
    digest,
    salt,
    conditions: null,
    cid: "bafkrei",
    description: described,
  };
}

const ACTIVE = 1n << 166n;

/** The contract's views, as the chain answers them. */
interface Contract {
  word: bigint;
  free: boolean;
  state: bigint;
}
const honest = (): Contract => ({ word: packTerms(terms) | BigInt(LENA) | ACTIVE, free: true, state: 0n });

class Kept {
  private readonly kept = new Map<string, string>();
  getItem = (key: string) => this.kept.get(key) ?? null;
  setItem = (key: string, value: string) => void this.kept.set(key, value);
  removeItem = (key: string) => void this.kept.delete(key);
}

/** Server and node; what was sent to the chain is collected. */
function world(served: Resource, contract: Contract) {
  const sent: { to: string; data: Hex }[] = [];
  const view = (data: Hex): Hex => {
    const { functionName, args } = decodeFunctionData({ abi: bookingsAbi, data });
    if (functionName === "request_id") {
      const { start, quanta, ...rest } = args[0];
      const result = requestId(facts.chain, { ...rest, start_s: Number(start), quanta: Number(quanta) });
      return encodeFunctionResult({ abi: bookingsAbi, functionName, result });
    }
    if (functionName === "resource")
      return encodeFunctionResult({ abi: bookingsAbi, functionName, result: contract.word });
    if (functionName === "is_free")
      return encodeFunctionResult({ abi: bookingsAbi, functionName, result: contract.free });
    if (functionName === "request_state")
      return encodeFunctionResult({ abi: bookingsAbi, functionName, result: contract.state });
    return `0x${"00".repeat(32)}`;
  };
  const node = (method: string, params: unknown[]): unknown => {
    if (method === "eth_call") return view((params[0] as { data: Hex }).data);
    if (method === "eth_getCode") return codeAt(params[0] as Hex);
    if (method === "eth_sendRawTransaction") {
      const raw = params[0] as Hex;
      const { to, data } = parseTransaction(raw);
      sent.push({ to: to ?? "", data: data ?? "0x" });
      return keccak256(raw);
    }
    const answers: Record<string, unknown> = {
      eth_chainId: "0x7ca3",
      eth_getTransactionCount: "0x0",
      eth_estimateGas: "0x30d40",
      eth_maxPriorityFeePerGas: "0x1",
      eth_gasPrice: "0x1",
      eth_getBlockByNumber: { number: "0x1", timestamp: "0x1", baseFeePerGas: "0x1", transactions: [] },
    };
    if (!(method in answers)) throw new Error(method);
    return answers[method];
  };
  vi.stubGlobal("fetch", async (input: Request | string, init?: RequestInit) => {
    const asked = typeof input === "string" ? new Request(new URL(input, "http://page.test"), init) : input;
    const path = new URL(asked.url).pathname;
    const json = (body: unknown, status = 200) =>
      new Response(canonicalText(body as Canonical), {
        status,
        headers: { "content-type": "application/json" },
      });
    if (path === "/api/demo/rpc") {
      const { id, method, params } = (await asked.json()) as {
        id: number;
        method: string;
        params: unknown[];
      };
      return json({ jsonrpc: "2.0", id, result: node(method, params) });
    }
    if (path === `/api/resources/${served.resource}`) return json({ data: served, as_of: asOf });
    return json({ error: { code: "request: unknown route" } }, 404);
  });
  return sent;
}

async function page() {
  const { loadWallet } = await import("../../chain/who");
  const wallet = await loadWallet(facts);
  await wallet.connect("persona.amir");
  const { openRows } = await import("../../chain/transactions");
  openRows(CHAIN_ID, facts.chain.first_block_hash);
  return await import("./actions");
}

beforeEach(() => {
  vi.resetModules();
  vi.stubGlobal("location", { origin: "http://page.test" });
  vi.stubGlobal("localStorage", new Kept());
  vi.stubGlobal("sessionStorage", new Kept());
  vi.stubGlobal("addEventListener", () => {});
  vi.stubGlobal("navigator", {
    locks: { request: (_: string, __: object, held: (lock: object) => unknown) => held({}) },
  });
});

describe("asking", () => {
  it("sends exactly what was shown, and its row leads to the page of the request", async () => {
    const thing = await drill();
    const sent = world(thing, honest());
    const { request } = await page();
    let begun = "";
    const row = await request(facts, AMIR, thing, span, (id) => {
      begun = id;
    });
    expect(sent).toHaveLength(1);
    expect(sent[0]?.to.toLowerCase()).toBe(BOOKINGS);
    const { functionName, args } = decodeFunctionData({ abi: bookingsAbi, data: sent[0]?.data ?? "0x" });
    expect(functionName).toBe("request");
    const values = (args as readonly [Record<string, unknown>])[0];
    expect(values).toMatchObject({
      resource: thing.resource,
      requester: AMIR,
      start: 1_893_492_000n,
      quanta: 8n,
      units: 1n,
    });
    const asked = {
      resource: thing.resource as Hash,
      requester: AMIR as Address,
      start_s: span.start_s,
      quanta: 8,
      salt: values.salt as Hash,
    };
    expect(begun).toBe(requestId(facts.chain, asked));
    expect(row).toMatchObject({ what: "request", about: `/requests/${begun}`, state: "sent" });
  });

  it.each([2n ** 53n + 1n, 2n ** 96n - 1n])("asks for a thing that costs %s units", async (amount) => {
    const thing = await drill({ ...description, price: { ...description.price, amount }, deposit: amount });
    const sent = world(thing, honest());
    const { request } = await page();
    const { api, unwrap } = await import("../../api/client");
    const path = { resource: thing.resource };
    const shown = await unwrap(api.GET("/api/resources/{resource}", { params: { path } }));
    expect(shown).toEqual(thing);
    await request(facts, AMIR, shown, span);
    expect(sent).toHaveLength(1);
  });

  it("does not send the same question twice while the first is on its way", async () => {
    const thing = await drill();
    const sent = world(thing, honest());
    const { request } = await page();
    await request(facts, AMIR, thing, span);
    await expect(request(facts, AMIR, thing, span)).rejects.toMatchObject({ code: "page: already sending" });
    expect(sent).toHaveLength(1);
  });

  it.each([1n, 2n])(
    "refuses when the same question stands on the chain already (state %s)",
    async (state) => {
      const thing = await drill();
      const sent = world(thing, { ...honest(), state });
      const { request } = await page();
      await expect(request(facts, AMIR, thing, span)).rejects.toMatchObject({
        code: "bookings: already requested",
      });
      expect(sent).toEqual([]);
    },
  );

  it("asks anew once the earlier question is closed", async () => {
    const thing = await drill();
    const contract = honest();
    const sent = world(thing, contract);
    const { request } = await page();
    const first = await request(facts, AMIR, thing, span);
    contract.state = 3n;
    const second = await request(facts, AMIR, thing, span);
    expect(second.about).not.toBe(first.about);
    expect(sent).toHaveLength(2);
  });

  it("refuses a time that was taken meanwhile", async () => {
    const thing = await drill();
    const sent = world(thing, { ...honest(), free: false });
    const { request } = await page();
    await expect(request(facts, AMIR, thing, span)).rejects.toMatchObject({ code: "bookings: not free" });
    expect(sent).toEqual([]);
  });

  it("refuses one's own thing", async () => {
    const thing = { ...(await drill()), owner: AMIR.toLowerCase() };
    const sent = world(thing, honest());
    const { request } = await page();
    await expect(request(facts, AMIR, thing, span)).rejects.toMatchObject({ code: "page: own thing" });
    expect(sent).toEqual([]);
  });

  const cheaper = { ...description, price: { ...description.price, amount: 1 } };
  it.each<[string, (thing: Resource) => Promise<[shown: Resource, served: Resource, contract: Contract]>]>([
    [
      "the price shown is not that of the digest",
      async (thing) => [{ ...thing, description: cheaper }, thing, honest()],
    ],
    [
      "the server changes the price and keeps the digest",
      async (thing) => [{ ...thing, description: cheaper }, { ...thing, description: cheaper }, honest()],
    ],
    [
      "the digest is another one now",
      async (thing) => [
        thing,
        { ...thing, description: cheaper, digest: await canonicalDigest(cheaper) },
        honest(),
      ],
    ],
    [
      "price and digest are not those of the id",
      async (thing) => {
        const forged = { ...thing, description: cheaper, digest: await canonicalDigest(cheaper) };
        return [forged, forged, honest()];
      },
    ],
    [
      "the salt is not that of the id",
      async (thing) => [{ ...thing, salt: thing.resource }, thing, honest()],
    ],
    [
      "the chain knows other terms than the id",
      async (thing) => [
        thing,
        thing,
        { ...honest(), word: packTerms({ ...terms, notice_h: 1 }) | BigInt(LENA) | ACTIVE },
      ],
    ],
    [
      "the chain knows another owner",
      async (thing) => [thing, thing, { ...honest(), word: packTerms(terms) | BigInt(AMIR) | ACTIVE }],
    ],
    [
      "the chain knows another rule",
      async (thing) => [
        thing,
        thing,
        { ...honest(), word: packTerms({ ...terms, rule: 1 }) | BigInt(LENA) | ACTIVE },
      ],
    ],
  ])("refuses when %s", async (_, changed) => {
    const [shown, served, contract] = await changed(await drill());
    const sent = world(served, contract);
    const { request } = await page();
    await expect(request(facts, AMIR, shown, span)).rejects.toMatchObject({ code: "page: stale quote" });
    expect(sent).toEqual([]);
  });

  it.each([
    ["paused", { state: "paused" as const }, "bookings: paused"],
    ["retired", { state: "retired" as const }, "bookings: retired"],
    [
      "gated",
      {
        conditions: {
          policy: AMIR,
          policy_name: "GroupSignatures",
          param: zeroHash,
          quota: 0,
          open_hours: null,
          requires: null,
        },
      },
      "bookings: conditions missing",
    ],
    [
      "of a policy that is not known here",
      {
        conditions: {
          policy: AMIR,
          policy_name: null,
          param: zeroHash,
          quota: 0,
          open_hours: null,
          requires: null,
        },
      },
      "bookings: conditions missing",
    ],
    [
      "only booked with another",
      {
        conditions: {
          policy: null,
          policy_name: null,
          param: null,
          quota: 0,
          open_hours: null,
          requires: zeroHash,
        },
      },
      "bookings: needs another resource",
    ],
  ])("refuses a thing that is %s", async (_, more, code) => {
    const thing = { ...(await drill()), ...more };
    const sent = world(thing, honest());
    const { request } = await page();
    await expect(request(facts, AMIR, thing, span)).rejects.toMatchObject({ code });
    expect(sent).toEqual([]);
  });

  it("presents the conditions of a gated thing as they were announced", async () => {
    const param: Hash = `0x${"0a".repeat(32)}`;
    const conditions = {
      policy: LENA,
      policy_name: "MembersOnly",
      param,
      quota: 8,
      open_hours: [0, 8, 167],
      requires: null,
    };
    const thing = { ...(await drill()), conditions };
    const sent = world(thing, honest());
    const { request } = await page();
    await request(facts, AMIR, thing, span);
    const call = decodeFunctionData({ abi: bookingsAbi, data: sent[0]?.data ?? "0x" });
    if (call.functionName !== "request_with") throw new Error(call.functionName);
    const [asked, presented, data] = call.args;
    expect(asked.start).toBe(BigInt(span.start_s));
    expect({ ...presented, policy: presented.policy.toLowerCase() }).toEqual({
      policy: LENA,
      param,
      quota: 8n,
      opening: 1n | (1n << 8n) | (1n << 167n),
      requires: zeroHash,
    });
    expect(data).toBe("0x");
  });

  it("refuses a thing that the chain does not know", async () => {
    const thing = await drill();
    world(thing, { ...honest(), word: 0n });
    const { request } = await page();
    await expect(request(facts, AMIR, thing, span)).rejects.toMatchObject({
      code: "bookings: unknown resource",
    });
  });
});

describe("answering", () => {
  const asked = {
    resource: `0x${"01".repeat(32)}` as Hash,
    requester: LENA as Address,
    start_s: span.start_s,
    quanta: 8,
    salt: `0x${"07".repeat(32)}` as Hash,
  };
  const shown = () =>
    ({
      ...asked,
      request: requestId(facts.chain, asked),
      end_s: span.end_s,
      units: "1",
      gathering: `0x${"00".repeat(32)}`,
      bundle: `0x${"00".repeat(32)}`,
    }) as unknown as BookingRequest;

  it.each(["confirm", "deny", "cancel"] as const)(
    "%s sends the values that hash to the request's id",
    async (act) => {
      const sent = world(await drill(), honest());
      const actions = await page();
      const row = await actions[act](facts, AMIR, shown());
      expect(sent[0]?.data).toBe(requestCall(act, asked));
      expect(row).toMatchObject({ what: act, about: `/requests/${shown().request}` });
    },
  );

  it("answers what was asked for several units, a gathering and a series as it was asked", async () => {
    const sent = world(await drill(), honest());
    const more = {
      ...asked,
      units: 2n,
      gathering: `0x${"09".repeat(32)}` as Hash,
      bundle: `0x${"00".repeat(4)}1${"0".repeat(55)}` as Hash,
    };
    const { confirm } = await page();
    const request = requestId(facts.chain, more);
    await confirm(facts, AMIR, { ...shown(), ...more, units: "2", request });
    expect(sent[0]?.data).toBe(requestCall("confirm", more));
  });

  it("sends nothing where what was shown does not hash to the id", async () => {
    const sent = world(await drill(), honest());
    const { confirm } = await page();
    const forged = { ...shown(), requester: AMIR.toLowerCase() };
    await expect(confirm(facts, AMIR, forged)).rejects.toMatchObject({ code: "page: stale quote" });
    const more = { ...shown(), units: "2" };
    await expect(confirm(facts, AMIR, more)).rejects.toMatchObject({ code: "page: stale quote" });
    expect(sent).toEqual([]);
  });
});
