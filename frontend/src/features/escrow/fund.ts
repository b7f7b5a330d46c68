/**
 * Paying for a granted booking, in two steps that a reload may part: allow exactly the sum, then open the deal.
 * Both read everything afresh and prove it first, so that nothing is allowed for what is stale, forged or paid.
 */
import { encodeFunctionData, isAddress } from "viem";
import { readContract } from "viem/actions";
import { api, unwrap } from "../../api/client";
import { Problem } from "../../api/problem";
import { type Core, NO_AUTH, NO_REST, type Rest, restDigest, scheduleWord } from "../../chain/escrow_codec";
import type { Address, Facts, Hash } from "../../chain/facts";
import { escrowAbi } from "../../chain/generated/escrow";
import { mockTokenAbi } from "../../chain/generated/mock_token";
import { submit } from "../../chain/submit";
import type { Row } from "../../chain/transactions";
import { clientOf } from "../../chain/wallet";
import { walletProblem } from "../../chain/wallet_problem";
import type { Draft } from "./draft";
import { isPaid } from "./paid";
import { proveBooking, type Reader } from "./proof";
import * as terms from "./quote";

/** The deal that a quote and a salt make. */
export function dealOf(quote: terms.Quote, salt: Hash): { core: Core; rest: Rest } {
  const { arbitrator, feeCap } = quote;
  const rest: Rest = arbitrator
    ? { ...NO_REST, ladder: [{ arbitrator, window_s: BigInt(terms.ARBITRATOR_S), fee_cap: feeCap }] }
    : NO_REST;
  const schedule = scheduleWord({
    deliver_by_s: quote.start_s,
    object_s: terms.OBJECT_S,
    return_by_s: quote.end_s,
    claim_s: terms.CLAIM_S,
    answer_s: terms.ANSWER_S,
    silent_payer_bps: terms.SILENT_PAYER_BPS,
    silent_arbitrator_bps: terms.SILENT_ARBITRATOR_BPS,
    service: quote.service,
  });
  const { payer, payee, token, price, deposit, request: booking } = quote;
  return {
    core: { payer, payee, token, price, deposit, schedule, booking, rest: restDigest(rest), salt },
    rest,
  };
}

export interface Money {
  /** Smallest unit: what the payer holds, and what the escrow may take of it. */
  readonly held: bigint;
  readonly allowed: bigint;
}

/** What the payer holds and has allowed, from the chain. Throws `Problem`. */
export async function moneyOf(facts: Facts, payer: Address): Promise<Money> {
  return money(await clientOf(payer), facts, facts.chain.token as Address, payer);
}

async function money(reader: Reader, facts: Facts, token: Address, payer: Address): Promise<Money> {
  const of = { address: token, abi: mockTokenAbi } as const;
  try {
    const [held, allowed] = await Promise.all([
      readContract(reader, { ...of, functionName: "balanceOf", args: [payer] }),
      readContract(reader, {
        ...of,
        functionName: "allowance",
        args: [payer, facts.chain.escrow as Address],
      }),
    ]);
    return { held, allowed };
  } catch (error) {
    throw walletProblem(error);
  }
}

/**
 * Read and prove again what `shown` was made of.
 *
 * Throws `Problem`: "page: forged answer", "page: not granted yet", "page: already paid", "page: stale quote",
 * "page: not enough money", "page: unfit arbitrator", one of `quoteOf`, or one of the wallet.
 */
async function prove(facts: Facts, shown: terms.Quote): Promise<Money> {
  const { arbitrator, payer } = shown;
  if (arbitrator !== null && !fits(shown, arbitrator)) throw new Problem("page: unfit arbitrator");
  const reader = await clientOf(payer);
  const path = { request: shown.request };
  const booked = await unwrap(api.GET("/api/requests/{request}", { params: { path } }));
  const [thing, deals] = await Promise.all([
    unwrap(api.GET("/api/resources/{resource}", { params: { path: { resource: booked.resource } } })),
    unwrap(api.GET("/api/deals", { params: { query: { booking: shown.request } } })),
  ]);
  if (booked.request.toLowerCase() !== shown.request.toLowerCase()) throw new Problem("page: forged answer");
  try {
    await proveBooking(reader, facts.chain, booked, thing);
    if (await isPaid(reader, facts.chain, shown)) throw new Problem("page: already paid");
  } catch (error) {
    throw walletProblem(error);
  }
  if (terms.paidIn(deals.items, payer)) throw new Problem("page: already paid");
  const now = terms.quoteOf(booked, thing, facts.chain, payer, arbitrator);
  if (!terms.sameQuote(shown, now)) throw new Problem("page: stale quote");
  const found = await money(reader, facts, shown.token, payer);
  const needed = shown.price + shown.deposit;
  if (found.held < needed) throw new Problem("page: not enough money", amounts(needed, found.held));
  return found;
}

/** Sentences show amounts in the token's unit; the page's words name both by these. */
const amounts = (needed: bigint, held: bigint) => ({ needed: needed.toString(), held: held.toString() });

function fits({ payer, payee }: terms.Quote, arbitrator: Address): boolean {
  const sides = [payer.toLowerCase(), payee.toLowerCase()];
  return isAddress(arbitrator) && !/^0x0{40}$/.test(arbitrator) && !sides.includes(arbitrator.toLowerCase());
}

/** Step 1: allow the escrow exactly price and deposit; nothing is sent where that is so already. */
export async function approve(facts: Facts, quote: terms.Quote): Promise<Row | undefined> {
  const { allowed } = await prove(facts, quote);
  const sum = quote.price + quote.deposit;
  if (allowed === sum) return undefined;
  const spender = facts.chain.escrow as Address;
  const data = encodeFunctionData({ abi: mockTokenAbi, functionName: "approve", args: [spender, sum] });
  return submit({ what: "approve", as: quote.payer, to: quote.token, data, about: aboutOf(quote) });
}

/** Step 2: open the deal; the escrow takes exactly what was allowed. Throws also "page: allow first". */
export async function fund(facts: Facts, quote: terms.Quote, draft: Draft): Promise<Row> {
  const { allowed } = await prove(facts, quote);
  if (allowed !== quote.price + quote.deposit) throw new Problem("page: allow first");
  const { core, rest } = dealOf(quote, draft.salt);
  const data = encodeFunctionData({ abi: escrowAbi, functionName: "open", args: [core, rest, NO_AUTH] });
  return submit({
    what: "fund",
    as: quote.payer,
    to: facts.chain.escrow as Address,
    data,
    about: aboutOf(quote),
  });
}

export const aboutOf = ({ request }: { request: string }): string => `/requests/${request}`;
