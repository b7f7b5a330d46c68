import { describe, expect, it } from "vitest";
import { advance, type Row, type Seen } from "./transactions";

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
const seen = (change: Partial<Seen>): Seen => ({ receipt, known: true, indexed: null, ...change });
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

  it("that the contract refused says so, however final", () => {
    const refused = { ...receipt, status: "0x0" } as const;
    expect(advance(inBlock, seen({ receipt: refused, indexed: indexed("final") }))).toMatchObject({
      state: "reverted",
    });
  });
});
