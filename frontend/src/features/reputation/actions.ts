/** Blind rating: seal a score, later open it. The score is kept in this browser before its commitment is sent. */
import { encodeFunctionData, zeroHash } from "viem";
import { getContractEvents } from "viem/actions";
import { api, unwrap } from "../../api/client";
import { Problem } from "../../api/problem";
import { coreTerms, NO_AUTH, provenTerms } from "../../chain/escrow_codec";
import type { Address, Facts, Hash } from "../../chain/facts";
import { reputationLedgerAbi } from "../../chain/generated/reputation_ledger";
import { commitmentOf, type RatingSecret } from "../../chain/rating_codec";
import { submit } from "../../chain/submit";
import type { Row } from "../../chain/transactions";
import { clientOf } from "../../chain/wallet";
import { walletProblem } from "../../chain/wallet_problem";
import { type Keeper, keepSeal, type Seal, sealsIn, sealsOf } from "./seals";
import { roleOf } from "./standing";

const abi = reputationLedgerAbi;

export const keeperOf = ({ chain }: Facts, member: string): Keeper => ({
  chainId: chain.chain_id,
  instance: chain.first_block_hash,
  member,
});

async function dealOf(facts: Facts, escrow: Hash) {
  const deal = await unwrap(api.GET("/api/deals/{escrow}", { params: { path: { escrow } } }));
  if (deal.escrow.toLowerCase() !== escrow.toLowerCase()) throw new Problem("page: forged answer");
  return { deal, core: provenTerms(deal, facts.chain).core };
}

/**
 * Seal a rating of the other side of a closed deal.
 *
 * Throws `Problem`: "reputation: not the rater", "page: forged answer", a code of the contract, one of the wallet.
 */
export async function commit(facts: Facts, me: Address, escrow: Hash, score: number): Promise<Row> {
  const { deal, core } = await dealOf(facts, escrow);
  const role = roleOf(deal, me);
  if (role === null) throw new Problem("reputation: not the rater");
  const side = role === "payer" ? 0 : 1;
  const source = facts.chain.escrow as Address;
  const ledger = facts.chain.ledger as Address;
  const secret: RatingSecret = { source, deal: escrow, side, score, salt: randomHash() };
  const commitment = commitmentOf(facts.chain.chain_id, ledger, secret);
  keepSeal(keeperOf(facts, me), { ...secret, commitment });
  const args = [source, coreTerms(core), BigInt(side), commitment, NO_AUTH] as const;
  const data = encodeFunctionData({ abi, functionName: "commit", args });
  return submit({ what: "commit", as: me, to: ledger, data, about: `/deals/${escrow}` });
}

/**
 * Open what was sealed in this browser, or loaded into it.
 *
 * Throws `Problem`: "reputation: not committed", "page: no seal here", a code of the contract, one of the wallet.
 */
export async function reveal(facts: Facts, me: Address, escrow: Hash): Promise<Row> {
  const ledger = facts.chain.ledger as Address;
  const source = facts.chain.escrow as Address;
  const committed = await commitments(facts, me, source, escrow);
  const mine = committed.find((event) => event.actor.toLowerCase() === me.toLowerCase());
  if (!mine) throw new Problem("reputation: not committed");
  const seal = sealsOf(keeperOf(facts, me), escrow).find((one) => one.commitment === mine.commitment);
  if (!seal) throw new Problem("page: no seal here");
  const { side, actor, subject, service, amount } = mine;
  const score = BigInt(seal.score);
  const args = [source, escrow, side, actor, subject, service, amount, score, zeroHash, seal.salt] as const;
  const data = encodeFunctionData({ abi, functionName: "reveal", args });
  return submit({ what: "reveal", as: me, to: ledger, data, about: `/deals/${escrow}` });
}

async function commitments(facts: Facts, me: Address, source: Address, deal: Hash) {
  const reader = await clientOf(me);
  try {
    const found = await getContractEvents(reader, {
      address: facts.chain.ledger as Address,
      abi,
      eventName: "RatingCommitted",
      args: { source, deal },
      fromBlock: BigInt(facts.chain.start_block),
      toBlock: "latest",
      strict: true,
    });
    return found.map((one) => one.args);
  } catch (error) {
    throw walletProblem(error);
  }
}

/** Keep the seals of a saved file that are of this deal and of this chain. Throws `Problem` "page: no such seal". */
export function loadSeals(facts: Facts, me: Address, escrow: Hash, text: string): Seal[] {
  const ledger = facts.chain.ledger as Address;
  const fitting = sealsIn(text).filter(
    (seal) =>
      seal.deal.toLowerCase() === escrow.toLowerCase() &&
      commitmentOf(facts.chain.chain_id, ledger, seal) === seal.commitment,
  );
  if (!fitting.length) throw new Problem("page: no such seal");
  for (const seal of fitting) keepSeal(keeperOf(facts, me), seal);
  return fitting;
}

function randomHash(): Hash {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return `0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
