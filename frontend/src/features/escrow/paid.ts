/** Whether a booking was paid for already, as the chain says: the server's index may be behind, or keep it quiet. */
import type { Chain, Client, Transport } from "viem";
import { getContractEvents, readContract } from "viem/actions";
import type { Address, ChainFacts, Hash } from "../../chain/facts";
import { escrowAbi } from "../../chain/generated/escrow";
import type { Quote } from "./quote";

/** State and outcome of a word whose deal is done and was given back in full (`contracts/escrow/words.vy`). */
const REFUNDED = 15n | (2n << 4n);
const STATE_AND_OUTCOME = 127n;

/** Whether one of the deals of payer and payee is for this request and was not given back. */
export async function isPaid(
  reader: Client<Transport, Chain>,
  chain: Pick<ChainFacts, "escrow" | "start_block">,
  { request, payer, payee }: Pick<Quote, "request" | "payer" | "payee">,
): Promise<boolean> {
  const of = { address: chain.escrow as Address, abi: escrowAbi } as const;
  const opened = await getContractEvents(reader, {
    ...of,
    eventName: "EscrowFunded",
    args: { payer, payee },
    fromBlock: BigInt(chain.start_block),
    toBlock: "latest",
    strict: true,
  });
  const same = opened.filter(({ args }) => args.core.booking.toLowerCase() === request.toLowerCase());
  const words = await Promise.all(
    same.map(({ args }) =>
      readContract(reader, { ...of, functionName: "word", args: [args.escrow as Hash] }),
    ),
  );
  return words.some((word) => (word & STATE_AND_OUTCOME) !== REFUNDED);
}
