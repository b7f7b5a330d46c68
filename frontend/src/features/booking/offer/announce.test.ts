/** The server and the chain are played as the page meets them: over HTTP and over EIP-1193. All of ours is real. */
import { decodeFunctionData, type Hex, parseTransaction } from "viem";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { packTerms, resourceId, serviceId } from "../../../chain/bookings_codec";
import type { Facts, Hash } from "../../../chain/facts";
import { bookingsAbi } from "../../../chain/generated/bookings";
import { cidOfDigest, sha256 } from "../../../kit/cid";
import { codeAt } from "../../../testing/known_code";
import { emptyForm, type Offer, readForm, termsOf } from "./form";

const AMIR = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";
const BOOKINGS = "0x2222222222222222222222222222222222222222";
const SIGN_IN = [
  "page.test wants you to sign in with your Ethereum account:",
  AMIR,
  "",
  "Sign in to Allmende. This costs nothing and moves nothing.",
  "",
  "URI: http://page.test",
  "Version: 1",
  "Chain ID: 31907",
  "Nonce: wBN0hi4pzReKtEkso",
  "Issued At: 2026-11-21T15:25:53Z",
].join("\n");
const HASH: Hash = `0x${"9a".repeat(32)}`;
const NOW_S = 1_795_258_420;
const SALTS = { document: "00112233445566778899aabbccddeeff", announcement: `0x${"5a".repeat(32)}` } as const;
const asOf = {
  block: 1,
  block_hash: "0x01",
  block_time_s: NOW_S,
  head: 1,
  final: 0,
  lag_blocks: 0,
  lag_s: 0,
};
const facts = {
  chain: {
    chain_id: 31907,
    bookings: BOOKINGS,
    ledger: `0x${"11".repeat(20)}`,
    escrow: `0x${"33".repeat(20)}`,
    token: null,
  },
  demo: {
    chain_id: 31907,
    rpc_url: "http://127.0.0.1:1",
    mnemonic: "test test test test test test test test test test test junk",
    personas: [{ name: "amir", title: "borrower", index: 2, address: AMIR }],
  },
} as unknown as Facts;

const PHOTO = Uint8Array.from([
  ...[0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0],
  ...[0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0x12, 0x34, 0xff, 0xd9],
]);
const WITH_EXIF = Uint8Array.from([
  0xff,
  0xd8,
  0xff,
  0xe1,
  0,
  8,
  0x45,
  0x78,
  0x69,
  0x66,
  0,
  0,
  ...PHOTO.slice(2),
]);

class Kept {
  private readonly values = new Map<string, string>();
  getItem = (key: string) => this.values.get(key) ?? null;
  setItem = (key: string, value: string) => void this.values.set(key, value);
  removeItem = (key: string) => void this.values.delete(key);
}

/** The bytes of the only document in a body, as they came: amounts may be beyond what a number holds. */
const documentIn = (body: Uint8Array): string =>
  new TextDecoder().decode(body).slice('{"documents":['.length, -"]}".length);

