/** The contracts of the vectors as a node shows them: their code, and the unit of their token. */
import { encodeFunctionResult, type Hex, keccak256, toFunctionSelector } from "viem";
import bookings from "../../../indexer/chain/abi/Bookings.json";
import escrow from "../../../indexer/chain/abi/Escrow.json";
import ledger from "../../../indexer/chain/abi/ReputationLedger.json";
import type { Hash } from "../chain/facts";
import known from "../chain/generated/code.json";
import { mockTokenAbi } from "../chain/generated/mock_token";
import vectors from "../chain/generated/vectors.json";

type Known = (typeof known)["Escrow"];

/** What a program begins with: it reads which function is called. The constructor in front of it does not. */
const BEGINS = "5f3560e01c";

/** The part of the deployment code that stays at the address. */
function runtime(bytecode: string, { bytes, keccak256: hash }: Known): Hex {
  const at = bytecode.indexOf(BEGINS);
  const part: Hex = `0x${bytecode.slice(at, at + 2 * bytes)}`;
  if (keccak256(part) !== hash) throw new Error("code.json and the artefact are of different sources");
  return part;
}

const CODE: Readonly<Record<string, () => Hex>> = {
  [vectors.contracts.Bookings.toLowerCase()]: () => runtime(bookings.bytecode, known.Bookings),
  [vectors.contracts.Escrow.toLowerCase()]: () => runtime(escrow.bytecode, known.Escrow),
  [vectors.contracts.ReputationLedger.toLowerCase()]: () => runtime(ledger.bytecode, known.ReputationLedger),
};
const found = new Map<string, Hex>();

/** `eth_getCode`: the program and one immutable behind it. */
export function codeAt(address: string): Hex {
  const name = address.toLowerCase();
  const code = found.get(name) ?? CODE[name]?.() ?? "0x";
  found.set(name, code);
  return code === "0x" ? code : `${code}${"07".repeat(32)}`;
}

const UNIT = { symbol: "dEUR", decimals: 6 } as const;

/** What the token of the vectors answers when its unit is asked for; null for any other call. */
export function unitAt(to: string, data: Hash): Hex | null {
  if (to.toLowerCase() !== vectors.contracts.MockToken.toLowerCase()) return null;
  const named = (["symbol", "decimals"] as const).find(
    (name) => toFunctionSelector(`${name}()`) === data.slice(0, 10),
  );
  if (named === undefined) return null;
  return encodeFunctionResult({ abi: mockTokenAbi, functionName: named, result: UNIT[named] } as never);
}
