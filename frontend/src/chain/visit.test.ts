/** What a visit begins with: the chain that the server named first, and whoever was connected last. */
import { QueryClient } from "@tanstack/react-query";
import { beforeEach, expect, test } from "vitest";
import { type Answers, browser, facts } from "../testing/outside";

let answers: Answers;

beforeEach(() => {
  answers = { "GET /api/chain": facts.chain };
  browser(answers);
});

test.each([
  ["escrow", facts.chain.bookings],
  ["bookings", facts.chain.escrow],
  ["ledger", facts.chain.escrow],
  ["token", facts.chain.escrow],
  ["token_decimals", 18],
  ["token_symbol", "EUR"],
  ["chain_id", 1],
])("another %s than the visit began with is not taken", async (name, value) => {
  const { factsQuery } = await import("./facts");
  const queries = new QueryClient();
  const asked = () => queries.fetchQuery({ ...factsQuery, staleTime: 0, retry: false });
  expect(await asked()).toEqual(facts);
  answers["GET /api/chain"] = { ...facts.chain, [name]: value };
  await expect(asked()).rejects.toMatchObject({ code: "page: foreign contracts" });
  answers["GET /api/chain"] = { ...facts.chain, first_block_hash: `0x${"cd".repeat(32)}` };
  expect((await asked()).chain.first_block_hash).toBe(`0x${"cd".repeat(32)}`);
});

test.each(["{", "x", "", "7", "{}", "null"])("a connection kept as %j is nobody's", async (text) => {
  localStorage.setItem("allmende.wagmi.store", text);
  localStorage.setItem("allmende.wagmi.recentConnectorId", text);
  const { loadWallet, locked, who } = await import("./who");
  await (await loadWallet(facts)).connectAgain();
  expect(who.get()).toBe(null);
  expect(locked.get()).toBe(true);
});

test.each([
  ["Allmende", "Allmende"],
  ["Wallet\u202egnp.exe\u0000", "Wallet gnp.exe"],
  ["🦊".repeat(100), `${"🦊".repeat(40)}…`],
  ["\u200b", "?"],
  [{ toString: 1 }, "?"],
])("a wallet that calls itself %j is shown as %s", async (announced, shown) => {
  const { shownName } = await import("./who");
  expect(shownName(announced)).toBe(shown);
});