async function digestOf(text: string): Promise<Hash> {
  const digest = await sha256(new TextEncoder().encode(text));
  return `0x${Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

interface World {
  /** What the server says it stored, given what it was sent. */
  readonly stored?: (digest: Hash) => string;
  /** Words the contract refuses with. */
  readonly refuses?: string;
}

/** Whatever is asked of the outside, in order. */
function outside(world: World = {}) {
  const asked: { readonly path: string; readonly body: Uint8Array; readonly type: string | null }[] = [];
  const sent: Hex[] = [];
  const node: Record<string, (params: readonly unknown[]) => unknown> = {
    eth_chainId: () => "0x7ca3",
    eth_getCode: ([address]) => codeAt(address as Hex),
    eth_call: () => {
      if (world.refuses) throw new Error(`execution reverted: ${world.refuses}`);
      return HASH;
    },
    eth_estimateGas: () => "0x20000",
    eth_getTransactionCount: () => "0x0",
    eth_getBlockByNumber: () => ({
      baseFeePerGas: "0x7",
      number: "0x1",
      timestamp: "0x1",
      gasLimit: "0x1c9c380",
    }),
    eth_maxPriorityFeePerGas: () => "0x1",
    eth_gasPrice: () => "0x8",
    eth_sendRawTransaction: ([raw]) => {
      sent.push(raw as Hex);
      return HASH;
    },
  };
  async function answer(path: string, body: Uint8Array): Promise<[number, unknown]> {
    const ok = (data: unknown): [number, unknown] => [200, { data, as_of: asOf }];
    const read = () => JSON.parse(new TextDecoder().decode(body));
    switch (path) {
      case "POST /api/session/nonce":
        return ok({ nonce: "n", expires_at_s: 2, message: SIGN_IN });
      case "POST /api/session":
        return ok({ token: "secret", address: AMIR, expires_at_s: 2 });
      case "GET /api/session":
        return ok({ address: AMIR, expires_at_s: 2 });
      case "POST /api/photos": {
        const digest = await sha256(new Uint8Array(body));
        return ok({ cid: cidOfDigest(digest), digest: "0x00" });
      }
      case "POST /api/descriptions": {
        const digest = await digestOf(documentIn(body));
        return ok({ items: [{ cid: "bafy", digest: world.stored?.(digest) ?? digest }] });
      }
      case "POST /api/demo/rpc": {
        const { id, method, params } = read();
        try {
          return [200, { jsonrpc: "2.0", id, result: node[method]?.(params) ?? null }];
        } catch (error) {
          return [200, { jsonrpc: "2.0", id, error: { code: 3, message: (error as Error).message } }];
        }
      }
      default:
        return [404, { error: { code: "request: unknown route" } }];
    }
  }
  vi.stubGlobal("fetch", async (input: Request | string, init?: RequestInit) => {
    const request = typeof input === "string" ? new Request(new URL(input, "http://page.test"), init) : input;
    const path = `${request.method} ${new URL(request.url).pathname}`;
    const body = new Uint8Array(await request.arrayBuffer());
    asked.push({ path, body, type: request.headers.get("content-type") });
    const [status, data] = await answer(path, body);
    return new Response(JSON.stringify(data), { status, headers: { "content-type": "application/json" } });
  });
  const bodies = (path: string): Uint8Array[] =>
    asked.filter((one) => one.path === path).map((one) => one.body);
  return { asked, sent, bodies };
}

/** The page with somebody connected. */
async function page() {
  const { loadWallet } = await import("../../../chain/who");
  const wallet = await loadWallet(facts);
  await wallet.connect("persona.amir");
  const { noteFreshness } = await import("../../../api/freshness");
  noteFreshness(asOf);
  return await import("./announce");
}

function offer(): Offer {
  const form = {
    ...emptyForm("Europe/Vienna"),
    title: "Tile saw",
    tag: "tile-saw",
    point: "48.21020, 16.36360",
  };
  const money = { currency: "dEUR", unit: { symbol: "dEUR", decimals: 6 } };
  const { offer: found } = readForm(
    { ...form, slot_s: 86_400, price: "6.5", deposit: "12345678901234567890" },
    money,
  );
  if (!found) throw new Error("the form is whole");
  return found;
}

const blob = (bytes: Uint8Array): Blob => new Blob([new Uint8Array(bytes)], { type: "image/jpeg" });

beforeEach(() => {
  vi.resetModules();
  vi.stubGlobal("location", { origin: "http://page.test" });
  vi.stubGlobal("localStorage", new Kept());
  vi.stubGlobal("sessionStorage", new Kept());
});

describe("announcing", () => {
  test("stores photo and description, and sends exactly that announcement", async () => {
    const { sent, bodies } = outside();
    const { announce } = await page();
    const steps: string[] = [];
    const done = await announce(facts, AMIR, offer(), { photos: [blob(PHOTO)], salts: SALTS }, (step) =>
      steps.push(step),
    );

    expect(steps).toEqual(["sign", "photos", "description", "chain"]);
    expect(bodies("POST /api/photos")).toEqual([PHOTO]);
    const text = new TextDecoder().decode(bodies("POST /api/descriptions")[0]);
    expect(text).toContain('"cell":"881e15b711fffff"');
    expect(text).toContain('"deposit":12345678901234567890000000');
    expect(text).toContain(`"photos":["${cidOfDigest(await sha256(PHOTO))}"]`);
    expect(text).not.toContain("48.21");

    const [raw] = sent;
    const { to, data, value } = parseTransaction(raw ?? "0x");
    expect(to?.toLowerCase()).toBe(BOOKINGS.toLowerCase());
    expect(value ?? 0n).toBe(0n);
    const { functionName, args } = decodeFunctionData({ abi: bookingsAbi, data: data ?? "0x" });
    const digest = await digestOf(text.slice('{"documents":['.length, -"]}".length));
    const terms = packTerms(termsOf(offer(), serviceId("tile-saw"), NOW_S));
    expect(functionName).toBe("announce");
    expect(args?.[0]).toEqual({ terms, digest, salt: SALTS.announcement });
    expect(args?.[1]).toMatchObject({
      signer: "0x0000000000000000000000000000000000000000",
      signature: "0x",
    });

    const announcement = { terms, digest, salt: SALTS.announcement };
    const resource = resourceId({ chain_id: 31907, bookings: BOOKINGS }, AMIR, announcement);
    expect(done.resource).toBe(resource);
    expect(done.row).toMatchObject({
      hash: HASH,
      what: "announce",
      from: AMIR,
      about: `/resources/${resource}`,
    });
  });

  test("twice with the same salts is the same thing", async () => {
    outside();
    const { announce } = await page();
    const first = await announce(facts, AMIR, offer(), { photos: [], salts: SALTS });
    const again = await announce(facts, AMIR, offer(), { photos: [], salts: SALTS });
    expect(again.resource).toBe(first.resource);
  });

  test("what is on the chain already is no failure", async () => {
    const { sent } = outside({ refuses: "bookings: already announced" });
    const { announce } = await page();
    const done = await announce(facts, AMIR, offer(), { photos: [], salts: SALTS });
    expect(done.row).toBeNull();
    expect(sent).toEqual([]);
  });
});

describe("nothing is sent to the chain", () => {
  test("when the server stored something else", async () => {
    const { sent } = outside({ stored: () => `0x${"00".repeat(32)}` });
    const { announce } = await page();
    await expect(announce(facts, AMIR, offer(), { photos: [], salts: SALTS })).rejects.toMatchObject({
      code: "page: document changed",
    });
    expect(sent).toEqual([]);
  });

  test("when the contract would refuse", async () => {
    const { sent } = outside({ refuses: "bookings: phase too large" });
    const { announce } = await page();
    await expect(announce(facts, AMIR, offer(), { photos: [], salts: SALTS })).rejects.toMatchObject({
      code: "bookings: phase too large",
    });
    expect(sent).toEqual([]);
  });

  test("nor is a photo uploaded that still carries EXIF", async () => {
    const { sent, bodies } = outside();
    const { announce } = await page();
    await expect(
      announce(facts, AMIR, offer(), { photos: [blob(WITH_EXIF)], salts: SALTS }),
    ).rejects.toMatchObject({ code: "page: photo metadata" });
    expect(bodies("POST /api/photos")).toEqual([]);
    expect(sent).toEqual([]);
  });
});
