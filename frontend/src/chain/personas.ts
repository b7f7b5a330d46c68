/**
 * The personas of a demo as wallets. Their keys come from the public test mnemonic, which the demo tells; the
 * page signs with them itself and sends through the demo's own door to the chain. No other chain has them.
 */
import { createWalletClient, custom, type EIP1193RequestFn } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { createConnector } from "wagmi";
import { Problem } from "../api/problem";
import type { DemoFacts } from "./facts";

let sequence = 0;

/** One JSON-RPC call through the demo's door. Throws `Problem` "page: node gone". */
export async function demoRpc(method: string, params: unknown): Promise<unknown> {
  sequence += 1;
  const asked = { jsonrpc: "2.0", id: sequence, method, params: params ?? [] };
  let answer: { result?: unknown; error?: { code: number; message: string; data?: unknown } };
  try {
    const headers = { "content-type": "application/json" };
    const response = await fetch("/api/demo/rpc", { method: "POST", headers, body: JSON.stringify(asked) });
    if (response.status === 503) throw new Error("the door answers that the node is gone");
    answer = await response.json();
  } catch (cause) {
    throw new Problem("page: node gone", {}, { cause });
  }
  if (answer.error) throw Object.assign(new Error(answer.error.message), answer.error);
  return answer.result ?? null;
}

/** A wagmi connector that acts as one persona. */
export function personaConnector(demo: DemoFacts, persona: DemoFacts["personas"][number]) {
  return createConnector((config) => {
    const account = mnemonicToAccount(demo.mnemonic, { addressIndex: persona.index });
    const request = (({ method, params }: { method: string; params?: unknown }) =>
      demoRpc(method, params)) as EIP1193RequestFn;
    const provider = { request };
    return {
      id: `persona.${persona.name}`,
      name: persona.name,
      type: "persona",
      // biome-ignore lint/suspicious/noExplicitAny: the connector's return type depends on a type parameter
      connect: async (): Promise<any> => ({ accounts: [account.address], chainId: demo.chain_id }),
      disconnect: async () => {},
      getAccounts: async () => [account.address],
      getChainId: async () => demo.chain_id,
      getProvider: async () => provider,
      getClient: async () =>
        createWalletClient({
          account,
          chain: config.chains[0],
          transport: custom(provider, { retryCount: 0 }),
        }),
      isAuthorized: async () => true,
      onAccountsChanged: () => {},
      onChainChanged: () => {},
      onDisconnect: () => {},
    };
  });
}
