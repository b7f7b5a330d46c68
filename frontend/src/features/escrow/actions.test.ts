import { beforeEach, describe, expect, test } from "vitest";
import type { Address, Hash } from "../../chain/facts";
import vectors from "../../chain/generated/vectors.json";
import { told, withArbitrator, without } from "../../testing/deals";
import { type Answers, browser, facts, refusal, wallet } from "../../testing/outside";
import type { EscrowAct } from "./acts";

const escrow = withArbitrator.escrow as Hash;
const payer = withArbitrator.payer as Address;
const payee = withArbitrator.payee as Address;
const EVIDENCE: Hash = `0x${"f0".repeat(32)}`;
const path = `GET /api/deals/${escrow}`;

let answers: Answers;

beforeEach(() => {
  answers = { [path]: told(withArbitrator) };
  browser(answers);
});

describe("the page sends what the command line would", () => {
  test.each<[EscrowAct, Address, object]>([
    ["release", payer, {}],
    ["finish", payee, {}],
    ["refund", payee, {}],
    ["claim_damage", payee, { amount: 25_000_000n, digest: EVIDENCE }],
    ["accept_claim", payer, {}],
    ["dispute", payer, { digest: EVIDENCE }],
    ["rule", payer, { amount: 15_000_000n, fee: 2_000_000n, digest: EVIDENCE }],
    ["expire", payer, {}],
  ])("%s", async (act, me, details) => {
    const chain = await wallet(me);
    const actions = await import("./actions");
    const row = await actions.act(facts, me, escrow, act, details);
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
    answers[path] = { ...told(withArbitrator), payee: payer };
    const chain = await wallet(payer);
    const { act } = await import("./actions");
    await expect(act(facts, payer, escrow, "release")).rejects.toMatchObject({ code: "page: forged answer" });
    expect(chain.sent).toEqual([]);
  });

  test("when the server answers with another deal", async () => {
    answers[path] = told(without);
    const chain = await wallet(payer);
    const { act } = await import("./actions");
    await expect(act(facts, payer, escrow, "release")).rejects.toMatchObject({ code: "page: forged answer" });
    expect(chain.sent).toEqual([]);
  });

  test("when somebody else acted meanwhile: the contract's own words", async () => {
    const chain = await wallet(payer, () => {
      throw refusal("escrow: price closed");
    });
    const { act } = await import("./actions");
    await expect(act(facts, payer, escrow, "release")).rejects.toMatchObject({
      code: "escrow: price closed",
    });
    expect(chain.sent).toEqual([]);
  });

  test("when the member refuses in the wallet", async () => {
    const chain = await wallet(payer);
    chain.agrees = false;
    const { act } = await import("./actions");
    await expect(act(facts, payer, escrow, "release")).rejects.toMatchObject({
      code: "page: wallet refused",
    });
    expect(chain.sent).toEqual([]);
  });

  test("when the wallet is another account by now", async () => {
    const chain = await wallet(payer);
    chain.account = payee;
    const { act } = await import("./actions");
    await expect(act(facts, payer, escrow, "release")).rejects.toMatchObject({
      code: "page: account switched",
    });
    expect(chain.sent).toEqual([]);
  });
});
