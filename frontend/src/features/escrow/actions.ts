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
    case "expire":
      return encodeFunctionData({ abi, functionName: act, args: [core, rest] });
  }
}

/** What the member saw of a deal: all that the effect of an act was said from. */
export type Shown = DealTerms & { readonly money: Pick<Deal["money"], "claim" | "disputed_price"> };

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
const PRICE_DISPUTED = 4n;

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
  const disputed = (word >> 8n) & PRICE_DISPUTED ? BigInt(price) : 0n;
  if (word >> 160n !== BigInt(money.claim) || disputed !== BigInt(money.disputed_price))
    throw new Problem("page: stale quote");
}

/** Withdraw to `me` all that waits in one token. */
export async function withdraw(facts: Facts, me: Address, token: Address, about: string): Promise<Row> {
  const data = encodeFunctionData({ abi, functionName: "claim", args: [token, me, 0n, NO_AUTH] });
  return send(facts, me, "withdraw", data, about);
}

const send = (facts: Facts, as: Address, what: What, data: Hash, about: string): Promise<Row> =>
  submit({ what, as, to: facts.chain.escrow as Address, data, about });
