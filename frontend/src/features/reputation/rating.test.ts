import { encodeAbiParameters, encodeEventTopics } from "viem";
import { beforeEach, describe, expect, test } from "vitest";
import type { Address, Hash } from "../../chain/facts";
import { reputationLedgerAbi } from "../../chain/generated/reputation_ledger";
import vectors from "../../chain/generated/vectors.json";
import { told, withArbitrator } from "../../testing/deals";
import { type Answers, browser, facts, wallet } from "../../testing/outside";
import type { Rating } from "./queries";
import { type Keeper, keepSeal, type Seal, sealFile, seals, sealsIn, sealsOf } from "./seals";
import { standingOf } from "./standing";

const [, second] = vectors.reputation.ratings;
if (!second) throw new Error("no vectors");
const escrow = withArbitrator.escrow as Hash;
const payer = withArbitrator.payer as Address;
const payee = withArbitrator.payee as Address;
const STRANGER: Address = "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65";

const keeper: Keeper = {
  chainId: facts.chain.chain_id,
  instance: facts.chain.first_block_hash,
  member: payer,
};
const seal: Seal = {
  source: facts.chain.escrow as Address,
  deal: escrow,
  side: 0,
  score: 5,
  salt: `0x${"e7".repeat(32)}`,
  commitment: `0x${"aa".repeat(32)}`,
};

let answers: Answers;

beforeEach(() => {
  answers = { [`GET /api/deals/${escrow}`]: told(withArbitrator) };
  browser(answers);
});

describe("a seal", () => {
  test("is kept by chain and member, once", () => {
    keepSeal(keeper, seal);
    keepSeal(keeper, seal);
    expect(seals(keeper)).toEqual([seal]);
    expect(seals({ ...keeper, member: payee })).toEqual([]);
    expect(seals({ ...keeper, instance: `0x${"cd".repeat(32)}` })).toEqual([]);
    expect(sealsOf(keeper, escrow.toUpperCase().replace("0X", "0x"))).toEqual([seal]);
  });

  test("comes back from its file", async () => {
    expect(sealsIn(await sealFile([seal]).text())).toEqual([seal]);
  });

  test.each([
    "",
    "[1]",
    "{}",
    JSON.stringify({ ...seal, score: 6 }),
    JSON.stringify({ ...seal, salt: "0x1" }),
  ])("is not found in %s", (text) => {
    expect(sealsIn(text)).toEqual([]);
  });
});

describe("sealing", () => {
  test("keeps score and salt before anything is sent, even when the member then refuses", async () => {
    const chain = await wallet(payer);
    chain.agrees = false;
    const { commit } = await import("./actions");
    await expect(commit(facts, payer, escrow, 4)).rejects.toMatchObject({ code: "page: wallet refused" });
    expect(seals(keeper)).toMatchObject([{ deal: escrow, side: 0, score: 4 }]);
    expect(chain.sent).toEqual([]);
  });

  test("sends the commitment and neither the score nor the salt", async () => {
    const chain = await wallet(payee);
    const { commit } = await import("./actions");
    const row = await commit(facts, payee, escrow, 4);
    const [kept] = seals({ ...keeper, member: payee });
    expect(row).toMatchObject({ what: "commit", about: `/deals/${escrow}` });
    expect(chain.sent[0]?.to).toBe(facts.chain.ledger);
    expect(chain.sent[0]?.data).toContain(kept?.commitment.slice(2));
    expect(chain.sent[0]?.data).toContain(withArbitrator.terms.slice(2));
    expect(chain.sent[0]?.data).not.toContain(kept?.salt.slice(2));
  });

  test("is not for a stranger", async () => {
    const chain = await wallet(STRANGER);
    const { commit } = await import("./actions");
    await expect(commit(facts, STRANGER, escrow, 4)).rejects.toMatchObject({
      code: "reputation: not the rater",
    });
    expect(chain.sent).toEqual([]);
  });

  test("is not for a deal that the server made up", async () => {
    answers[`GET /api/deals/${escrow}`] = { ...told(withArbitrator), price: "1" };
    const chain = await wallet(payer);
    const { commit } = await import("./actions");
    await expect(commit(facts, payer, escrow, 4)).rejects.toMatchObject({ code: "page: forged answer" });
    expect(chain.sent).toEqual([]);
  });
});

