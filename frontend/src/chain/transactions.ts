/**
 * Transactions this browser has sent, one row each: sent → in block → indexed → final, and back when a
 * reorganisation takes the block away. Rows survive a reload and are the same in every tab.
 */
import { isAddress, isHash, isRecord, keptList } from "../kit/kept";
import { createStore } from "../kit/store";
import type { Address, Hash } from "./facts";

/** What a transaction does; `act.<what>` are its words. */
const WHATS = [
  "announce",
  "request",
  "confirm",
  "deny",
  "cancel",
  "approve",
  "fund",
  "release",
  "finish",
  "refund",
  "claim_damage",
  "accept_claim",
  "dispute",
  "rule",
  "expire",
  "withdraw",
  "commit",
  "reveal",
  "faucet",
] as const;
export type What = (typeof WHATS)[number];

/** `lost`: the node does not know it any more; `reverted`: it is in a block and the contract refused it. */
const STATES = ["sent", "in block", "indexed", "final", "reverted", "lost"] as const;
export type RowState = (typeof STATES)[number];

export interface Row {
  readonly hash: Hash;
  readonly what: What;
  readonly from: Address;
  readonly about: string;
  /** Wall clock, milliseconds: for the order of rows only. */
  readonly sentAt: number;
  readonly state: RowState;
  readonly block?: { readonly number: number; readonly hash: Hash };
  /** Its block was replaced at least once. */
  readonly wentBack: boolean;
}

export const SETTLED: ReadonlySet<RowState> = new Set(["final", "reverted", "lost"]);
const KEPT = 50;

export const rows = createStore<readonly Row[]>([]);

let key: string | null = null;

/** Read the rows of one chain; `instance` tells a chain from another of the same id. */
export function openRows(chainId: number, instance: string): void {
  if (key !== null) return;
  key = `allmende.transactions.${chainId}.${instance.slice(2, 18)}`;
  rows.set(read());
  addEventListener("storage", (event) => {
    if (event.key === key) rows.set(read());
  });
}

const read = (): readonly Row[] => (key === null ? [] : keptList(key, isRow));

/** Paths of this page only: what a row is about becomes a link. */
const ABOUT = /^\/(?:[\w-]+(?:\/[\w-]+)*)?$/;

function isRow(value: unknown): value is Row {
  if (!isRecord(value)) return false;
  const { hash, what, from, about, sentAt, state, block, wentBack } = value;
  const known = WHATS.some((one) => one === what) && STATES.some((one) => one === state);
  const named = typeof about === "string" && ABOUT.test(about) && isHash(hash) && isAddress(from);
  const placed =
    block === undefined || (isRecord(block) && Number.isSafeInteger(block.number) && isHash(block.hash));
  return known && named && placed && Number.isFinite(sentAt) && typeof wentBack === "boolean";
}

function write(next: readonly Row[]): void {
  const kept = [...next].sort((a, b) => b.sentAt - a.sentAt).slice(0, KEPT);
  rows.set(kept);
  try {
    if (key !== null) localStorage.setItem(key, JSON.stringify(kept));
  } catch {
    // full, or nothing may be kept: what was sent is sent all the same, and must not look as if it had failed
  }
}

/** A new row for a transaction that was just sent. */
export function remember(sent: Pick<Row, "hash" | "what" | "from" | "about">): Row {
  const row: Row = { ...sent, sentAt: Date.now(), state: "sent", wentBack: false };
  write([row, ...read().filter((one) => one.hash !== row.hash)]);
  return row;
}

/** Replace a row by what is known now, in every tab. */
export function update(hash: Hash, change: Partial<Row>): void {
  const known = read();
  const row = known.find((one) => one.hash === hash);
  if (
    !row ||
    Object.entries(change).every(
      ([name, value]) => JSON.stringify(row[name as keyof Row]) === JSON.stringify(value),
    )
  )
    return;
  write(known.map((one) => (one.hash === hash ? { ...one, ...change } : one)));
}

/** Take away rows that are over. */
export function tidy(): void {
  write(read().filter((row) => !SETTLED.has(row.state)));
}

export interface Receipt {
  readonly blockNumber: Hash;
  readonly blockHash: Hash;
  readonly status: Hash;
}

/** One node behind an address may not have heard yet of what another one took. */
const HEARD_WITHIN_MS = 30_000;
const FOLLOWED_MS = 3_600_000;

/** Whether a row may still change: one that is lost or refused may come into another block after all. */
export const isFollowed = (row: Row, now_ms: number): boolean =>
  SETTLED.has(row.state) ? row.state !== "final" && now_ms - row.sentAt < FOLLOWED_MS : true;

/** What is known of a row's block: as the node has it, and as the indexer has it. */
export interface Seen {
  /** null: in no block. */
  readonly receipt: Receipt | null;
  /** Whether the node knows the transaction at all. */
  readonly known: boolean;
  /** How long ago it was sent, milliseconds. */
  readonly age_ms: number;
  readonly indexed: { readonly state: "ahead" | "indexed" | "final"; readonly hash: string | null } | null;
}

/** Where a row stands now. Pure. */
export function advance(row: Row, seen: Seen): Partial<Row> {
  const { receipt } = seen;
  if (!receipt) {
    const wentBack = row.wentBack || row.block !== undefined;
    const heard = row.block !== undefined || seen.age_ms >= HEARD_WITHIN_MS;
    if (!seen.known && heard) return { state: "lost", wentBack };
    return { state: "sent", wentBack };
  }
  const block = { number: Number(receipt.blockNumber), hash: receipt.blockHash };
  const wentBack = row.wentBack || (row.block !== undefined && row.block.hash !== block.hash);
  const at = { block, wentBack };
  if (Number(receipt.status) !== 1) return { ...at, state: "reverted" };
  const { indexed } = seen;
  if (!indexed || indexed.state === "ahead") return { ...at, state: "in block" };
  // the indexer may follow another branch for a moment
  if (indexed.hash !== null && indexed.hash.toLowerCase() !== block.hash.toLowerCase())
    return { ...at, state: "in block" };
  return { ...at, state: indexed.state };
}
