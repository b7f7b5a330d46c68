/**
 * Whether the contracts that the server names are the program that this page knows, and whether the token counts as the
 * server says. Asked of the member's own node before the first transaction of a visit.
 *
 * It proves what the contracts do from now on, not with what in their storage they were made.
 */
import { type Chain, type Client, keccak256, size, slice, type Transport } from "viem";
import { getCode, readContract } from "viem/actions";
import { Problem } from "../api/problem";
import type { Address, ChainFacts } from "./facts";
import known from "./generated/code.json";
import { mockTokenAbi } from "./generated/mock_token";

export type Contracts = Pick<
  ChainFacts,
  "chain_id" | "bookings" | "escrow" | "ledger" | "token" | "token_symbol" | "token_decimals"
>;
type Reader = Client<Transport, Chain>;

let proven: string | null = null;

/** Throws `Problem` "page: foreign contracts", and what reading throws. */
export async function requireKnownCode(reader: Reader, named: Contracts): Promise<void> {
  const { chain_id, bookings, escrow, ledger, token, token_symbol, token_decimals } = named;
  const asked = JSON.stringify([chain_id, bookings, escrow, ledger, token, token_symbol, token_decimals]);
  if (proven === asked) return;
  const fits = await Promise.all([
    hasCode(reader, bookings, known.Bookings),
    hasCode(reader, escrow, known.Escrow),
    hasCode(reader, ledger, known.ReputationLedger),
    countsAsSaid(reader, named),
  ]);
  if (fits.includes(false)) throw new Problem("page: foreign contracts");
  proven = asked;
}

/** Immutables stand behind the code; only what is in front of them is the program. */
async function hasCode(reader: Reader, address: string, code: (typeof known)["Escrow"]): Promise<boolean> {
  const found = await getCode(reader, { address: address as Address });
  return (
    found !== undefined &&
    size(found) >= code.bytes &&
    keccak256(slice(found, 0, code.bytes)) === code.keccak256
  );
}

/** A price in words is only as good as the unit it is said in. */
async function countsAsSaid(
  reader: Reader,
  { token, token_symbol, token_decimals }: Contracts,
): Promise<boolean> {
  if (token === null) return true;
  const of = { address: token as Address, abi: mockTokenAbi } as const;
  const [symbol, decimals] = await Promise.all([
    readContract(reader, { ...of, functionName: "symbol" }),
    readContract(reader, { ...of, functionName: "decimals" }),
  ]);
  return symbol === token_symbol && decimals === token_decimals;
}
