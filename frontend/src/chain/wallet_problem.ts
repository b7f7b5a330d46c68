/** What a wallet, a node or a contract refused, as a problem with words of its own (EIP-1193, EIP-1474). */
import { BaseError, decodeErrorResult, type Hex, isHex } from "viem";
import { Problem } from "../api/problem";

const ERROR_STRING = [
  { type: "error", name: "Error", inputs: [{ name: "reason", type: "string" }] },
] as const;

const BY_CODE: Readonly<Record<number, string>> = {
  4001: "page: wallet refused",
  4100: "page: wallet locked",
  4900: "page: node gone",
  4901: "page: wrong network",
  4902: "page: wrong network",
  [-32002]: "page: wallet busy",
};

const BY_NAME: Readonly<Record<string, string>> = {
  ChainMismatchError: "page: wrong network",
  ConnectorChainMismatchError: "page: wrong network",
  ConnectorNotConnectedError: "page: not connected",
  ConnectorAccountNotFoundError: "page: account switched",
  HttpRequestError: "page: node gone",
  TimeoutError: "page: node gone",
  InsufficientFundsError: "page: no gas",
  UserRejectedRequestError: "page: wallet refused",
};

interface Linked {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly data?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
}

/** An error and its causes, outermost first. */
function* causes(error: unknown): Generator<Linked> {
  for (let at = error, depth = 0; at && typeof at === "object" && depth < 12; depth += 1) {
    yield at as Linked;
    const nested = (at as { data?: { originalError?: unknown } }).data?.originalError;
    at = (at as Linked).cause ?? nested;
  }
}

/** The words a contract reverted with ("escrow: not funded"), or null. */
export function revertReason(error: unknown): string | null {
  for (const link of causes(error)) {
    const inner = link.data && typeof link.data === "object" ? (link.data as Linked).data : link.data;
    if (isHex(inner) && inner.length > 10) {
      try {
        return decodeErrorResult({ abi: ERROR_STRING, data: inner as Hex }).args[0];
      } catch {
        // not `Error(string)`: look at the next cause
      }
    }
    const said =
      typeof link.message === "string"
        ? /revert(?:ed)?:? "?([a-z_]+: [a-z0-9 ,'-]+)/.exec(link.message)
        : null;
    if (said?.[1]) return said[1].trim();
  }
  return null;
}

/** Any failure of a wallet call as a `Problem`. */
export function walletProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const reason = revertReason(error);
  if (reason) return new Problem(reason, {}, { cause: error });
  for (const link of causes(error)) {
    if (link instanceof Problem) return link;
    const byName = typeof link.name === "string" ? BY_NAME[link.name] : undefined;
    const byCode = typeof link.code === "number" ? BY_CODE[link.code] : undefined;
    const code = byCode ?? byName;
    if (code) return new Problem(code, {}, { cause: error });
  }
  const reported =
    error instanceof BaseError ? error.shortMessage : String((error as Error)?.message ?? error);
  if (/insufficient funds/i.test(reported)) return new Problem("page: no gas", {}, { cause: error });
  return new Problem("page: wallet failed", { reason: reported }, { cause: error });
}
