import { verifyMessage } from "viem";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Facts } from "../../chain/facts";

const AMIR = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";
const MESSAGE = [
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
const asOf = { block: 1, block_hash: "0x01", block_time_s: 1, head: 1, final: 0, lag_blocks: 0, lag_s: 0 };
const facts = {
  chain: { chain_id: 31907, token: null },
  demo: {
    chain_id: 31907,
    rpc_url: "http://127.0.0.1:1",
    mnemonic: "test test test test test test test test test test test junk",
    personas: [{ name: "amir", title: "borrower", index: 2, address: AMIR }],
  },
} as unknown as Facts;

class Storage_ {
  private readonly kept = new Map<string, string>();
  getItem = (key: string) => this.kept.get(key) ?? null;
  setItem = (key: string, value: string) => void this.kept.set(key, value);
  removeItem = (key: string) => void this.kept.delete(key);
}

/** The server as the page meets it over HTTP: what was asked, and an answer for each path. */
function server(answers: Record<string, (body: unknown) => [number, unknown]>) {
  const asked: { path: string; body: unknown; token: string | null }[] = [];
  const reply = async (request: Request): Promise<Response> => {
    const path = `${request.method} ${new URL(request.url).pathname}`;
    const text = await request.text();
    const body: unknown = text ? JSON.parse(text) : null;
    asked.push({ path, body, token: request.headers.get("authorization") });
    const [status, answer] = answers[path]?.(body) ?? [404, { error: { code: "request: unknown route" } }];
    return new Response(JSON.stringify(answer), { status, headers: { "content-type": "application/json" } });
  };
  vi.stubGlobal("fetch", (input: Request | string, init?: RequestInit) =>
    reply(typeof input === "string" ? new Request(new URL(input, "http://page.test"), init) : input),
  );
  return asked;
}

async function page() {
  const { loadWallet } = await import("../../chain/who");
  const wallet = await loadWallet(facts);
  await wallet.connect("persona.amir");
  return await import("./actions");
}

beforeEach(() => {
  vi.resetModules();
  vi.stubGlobal("location", { origin: "http://page.test" });
  vi.stubGlobal("localStorage", new Storage_());
  vi.stubGlobal("sessionStorage", new Storage_());
});

describe("signing in", () => {
  it("signs the server's own message and keeps the token it gets", async () => {
    const asked = server({
      "POST /api/session/nonce": () => [
        200,
        { data: { nonce: "n", expires_at_s: 2, message: MESSAGE }, as_of: asOf },
      ],
      "POST /api/session": () => [
        200,
        { data: { token: "secret", address: AMIR, expires_at_s: 2 }, as_of: asOf },
      ],
      "GET /api/session": () => [200, { data: { address: AMIR, expires_at_s: 2 }, as_of: asOf }],
    });
    const { signIn, signedIn } = await page();
    await signIn(AMIR);
    const sent = asked.find((one) => one.path === "POST /api/session")?.body as {
      message: string;
      signature: `0x${string}`;
    };
    expect(sent.message).toBe(MESSAGE);
    expect(await verifyMessage({ address: AMIR, message: MESSAGE, signature: sent.signature })).toBe(true);
    expect(await signedIn(AMIR)).toBe(true);
    expect(asked.at(-1)).toMatchObject({ path: "GET /api/session", token: "Bearer secret" });
    const before = asked.length;
    await signIn(AMIR);
    expect(asked.slice(before).map((one) => one.path)).toEqual(["GET /api/session"]);
  });

  it("keeps no token when the server refuses", async () => {
    server({
      "POST /api/session/nonce": () => [
        200,
        { data: { nonce: "n", expires_at_s: 2, message: MESSAGE }, as_of: asOf },
      ],
      "POST /api/session": () => [401, { error: { code: "session: bad signature" } }],
    });
    const { signIn, signedIn } = await page();
    await expect(signIn(AMIR)).rejects.toMatchObject({ code: "session: bad signature" });
    expect(await signedIn(AMIR)).toBe(false);
  });

  it.each([
    ["another site", MESSAGE.replace("page.test wants", "bank.example wants")],
    ["another address", MESSAGE.replace("http://page.test", "https://bank.example")],
    ["somebody else", MESSAGE.replace(AMIR, "0x70997970C51812dc3A010C7d01b50e0d17dc79C8")],
    ["another chain", MESSAGE.replace("31907", "1")],
    ["more than signing in", `${MESSAGE}\nResources:\n- urn:recap:eyJhdHQiOnt9fQ`],
    ["no such thing", "I owe you everything"],
  ])("signs nothing that is for %s", async (_, message) => {
    const asked = server({
      "POST /api/session/nonce": () => [200, { data: { nonce: "n", expires_at_s: 2, message }, as_of: asOf }],
    });
    const { signIn } = await page();
    await expect(signIn(AMIR)).rejects.toMatchObject({ code: "page: foreign message" });
    expect(asked.map((one) => one.path)).toEqual(["POST /api/session/nonce"]);
  });

  it.each([
    ["localhost:5173", true],
    ["127.0.0.1:8200", true],
    ["[::1]:80", true],
    ["192.168.1.5:8200", false],
  ])("on this machine a page at %s is the one of the message: %s", async (host, fits) => {
    const { requireSignIn } = await import("./message");
    const message = MESSAGE.replaceAll("page.test", "127.0.0.1:8200");
    const hold = () => requireSignIn(message, `http://${host}`, AMIR, 31907);
    if (fits) hold();
    else expect(hold).toThrow("page: foreign message");
  });

  it("as somebody else than the wallet's account signs nothing", async () => {
    const asked = server({
      "POST /api/session/nonce": () => [
        200,
        { data: { nonce: "n", expires_at_s: 2, message: MESSAGE }, as_of: asOf },
      ],
    });
    const { signIn } = await page();
    const other = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
    await expect(signIn(other)).rejects.toMatchObject({ code: "page: account switched" });
    expect(asked.map((one) => one.path)).toEqual(["POST /api/session/nonce"]);
  });

  it("without a server says that it is gone", async () => {
    vi.stubGlobal("fetch", async () => {
      throw new TypeError("failed to fetch");
    });
    const { signIn } = await page();
    await expect(signIn(AMIR)).rejects.toMatchObject({ code: "page: server gone" });
  });
});
