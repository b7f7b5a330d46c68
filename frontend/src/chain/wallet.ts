/**
 * Wallets: the personas of a demo, and every wallet announced through EIP-6963. wagmi keeps the connection;
 * this file turns what it says into `who` and `choices`, and failures into problems with a way on.
 */
import type { Account, Chain, Client, EIP1193Provider, Transport } from "viem";
import { defineChain } from "viem";
import { type Config, createConfig, createStorage, deserialize, unstable_connector } from "wagmi";
import {
  connect as connectTo,
  disconnect,
  getConnection,
  getConnectorClient,
  reconnect,
  switchChain,
  watchConnection,
  watchConnectors,
} from "wagmi/actions";
import { Problem } from "../api/problem";
import type { ChainFacts, Facts } from "./facts";
import { personaConnector } from "./personas";
import { walletProblem } from "./wallet_problem";
import { choices, locked, rememberKind, shownName, type Who, who } from "./who";

interface Opened {
  readonly config: Config;
  readonly chain: Chain;
  readonly facts: Facts;
}

let opened: Opened | null = null;

/** Make the wallet side ready for the chain of this installation; again: no change. */
export function open(facts: Facts): Opened {
  if (opened) return opened;
  const rpcUrl = facts.demo?.rpc_url;
  const chain = defineChain({
    id: facts.chain.chain_id,
    name: facts.demo ? "Allmende demo" : `Chain ${facts.chain.chain_id}`,
    nativeCurrency: { name: "Coin", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: rpcUrl ? [rpcUrl] : [] } },
  });
  const { demo } = facts;
  const config = createConfig({
    chains: [chain],
    connectors: demo ? demo.personas.map((persona) => personaConnector(demo, persona)) : [],
    storage: createStorage({ storage: localStorage, key: "allmende.wagmi", deserialize: readable }),
    transports: { [chain.id]: unstable_connector({ type: "injected" }, { retryCount: 0 }) },
  });
  opened = { config, chain, facts };
  watchConnection(config, { onChange: noteConnection });
  watchConnectors(config, { onChange: noteChoices });
  noteChoices();
  return opened;
}

/** A kept value, or nothing where it cannot be read: then nobody was connected. */
function readable<T>(text: string): T {
  try {
    return deserialize(text);
  } catch {
    return null as T;
  }
}

function parts(): Opened {
  if (!opened) throw new Error("open() comes first");
  return opened;
}

/** The chain and contracts that this visit began with. */
export const contracts = (): ChainFacts => parts().facts.chain;

function noteChoices(): void {
  choices.set(
    parts().config.connectors.map((connector) => ({
      id: connector.id,
      name: shownName(connector.name),
      kind: connector.type === "persona" ? ("persona" as const) : ("wallet" as const),
      ...(connector.icon ? { icon: connector.icon } : {}),
    })),
  );
}

function noteConnection(): void {
  const now = getConnection(parts().config);
  if (now.status !== "connected") {
    if (now.status === "disconnected") who.set(null);
    return;
  }
  const kind = now.connector.type === "persona" ? "persona" : "wallet";
  const next: Who = { address: now.address, name: shownName(now.connector.name), kind, chainId: now.chainId };
  const known = who.get();
  if (known?.address === next.address && known.chainId === next.chainId && known.name === next.name) return;
  rememberKind(kind);
  locked.set(false);
  who.set(next);
}

/** Connect one of `choices`. Throws `Problem`: refused, locked, busy. */
export async function connect(id: string): Promise<Who> {
  const { config } = parts();
  const connector = config.connectors.find((one) => one.id === id);
  if (!connector) throw new Problem("page: wallet gone");
  try {
    await disconnect(config).catch(() => {});
    await connectTo(config, { connector });
  } catch (error) {
    throw walletProblem(error);
  }
  noteConnection();
  const found = who.get();
  if (!found) throw new Problem("page: wallet locked");
  return found;
}

/** Connect again what was connected on the last visit, without asking. */
export async function connectAgain(): Promise<void> {
  const { config } = parts();
  // the last one only: every persona says that it is authorised, and all of them at once are nobody
  const last = await config.storage?.getItem("recentConnectorId");
  const connectors = config.connectors.filter((one) => one.id === last);
  if (connectors.length > 0) await reconnect(config, { connectors }).catch(() => []);
  noteConnection();
  locked.set(who.get() === null);
}

export async function leave(): Promise<void> {
  rememberKind(null);
  locked.set(false);
  await disconnect(parts().config).catch(() => {});
  who.set(null);
}

/** Bring the wallet to our chain, telling it the chain where it does not know it. Throws `Problem`. */
export async function switchNetwork(): Promise<void> {
  const { config, chain } = parts();
  const rpcUrls = chain.rpcUrls.default.http;
  const known = { chainName: chain.name, nativeCurrency: chain.nativeCurrency, rpcUrls };
  try {
    const adding = rpcUrls.length ? { addEthereumChainParameter: known } : {};
    await switchChain(config, { chainId: chain.id, ...adding });
  } catch (error) {
    throw walletProblem(error);
  }
  noteConnection();
}

/** The provider of the connected wallet, or null. */
export async function provider(): Promise<Pick<EIP1193Provider, "request"> | null> {
  const { connector } = getConnection(parts().config);
  return connector ? ((await connector.getProvider()) as EIP1193Provider) : null;
}

/**
 * The client that acts as `address`, on our chain.
 *
 * Throws `Problem`: "page: not connected", "page: account switched", "page: wrong network", "page: wallet locked".
 */
export async function clientOf(address: string): Promise<Client<Transport, Chain, Account>> {
  const { config, chain } = parts();
  const now = getConnection(config);
  if (now.status !== "connected")
    throw new Problem(locked.get() ? "page: wallet locked" : "page: not connected");
  const [first] = await now.connector.getAccounts().catch((error) => {
    throw walletProblem(error);
  });
  if (!first) {
    locked.set(true);
    throw new Problem("page: wallet locked");
  }
  if (first.toLowerCase() !== address.toLowerCase())
    throw new Problem("page: account switched", { is: first, was: address });
  const chainId = await now.connector.getChainId();
  if (chainId !== chain.id) throw new Problem("page: wrong network", { chain: chain.name });
  return (await getConnectorClient(config, { account: first })) as Client<Transport, Chain, Account>;
}

/** Offer our chain and token to the wallet (EIP-3085, EIP-747). Throws `Problem`. */
export async function addToWallet(): Promise<void> {
  const { facts } = parts();
  await switchNetwork();
  const { token, token_symbol: symbol, token_decimals: decimals } = facts.chain;
  const asked = await provider();
  if (!asked || !token || !symbol || decimals === null) return;
  try {
    await asked.request({
      method: "wallet_watchAsset",
      params: { type: "ERC20", options: { address: token, symbol, decimals } },
    });
  } catch (error) {
    throw walletProblem(error);
  }
}
