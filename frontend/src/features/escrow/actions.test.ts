import { beforeEach, describe, expect, test } from "vitest";
import type { Address, Hash } from "../../chain/facts";
import vectors from "../../chain/generated/vectors.json";
import { told, withArbitrator, without } from "../../testing/deals";
import { browser, facts, refusal, wallet } from "../../testing/outside";
import type { Shown } from "./actions";
import type { EscrowAct } from "./acts";

const escrow = withArbitrator.escrow as Hash;
const payer = withArbitrator.payer as Address;
const payee = withArbitrator.payee as Address;
const EVIDENCE: Hash = `0x${"f0".repeat(32)}`;
const CLAIM = 25_000_000n;
const shown: Shown = {
  ...told(withArbitrator),
  money: { claim: CLAIM.toString(), disputed_price: "0", deposit_closed: false, price_closed: false },
};
/** A live word with a claim (`contracts/escrow/words.vy`). */
const claimed = (claim: bigint): Hash => `0x${((claim << 160n) | 2n).toString(16).padStart(64, "0")}`;

beforeEach(() => browser({}));

describe("the page sends what the command line would", () => {
  test.each<[EscrowAct, Address, object]>([
    ["release", payer, {}],
    ["finish", payee, {}],
    ["refund", payee, {}],
    ["claim_damage", payee, { amount: 25_000_000n, digest: EVIDENCE }],
    ["accept_claim", payer, {}],
    ["dispute", payer, { digest: EVIDENCE }],
    ["rule", payer, { amount: 15_000_000n, fee: 2_000_000n, digest: EVIDENCE }],
    ["cancel", payer, {}],
    ["expire", payer, {}],
  ])("%s", async (act, me, details) => {
    const chain = await wallet(me, () => claimed(CLAIM));
    const actions = await import("./actions");
    const row = await actions.act(facts, me, shown, act, details);
    expect(row).toMatchObject({ what: act, from: me, about: `/deals/${escrow}`, state: "sent" });
    expect(chain.sent).toHaveLength(1);
    expect(chain.sent[0]).toMatchObject({
      to: facts.chain.escrow,
      data: withArbitrator.calls[act],
    });
  });

  test("withdraw", async () => {
    const chain = await wallet(payer);
    const { withdraw } = await import("./actions");
    await withdraw(facts, payer, facts.chain.token as Address, "/deals");
    expect(chain.sent[0]?.data).toBe(vectors.escrow.withdraw);
  });
});

describe("nothing is sent", () => {
  test("when the server names another payee", async () => {
    const chain = await wallet(payer);
    const { act } = await import("./actions");
    await expect(act(facts, payer, { ...shown, payee: payer }, "release")).rejects.toMatchObject({
      code: "page: forged answer",
    });
    expect(chain.sent).toEqual([]);
  });

  test("when the server shows other terms under the id of this deal", async () => {
    const chain = await wallet(payer);
    const { act } = await import("./actions");
    const other = { ...shown, ...told(without), escrow };
    await expect(act(facts, payer, other, "release")).rejects.toMatchObject({ code: "page: forged answer" });
    expect(chain.sent).toEqual([]);
  });

  test.each<[EscrowAct, Address]>([
    ["accept_claim", payer],
    ["dispute", payer],
    ["finish", payee],
    ["rule", payer],
  ])("when another sum is claimed than was shown: %s", async (what, me) => {
    const chain = await wallet(me, () => claimed(CLAIM + 1n));
    const { act } = await import("./actions");
    await expect(act(facts, me, shown, what)).rejects.toMatchObject({ code: "page: stale quote" });
    expect(chain.sent).toEqual([]);
  });

  test("when the price is in dispute and was not shown to be", async () => {
    const word = BigInt(claimed(CLAIM)) | (4n << 8n);
    const chain = await wallet(payer, () => `0x${word.toString(16).padStart(64, "0")}`);
    const { act } = await import("./actions");
    await expect(act(facts, payer, shown, "rule")).rejects.toMatchObject({ code: "page: stale quote" });
    expect(chain.sent).toEqual([]);
  });

  test("a dispute about what is left of a price in parts is the one that was shown", async () => {
    const left = BigInt(shown.price) - 1n;
    const word = (1n << 64n) | (4n << 8n) | 3n; // one unit of the price was released
    const chain = await wallet(payer, () => `0x${word.toString(16).padStart(64, "0")}`);
    const { act } = await import("./actions");
    const money = { ...shown.money, claim: "0", disputed_price: left.toString() };
    await act(facts, payer, { ...shown, money }, "rule");
    expect(chain.sent).toHaveLength(1);
    await expect(
      act(facts, payer, { ...shown, money: { ...money, disputed_price: shown.price } }, "rule"),
    ).rejects.toMatchObject({ code: "page: stale quote" });
  });

  test("what was contested and is settled is nothing to compare with", async () => {
    const word = (7n << 160n) | (7n << 64n) | (2n << 8n) | 1n; // a claim of 7 was paid from the deposit
    const chain = await wallet(payer, () => `0x${word.toString(16).padStart(64, "0")}`);
    const { act } = await import("./actions");
    const money = { claim: "9", disputed_price: "0", deposit_closed: true, price_closed: false };
    await act(facts, payer, { ...shown, money }, "dispute");
    expect(chain.sent).toHaveLength(1);
  });

  test.each(["bookings", "escrow", "ledger"] as const)(
    "when another program stands at the %s that the server names",
    async (name) => {
      const chain = await wallet(payer);
      const { codeAt } = chain;
      chain.codeAt = (address) =>
        address === facts.chain[name] ? (codeAt(address).replace("60", "61") as Hash) : codeAt(address);
      const { act } = await import("./actions");
      await expect(act(facts, payer, shown, "release")).rejects.toMatchObject({
        code: "page: foreign contracts",
      });
      expect(chain.sent).toEqual([]);
    },
  );

  test.each([
    ["symbol", { token_symbol: "USDC" }],
    ["decimals", { token_decimals: 18 }],
    ["address", { token: facts.chain.escrow }],
  ])("when the token has another %s than the server says", async (_, lie) => {
    const lied = { ...facts, chain: { ...facts.chain, ...lie } };
    const chain = await wallet(payer, () => "0x", lied);
    const { act } = await import("./actions");
    await expect(act(lied, payer, shown, "release")).rejects.toMatchObject({
      code: "token" in lie ? "page: wallet failed" : "page: foreign contracts",
    });
    expect(chain.sent).toEqual([]);
  });

  test("when somebody else acted meanwhile: the contract's own words", async () => {
    const chain = await wallet(payer, () => {
      throw refusal("escrow: price closed");
    });
    const { act } = await import("./actions");
    await expect(act(facts, payer, shown, "release")).rejects.toMatchObject({
      code: "escrow: price closed",
    });
    expect(chain.sent).toEqual([]);
  });

  test("when the member refuses in the wallet", async () => {
    const chain = await wallet(payer);
    chain.agrees = false;
    const { act } = await import("./actions");
    await expect(act(facts, payer, shown, "release")).rejects.toMatchObject({
      code: "page: wallet refused",
    });
    expect(chain.sent).toEqual([]);
  });

  test("when the wallet is another account by now", async () => {
    const chain = await wallet(payer);
    chain.account = payee;
    const { act } = await import("./actions");
    await expect(act(facts, payer, shown, "release")).rejects.toMatchObject({
      code: "page: account switched",
    });
    expect(chain.sent).toEqual([]);
  });
});
