/** Moves the rows of transactions on: at every new block, and every few seconds while one is under way. */
import { api, unwrap } from "../api/client";
import { blocks } from "../api/stream";
import { createStore } from "../kit/store";
import type { Facts } from "./facts";
import { advance, isFollowed, type Receipt, type Row, rows, update } from "./transactions";
import { loadWallet, who } from "./who";

const EVERY_MS = 1_500;

/** Nobody can be asked for receipts now: the wallet is locked or gone. */
export const blind = createStore(false);

type Ask = (method: string, params: unknown[]) => Promise<unknown>;

async function asker(facts: Facts): Promise<Ask | null> {
  if (who.get()) {
    const wallet = await loadWallet(facts);
    const provider = await wallet.provider();
    if (provider) return (method, params) => provider.request({ method, params } as never);
  }
  if (!facts.demo) return null;
  const { demoRpc } = await import("./personas");
  return demoRpc;
}

async function look(row: Row, ask: Ask): Promise<void> {
  const age_ms = Date.now() - row.sentAt;
  const receipt = (await ask("eth_getTransactionReceipt", [row.hash])) as Receipt | null;
  if (!receipt) {
    const known = (await ask("eth_getTransactionByHash", [row.hash])) !== null;
    update(row.hash, advance(row, { receipt: null, known, indexed: null, age_ms }));
    return;
  }
  const number = Number(receipt.blockNumber);
  const path = { params: { path: { number } } };
  const found = await unwrap(api.GET("/api/blocks/{number}", path)).catch(() => null);
  const indexed = found && { state: found.state, hash: found.block_hash };
  update(row.hash, advance(row, { receipt, known: true, indexed, age_ms }));
}

let busy = false;

async function round(facts: Facts): Promise<void> {
  const open = rows.get().filter((row) => isFollowed(row, Date.now()));
  if (busy || open.length === 0) return;
  busy = true;
  try {
    const ask = await asker(facts);
    blind.set(ask === null);
    if (ask) for (const row of open) await look(row, ask);
  } catch {
    blind.set(true); // the node does not answer; the next round asks again
  } finally {
    busy = false;
  }
}

export function followRows(facts: Facts): void {
  blocks.subscribe(() => round(facts));
  rows.subscribe(() => queueMicrotask(() => round(facts)));
  setInterval(() => round(facts), EVERY_MS);
  round(facts);
}
