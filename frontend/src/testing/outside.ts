/**
 * The outside world for tests of actions: a server that answers over HTTP, and a wallet that announces itself
 * (EIP-6963) and answers JSON-RPC (EIP-1193) the way a node would. Everything between them is the page's own.
 */
import { encodeErrorResult } from "viem";
import { vi } from "vitest";
import type { Address, Facts, Hash } from "../chain/facts";
import vectors from "../chain/generated/vectors.json";
import { type Canonical, canonicalText } from "../kit/canonical_json";
import { codeAt, unitAt } from "./known_code";

export const ORIGIN = "http://page.test";
const AS_OF = {
  block: 9,
  block_hash: "0x09",
  block_time_s: 1_893_000_000,
  head: 9,
  final: 7,
  lag_blocks: 0,
  lag_s: 0,
};

/** Facts of the chain that the vectors are made for; no demo. */
export const facts = {
  chain: {
    chain_id: vectors.chain_id,
    indexed_chain_id: vectors.chain_id,
    start_block: 1,
    ledger: vectors.contracts.ReputationLedger,
    bookings: vectors.contracts.Bookings,
    escrow: vectors.contracts.Escrow,
    token: vectors.contracts.MockToken,
    token_symbol: "dEUR",
    token_decimals: 6,
    others: {},
    first_block_hash: `0x${"ab".repeat(32)}`,
  },
  demo: null,
} satisfies Facts;

/** The part of a browser's storage that the page uses. */
class MemoryStorage {
  private readonly kept = new Map<string, string>();
  getItem = (key: string): string | null => this.kept.get(key) ?? null;
  setItem = (key: string, value: string): void => void this.kept.set(key, value);
  removeItem = (key: string): void => void this.kept.delete(key);
}

/** Answers by "METHOD /path"; the data, without its envelope. An unknown path is a 404. */
export type Answers = Record<string, unknown>;

/** A browser with nothing in it, in front of a server with these answers, which a test may change. */
export function browser(answers: Answers): void {
  vi.resetModules();
  const window = Object.assign(new EventTarget(), { location: { origin: ORIGIN } });
  vi.stubGlobal("window", window);
  vi.stubGlobal("location", window.location);
  vi.stubGlobal("localStorage", new MemoryStorage());
  vi.stubGlobal("sessionStorage", new MemoryStorage());
  vi.stubGlobal("fetch", async (request: Request) => {
    const data = answers[`${request.method} ${new URL(request.url).pathname}`];
    const found = data !== undefined;
    const body = found ? { data, as_of: AS_OF } : { error: { code: "request: unknown route" } };
    const headers = { "content-type": "application/json" };
    return new Response(canonicalText(body as Canonical), { status: found ? 200 : 404, headers });
  });
}

export interface Sent {
  readonly from: Address;
  readonly to: Address;
  readonly data: Hash;
  readonly value?: Hash;
}

export interface Chain {
  account: Address;
  chainId: number;
  /** The answer of a call to a contract: encoded data. May throw what a node would. */
  call: (to: string, data: Hash) => Hash;
  /** What stands at an address; the contracts of the vectors unless a test changes it. */
  codeAt: (address: string) => Hash;
  logs: unknown[];
  /** Whether the member says yes when asked to send. */
  agrees: boolean;
  readonly sent: Sent[];
}

class RpcError extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly data?: unknown,
  ) {
    super(message);
  }
}

/** What a node answers when a contract refuses with a reason. */
export function refusal(reason: string): RpcError {
  const abi = [{ type: "error", name: "Error", inputs: [{ name: "reason", type: "string" }] }] as const;
  return new RpcError(
    3,
    "execution reverted",
    encodeErrorResult({ abi, errorName: "Error", args: [reason] }),
  );
}

function answer(chain: Chain, method: string, params: unknown[]): unknown {
  switch (method) {
    case "eth_requestAccounts":
    case "eth_accounts":
      return [chain.account];
    case "eth_chainId":
      return `0x${chain.chainId.toString(16)}`;
    case "eth_call": {
      const [{ to, data }] = params as [{ to: string; data: Hash }];
      return unitAt(to, data) ?? chain.call(to, data);
    }
    case "eth_getCode":
      return chain.codeAt((params as [string])[0]);
    case "eth_getLogs":
      return chain.logs;
    case "eth_sendTransaction": {
      if (!chain.agrees) throw new RpcError(4001, "User rejected the request.");
      chain.sent.push((params as [Sent])[0]);
      return `0x${chain.sent.length.toString(16).padStart(64, "0")}`;
    }
    default:
      throw new RpcError(-32601, `${method} is not there`);
  }
}

/** A wallet of `account`, announced and connected; what it is asked to send stands in `sent`. */
export async function wallet(
  account: Address,
  call: Chain["call"] = () => "0x",
  told: Facts = facts,
): Promise<Chain> {
  const chain: Chain = { account, chainId: vectors.chain_id, call, codeAt, logs: [], agrees: true, sent: [] };
  const provider = {
    request: async ({ method, params = [] }: { method: string; params?: unknown[] }) =>
      answer(chain, method, params),
    on: () => {},
    removeListener: () => {},
  };
  const info = {
    uuid: "350670db-19fa-4704-a166-e52e178b59d2",
    name: "Test wallet",
    icon: "data:,",
    rdns: "test.wallet",
  };
  const announce = (): void => {
    window.dispatchEvent(
      new CustomEvent("eip6963:announceProvider", { detail: Object.freeze({ info, provider }) }),
    );
  };
  window.addEventListener("eip6963:requestProvider", announce);
  const { choices, loadWallet } = await import("../chain/who");
  const loaded = await loadWallet(told);
  announce();
  const found = choices.get().find((one) => one.kind === "wallet");
  if (!found) throw new Error("the wallet was not found");
  await loaded.connect(found.id);
  return chain;
}
