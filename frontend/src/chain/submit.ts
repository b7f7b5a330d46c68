/**
 * One way for every transaction: the same act is never sent twice at once (not even from two tabs), it is tried on
 * the newest block first, at contracts whose code this page knows; the account and the network are looked at again,
 * and a row remembers it across reloads.
 */
import { call, sendTransaction } from "viem/actions";
import { Problem } from "../api/problem";
import type { Address, Hash } from "./facts";
import { requireKnownCode } from "./known_code";
import { type Row, remember, type What } from "./transactions";
import { clientOf, contracts } from "./wallet";
import { walletProblem } from "./wallet_problem";

export interface Act {
  /** What it is, for the row: words are `act.<what>`. */
  readonly what: What;
  /** Who meant to do it when the preview was shown. */
  readonly as: Address;
  readonly to: Address;
  readonly data: Hash;
  readonly value?: bigint;
  /** The page that shows what it is about, for instance `/deals/0x…`. */
  readonly about: string;
}

/**
 * Send an act and remember it.
 *
 * Throws `Problem`: a code of the contract (nothing was sent), "page: already sending", "page: foreign contracts", or
 * one of the wallet.
 */
export async function submit(act: Act): Promise<Row> {
  const name = `allmende.act.${act.what}.${act.to}.${act.about}`.toLowerCase();
  const sent = await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
    if (!lock) throw new Problem("page: already sending");
    const client = await clientOf(act.as);
    const transaction = { to: act.to, data: act.data, value: act.value ?? 0n };
    try {
      await requireKnownCode(client, contracts());
      await call(client, { ...transaction, account: client.account });
      const again = await clientOf(act.as);
      return await sendTransaction(again, { ...transaction, account: again.account, chain: again.chain });
    } catch (error) {
      throw walletProblem(error);
    }
  });
  return remember({ hash: sent, what: act.what, from: act.as, about: act.about });
}
