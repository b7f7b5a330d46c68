import { beforeEach, describe, expect, it, vi } from "vitest";
import { advance, isFollowed, type Row, type Seen } from "./transactions";

const row: Row = {
  hash: "0xaa",
  what: "fund",
  from: "0x01",
  about: "/deals/0x02",
  sentAt: 0,
  state: "sent",
  wentBack: false,
};
const receipt = { blockNumber: "0x10", blockHash: "0xb16", status: "0x1" } as const;
const inBlock: Row = { ...row, state: "in block", block: { number: 16, hash: "0xb16" } };
const seen = (change: Partial<Seen>): Seen => ({
  receipt,
  known: true,
  indexed: null,
  age_ms: 60_000,
  ...change,
});
const indexed = (state: "ahead" | "indexed" | "final", hash: string | null = "0xB16") => ({ state, hash });

describe("a row", () => {
  it("goes from sent over its block and the index to final", () => {
    expect(advance(row, seen({ receipt: null }))).toEqual({ state: "sent", wentBack: false });
    expect(advance(row, seen({}))).toMatchObject({ state: "in block", block: { number: 16, hash: "0xb16" } });
    expect(advance(inBlock, seen({ indexed: indexed("ahead", null) }))).toMatchObject({ state: "in block" });
    expect(advance(inBlock, seen({ indexed: indexed("indexed") }))).toMatchObject({ state: "indexed" });
    expect(advance(inBlock, seen({ indexed: indexed("final") }))).toMatchObject({
      state: "final",
      wentBack: false,
    });
  });

  it("goes back when its block is replaced, and says so", () => {
    const back = advance({ ...inBlock, state: "indexed" }, seen({ receipt: null }));
    expect(back).toEqual({ state: "sent", wentBack: true });
  });

  it("that is in another block now remembers that it moved", () => {
    const moved = { ...receipt, blockNumber: "0x11", blockHash: "0xb17" } as const;
    expect(advance(inBlock, seen({ receipt: moved }))).toMatchObject({
      state: "in block",
      wentBack: true,
      block: { number: 17, hash: "0xb17" },
    });
  });

  it("is not indexed while the indexer follows another branch", () => {
    expect(advance(inBlock, seen({ indexed: indexed("indexed", "0xdead") }))).toMatchObject({
      state: "in block",
    });
  });

  it("that the chain does not know any more is lost", () => {
    expect(advance(inBlock, seen({ receipt: null, known: false }))).toEqual({
      state: "lost",
      wentBack: true,
    });
  });

  it("that was just sent waits for the node to hear of it", () => {
    expect(advance(row, seen({ receipt: null, known: false, age_ms: 1_000 }))).toMatchObject({
      state: "sent",
    });
    expect(advance(row, seen({ receipt: null, known: false }))).toMatchObject({ state: "lost" });
  });

  it("that was lost comes back with its block", () => {
    const lost: Row = { ...row, state: "lost" };
    expect(isFollowed(lost, 60_000)).toBe(true);
    expect(isFollowed(lost, 4_000_000)).toBe(false);
    expect(isFollowed({ ...row, state: "final" }, 0)).toBe(false);
    expect(advance(lost, seen({ indexed: indexed("indexed") }))).toMatchObject({ state: "indexed" });
  });

  it("that the contract refused says so, however final", () => {
    const refused = { ...receipt, status: "0x0" } as const;
    expect(advance(inBlock, seen({ receipt: refused, indexed: indexed("final") }))).toMatchObject({
      state: "reverted",
    });
  });
});

describe("rows that were kept", () => {
  const whole = { ...row, hash: `0x${"aa".repeat(32)}`, from: `0x${"01".repeat(20)}` } as const;
  const instance = `0x${"cd".repeat(32)}`;
  const key = `allmende.transactions.7.${instance.slice(2, 18)}`;
  const kept = new Map<string, string>();

  beforeEach(() => {
    kept.clear();
    vi.resetModules();
    vi.stubGlobal("addEventListener", () => {});
    vi.stubGlobal("localStorage", {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => void kept.set(name, value),
    });
  });

  async function opened() {
    const transactions = await import("./transactions");
    transactions.openRows(7, instance);
    return transactions;
  }

  it("are read where they are whole", async () => {
    const placed = { ...whole, state: "in block", block: { number: 16, hash: whole.hash } };
    kept.set(key, JSON.stringify([whole, placed]));
    expect((await opened()).rows.get()).toEqual([whole, placed]);
  });

  it.each<[string, unknown]>([
    ["is nothing", null],
    ["is a text", "row"],
    ["has another state", { ...whole, state: "gone" }],
    ["does what nobody knows", { ...whole, what: "constructor" }],
    ["has no hash", { ...whole, hash: "0x1" }],
    ["is from nobody", { ...whole, from: null }],
    ["leads to a script", { ...whole, about: "javascript:alert(1)" }],
    ["leads elsewhere", { ...whole, about: "//evil.example/" }],
    ["is in no real block", { ...whole, block: { number: "16", hash: whole.hash } }],
    ["was sent at no time", { ...whole, sentAt: "now" }],
  ])("are left out where one %s", async (_, broken) => {
    kept.set(key, JSON.stringify([broken, whole]));
    expect((await opened()).rows.get()).toEqual([whole]);
  });

  it("that cannot be kept are shown, and sending has not failed", async () => {
    const { remember, rows } = await opened();
    vi.stubGlobal("localStorage", {
      getItem: () => null,
      setItem: () => {
        throw new DOMException("full", "QuotaExceededError");
      },
    });
    const sent = remember({ hash: whole.hash, what: "fund", from: whole.from, about: "/deals/0x02" });
    expect(rows.get()).toEqual([sent]);
  });
});
