/** Which chain and contracts this installation reads, and whether it is a demo. Asked once, kept for the visit. */
import { queryOptions } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "../api/client";
import { Problem } from "../api/problem";
import type { Unit } from "../words/speak";

export type Address = `0x${string}`;
export type Hash = `0x${string}`;
export type ChainFacts = Schemas["ChainOut"];
export type DemoFacts = Schemas["DemoOut"];

export interface Facts {
  readonly chain: ChainFacts;
  /** null: nothing here is simulated. */
  readonly demo: DemoFacts | null;
}

async function demoFacts(): Promise<DemoFacts | null> {
  try {
    return await unwrap(api.GET("/api/demo"));
  } catch (error) {
    if (error instanceof Problem && error.code === "request: unknown route") return null;
    throw error;
  }
}

/** What a visit begins with holds until its end: nothing that was proven is swapped afterwards. */
const HOLDS = [
  "chain_id",
  "bookings",
  "escrow",
  "ledger",
  "token",
  "token_symbol",
  "token_decimals",
] as const satisfies readonly (keyof ChainFacts)[];
let first: ChainFacts | null = null;

function same(chain: ChainFacts): ChainFacts {
  const began = first ?? chain;
  if (HOLDS.some((name) => began[name] !== chain[name])) throw new Problem("page: foreign contracts");
  first = began;
  return chain;
}

async function facts(): Promise<Facts> {
  const [chain, demo] = await Promise.all([unwrap(api.GET("/api/chain")), demoFacts()]);
  return { chain: same(chain), demo };
}

const DEMO_AGAIN_MS = 5_000; // whether the indexer of a demo runs may change under the page

export const factsQuery = queryOptions({
  queryKey: ["facts"],
  queryFn: facts,
  staleTime: Number.POSITIVE_INFINITY,
  refetchInterval: (query) => (query.state.data?.demo ? DEMO_AGAIN_MS : false),
});

const CENT = "-cent";

/** How amounts of a description's currency code are shown. */
export function unitOfCurrency(code: string, chain: ChainFacts): Unit {
  if (code.endsWith(CENT)) return { symbol: code.slice(0, -CENT.length), decimals: 2 };
  if (code === chain.token_symbol) return { symbol: code, decimals: chain.token_decimals ?? 0 };
  return { symbol: code, decimals: 0 };
}

/** How amounts of a deal's token are shown; one that is not ours counts in its smallest unit, by its address. */
export function unitOfToken(token: string, chain: ChainFacts): Unit {
  if (chain.token && token.toLowerCase() === chain.token.toLowerCase())
    return { symbol: chain.token_symbol ?? "", decimals: chain.token_decimals ?? 0 };
  return { symbol: token, decimals: 0 };
}
