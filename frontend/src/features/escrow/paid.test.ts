import { beforeEach, expect, test } from "vitest";
import type { Address, Hash } from "../../chain/facts";
import { withArbitrator } from "../../testing/deals";
import { funded } from "../../testing/funded";
import { browser, facts, wallet } from "../../testing/outside";

const payer = withArbitrator.payer as Address;
const payee = withArbitrator.payee as Address;
const request = withArbitrator.booking as Hash;
const FUNDED = 1n;
const [COMPLETED, REFUNDED] = [15n | (1n << 4n), 15n | (2n << 4n)];

beforeEach(() => browser({}));

test.each<[string, Hash, bigint, boolean]>([
  ["open", request, FUNDED, true],
  ["over", request, COMPLETED, true],
  ["given back", request, REFUNDED, false],
  ["for another booking", `0x${"0b".repeat(32)}`, FUNDED, false],
])("a deal that is %s", async (_, booking, word, paid) => {
  const chain = await wallet(payer, () => `0x${word.toString(16).padStart(64, "0")}`);
  chain.logs = [funded(booking, payer, payee)];
  const { clientOf } = await import("../../chain/wallet");
  const { isPaid } = await import("./paid");
  expect(await isPaid(await clientOf(payer), facts.chain, { request, payer, payee })).toBe(paid);
});

test("no deal at all", async () => {
  await wallet(payer);
  const { clientOf } = await import("../../chain/wallet");
  const { isPaid } = await import("./paid");
  expect(await isPaid(await clientOf(payer), facts.chain, { request, payer, payee })).toBe(false);
});
