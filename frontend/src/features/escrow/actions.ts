/**
 * The acts on a deal. Each holds the deal that was shown against its id and, where the act is about a claim, against
 * the chain, and sends; that it still can be done is decided by the contract, whose words a refusal has.
 */
import { encodeFunctionData, zeroHash } from "viem";
import { readContract } from "viem/actions";
import { Problem } from "../../api/problem";
import { type Core, type DealTerms, NO_AUTH, provenTerms, type Rest } from "../../chain/escrow_codec";
import type { Address, Facts, Hash } from "../../chain/facts";
import { escrowAbi } from "../../chain/generated/escrow";
import { submit } from "../../chain/submit";
import type { Row, What } from "../../chain/transactions";
import { clientOf } from "../../chain/wallet";
import { walletProblem } from "../../chain/wallet_problem";
import type { EscrowAct } from "./acts";
import { claimOf, disputedPriceOf } from "./effects";
import type { Deal } from "./queries";

export { approve, fund, moneyOf } from "./fund";

/** What an act needs beyond the deal: amounts in the smallest unit, `digest` of a document or zero. */
export interface Details {
  readonly amount?: bigint;
  readonly fee?: bigint;
  readonly digest?: Hash;
}

const abi = escrowAbi;

function callOf(act: EscrowAct, core: Core, rest: Rest, details: Details): Hash {
  const { amount = 0n, fee = 0n, digest = zeroHash } = details;
  switch (act) {
    case "release":
    case "finish":
    case "refund":
    case "accept_claim":
      return encodeFunctionData({ abi, functionName: act, args: [core, NO_AUTH] });
    case "claim_damage":
      return encodeFunctionData({ abi, functionName: act, args: [core, rest, amount, digest, NO_AUTH] });
    case "dispute":
      return encodeFunctionData({ abi, functionName: act, args: [core, rest, digest, NO_AUTH] });
    case "rule":
      return encodeFunctionData({ abi, functionName: act, args: [core, rest, amount, fee, digest, NO_AUTH] });
    case "cancel":
      return encodeFunctionData({ abi, functionName: act, args: [core, rest, NO_AUTH] });
    case "expire":
      return encodeFunctionData({ abi, functionName: act, args: [core, rest] });
  }
}

/** What the member saw of a deal: all that the effect of an act was said from. */
export type Shown = DealTerms & {
  readonly money: Pick<Deal["money"], "claim" | "deposit_closed" | "disputed_price" | "price_closed">;
};

/**
 * Do one act as `me` on the deal that was `shown`.
 *
 * Throws `Problem`: "page: forged answer", "page: stale quote", a code of the contract, one of the wallet.
 */
export async function act(
  facts: Facts,
  me: Address,
  shown: Shown,
  what: EscrowAct,
  details: Details = {},
): Promise<Row> {
  const { core, rest } = provenTerms(shown, facts.chain);
  if (ABOUT_A_CLAIM.has(what)) await requireClaim(facts, me, shown);
  return send(facts, me, what, callOf(what, core, rest, details), `/deals/${shown.escrow}`);
}

/** The contract closes these with whatever is claimed, so the member has to have seen how much that is. */
const ABOUT_A_CLAIM: ReadonlySet<EscrowAct> = new Set(["accept_claim", "finish", "dispute", "rule"]);
const DONE = 15n;
const DEPOSIT_CLOSED = 2n;
const PRICE_DISPUTED = 4n;
const PAID = (1n << 96n) - 1n;

/** Claim and disputed price are those of the deal's word (`contracts/escrow/words.vy`), unless it is done. */
async function requireClaim(facts: Facts, me: Address, { escrow, price, money }: Shown): Promise<void> {
  const reader = await clientOf(me);
  const address = facts.chain.escrow as Address;
  let word: bigint;
  try {
    word = await readContract(reader, { address, abi, functionName: "word", args: [escrow as Hash] });
  } catch (error) {
    throw walletProblem(error);
  }
  if ((word & 15n) === DONE) return; // the contract says so itself
  const flags = word >> 8n;
  // the upper bits are the claim, or what was kept of a deposit that is settled
  const upper = word >> 160n;
  const [claim, kept] = flags & DEPOSIT_CLOSED ? [0n, upper] : [upper, 0n];
  // what is left of the price: parts of it may have been released
  const disputed = flags & PRICE_DISPUTED ? BigInt(price) - (((word >> 64n) & PAID) - kept) : 0n;
  if (claim !== claimOf({ money }) || disputed !== disputedPriceOf({ money }))
    throw new Problem("page: stale quote");
}

/** Withdraw to `me` all that waits in one token. */
export async function withdraw(facts: Facts, me: Address, token: Address, about: string): Promise<Row> {
  const data = encodeFunctionData({ abi, functionName: "claim", args: [token, me, 0n, NO_AUTH] });
  return send(facts, me, "withdraw", data, about);
}

const send = (facts: Facts, as: Address, what: What, data: Hash, about: string): Promise<Row> =>
  submit({ what, as, to: facts.chain.escrow as Address, data, about });
