/** What only a demo can do: move time, stop the indexer, hand out play money. */
import { api, unwrap } from "../../api/client";
import type { Address, Hash } from "../../chain/facts";
import { type Row, remember } from "../../chain/transactions";

/** Move the clock of the chain on; answers the new chain time (seconds). */
export async function advance(seconds: number): Promise<number> {
  return (await unwrap(api.POST("/api/demo/time", { body: { seconds } }))).now_s;
}

/** Stop the indexer, or start it again. */
export async function setIndexer(running: boolean): Promise<void> {
  await unwrap(api.POST("/api/demo/indexer", { body: { running } }));
}

/** Gas and play money for an address; the row is that of the play money. */
export async function faucet(address: Address): Promise<Row> {
  const { transaction: hash } = await unwrap(api.POST("/api/demo/faucet", { body: { address } }));
  return remember({ hash: hash as Hash, what: "faucet", from: address, about: "/demo" });
}
