/** A deal that was opened, as the escrow logged it. */
import { encodeAbiParameters, encodeEventTopics } from "viem";
import type { Address, Hash } from "../chain/facts";
import { escrowAbi } from "../chain/generated/escrow";
import { withArbitrator } from "./deals";
import { facts } from "./outside";

/** The log of a deal of these two for a booking, as a node tells it. */
export function funded(booking: Hash, payer: Address, payee: Address) {
  const event = escrowAbi.find((one) => one.type === "event" && one.name === "EscrowFunded");
  if (event?.type !== "event") throw new Error("no such event");
  const escrow = withArbitrator.escrow as Hash;
  const core = {
    payer,
    payee,
    token: facts.chain.token,
    price: 1n,
    deposit: 1n,
    schedule: 1n,
    booking,
    rest: booking,
    salt: booking,
  };
  const rest = { milestones: [], cancellations: [], ladder: [] };
  const plain = event.inputs.filter((input) => !input.indexed);
  return {
    address: facts.chain.escrow,
    topics: encodeEventTopics({
      abi: escrowAbi,
      eventName: "EscrowFunded",
      args: { escrow, payer, payee },
    }),
    data: encodeAbiParameters(plain, [payer, core, rest] as never),
    blockNumber: "0x1",
    blockHash: booking,
    transactionHash: booking,
    transactionIndex: "0x0",
    logIndex: "0x0",
    removed: false,
  };
}