describe("opening", () => {
  const rated = second as NonNullable<typeof second>;
  const rater = rated.rater as Address;
  const opened: Seal = { ...rated, side: 1 } as unknown as Seal;

  /** The ledger's log of the commitment, as a node gives it. */
  function committed(): unknown {
    const abi = reputationLedgerAbi;
    const args = { source: rated.source as Address, deal: rated.deal as Hash, actor: rater };
    const topics = encodeEventTopics({ abi, eventName: "RatingCommitted", args });
    const plain = abi
      .filter((one) => one.type === "event" && one.name === "RatingCommitted")
      .flatMap((one) => ("inputs" in one ? [...one.inputs] : []))
      .filter((input) => "indexed" in input && !input.indexed);
    const all: Record<string, unknown> = {
      ...rated,
      actor: rater,
      side: 1n,
      service: BigInt(rated.service),
      amount: BigInt(rated.amount),
    };
    const data = encodeAbiParameters(plain, plain.map((input) => all[input.name]) as never);
    const at = {
      blockNumber: "0x2",
      blockHash: `0x${"02".repeat(32)}`,
      transactionHash: `0x${"03".repeat(32)}`,
    };
    return {
      address: facts.chain.ledger,
      topics,
      data,
      logIndex: "0x0",
      transactionIndex: "0x0",
      removed: false,
      ...at,
    };
  }

  test("sends what the command line would", async () => {
    const chain = await wallet(rater);
    chain.logs = [committed()];
    keepSeal(
      { ...keeper, member: rater },
      { ...opened, salt: `0x${"00".repeat(32)}`, commitment: `0x${"bb".repeat(32)}` },
    );
    keepSeal({ ...keeper, member: rater }, opened);
    const { reveal } = await import("./actions");
    await reveal(facts, rater, rated.deal as Hash);
    expect(chain.sent[0]).toMatchObject({ to: facts.chain.ledger, data: rated.reveal });
  });

  test("needs what was sealed", async () => {
    const chain = await wallet(rater);
    const { reveal, loadSeals } = await import("./actions");
    await expect(reveal(facts, rater, rated.deal as Hash)).rejects.toMatchObject({
      code: "reputation: not committed",
    });
    chain.logs = [committed()];
    await expect(reveal(facts, rater, rated.deal as Hash)).rejects.toMatchObject({
      code: "page: no seal here",
    });
    loadSeals(facts, rater, rated.deal as Hash, JSON.stringify([opened]));
    await reveal(facts, rater, rated.deal as Hash);
    expect(chain.sent).toHaveLength(1);
  });

  test("takes no file of another deal, nor one whose hash is wrong", async () => {
    await wallet(rater);
    const { loadSeals } = await import("./actions");
    const refused = expect.objectContaining({ code: "page: no such seal" });
    expect(() => loadSeals(facts, rater, escrow, JSON.stringify(opened))).toThrow(refused);
    expect(() =>
      loadSeals(facts, rater, rated.deal as Hash, JSON.stringify({ ...opened, score: 2 })),
    ).toThrow(refused);
  });
});

describe("where a rating stands", () => {
  const closed = { escrow, payer, payee, state: "closed", may: {} } as const;
  const rating = (side: string, state: string): Rating => ({ deal: escrow, side, state }) as Rating;

  test.each<[string, Record<string, string[]>, Rating[], string]>([
    ["may be given", { payer: ["rate"] }, [], "choose"],
    ["is sealed", {}, [rating("payer", "sealed")], "sealed"],
    ["was sealed a moment ago", { payer: ["rate"] }, [rating("payer", "sealed")], "sealed"],
    ["can be opened", { payer: ["reveal"] }, [rating("payer", "can be opened")], "open"],
    ["is open", {}, [rating("payer", "open")], "opened"],
    ["was never opened", {}, [rating("payer", "forfeited")], "forfeited"],
    ["can no longer be given", {}, [rating("payee", "open")], "over"],
  ])("it %s", (_, may, aboutOther, phase) => {
    expect(standingOf({ ...closed, may }, payer.toLowerCase(), aboutOther, [])).toMatchObject({
      phase,
      side: 0,
      other: payee,
    });
  });

  test("nobody and strangers have none, and an open deal has none yet", () => {
    expect(standingOf(closed, null, [], [])).toBeNull();
    expect(standingOf(closed, STRANGER, [], [])).toBeNull();
    expect(standingOf({ ...closed, state: "funded" }, payee, [], [])).toMatchObject({
      phase: "later",
      side: 1,
    });
  });
});
