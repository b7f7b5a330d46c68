/**
 * The acts on a deal. Each reads the deal again, holds its terms against its id, and sends; that it still can be
 * done is decided by the contract, whose words a refusal has.
 */
import { encodeFunctionData, zeroHash } from "viem";
import { api, unwrap } from "../../api/client";
import { Problem } from "../../api/problem";
import { type Core, NO_AUTH, provenTerms, type Rest } from "../../chain/escrow_codec";
import type { Address, Facts, Hash } from "../../chain/facts";
import { escrowAbi } from "../../chain/generated/escrow";
import { submit } from "../../chain/submit";
import type { Row, What } from "../../chain/transactions";
import type { EscrowAct } from "./acts";

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

/** Do one act on a deal as `me`. Throws `Problem`: "page: forged answer", a code of the contract, one of the wallet. */
export async function act(
  facts: Facts,
  me: Address,
  escrow: Hash,
  what: EscrowAct,
  details: Details = {},
): Promise<Row> {
  const deal = await unwrap(api.GET("/api/deals/{escrow}", { params: { path: { escrow } } }));
  if (deal.escrow.toLowerCase() !== escrow.toLowerCase()) throw new Problem("page: forged answer");
  const { core, rest } = provenTerms(deal, facts.chain);
  return send(facts, me, what, callOf(what, core, rest, details), `/deals/${escrow}`);
}

/** Withdraw to `me` all that waits in one token. */
export async function withdraw(facts: Facts, me: Address, token: Address, about: string): Promise<Row> {
  const data = encodeFunctionData({ abi, functionName: "claim", args: [token, me, 0n, NO_AUTH] });
  return send(facts, me, "withdraw", data, about);
}

const send = (facts: Facts, as: Address, what: What, data: Hash, about: string): Promise<Row> =>
  submit({ what, as, to: facts.chain.escrow as Address, data, about });
