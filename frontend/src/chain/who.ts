/** Who acts on this page. Light: the wallet code itself (`wallet.ts`) is loaded when somebody connects. */
import { createStore } from "../kit/store";
import type { Address, Facts } from "./facts";

export interface Who {
  readonly address: Address;
  /** Name of the persona, or of the wallet that was announced (EIP-6963). */
  readonly name: string;
  readonly kind: "persona" | "wallet";
  /** Chain the wallet is on; other than ours: it has to switch before it can act. */
  readonly chainId: number;
}

/** A wallet that can be connected. */
export interface Choice {
  readonly id: string;
  readonly name: string;
  readonly icon?: string;
  readonly kind: "persona" | "wallet";
}

const NAME_LENGTH = 40;

/** The name of a wallet as it is shown: it names itself, so nothing that hides or turns text, and no endless one. */
export function shownName(announced: unknown): string {
  const plain = typeof announced === "string" ? announced.replace(/\p{C}+/gu, " ").trim() : "";
  const letters = Array.from(plain);
  return letters.length > NAME_LENGTH ? `${letters.slice(0, NAME_LENGTH).join("")}…` : plain || "?";
}

export const who = createStore<Who | null>(null);
export const choices = createStore<readonly Choice[]>([]);
/** A wallet was connected on an earlier visit and does not say its account now: it is locked. */
export const locked = createStore(false);

const LAST = "allmende.who";

export const lastKind = (): string | null => localStorage.getItem(LAST);

export function rememberKind(kind: Who["kind"] | null): void {
  if (kind) localStorage.setItem(LAST, kind);
  else localStorage.removeItem(LAST);
}

/** The wallet code, loaded on first use. */
export async function loadWallet(facts: Facts): Promise<typeof import("./wallet")> {
  const wallet = await import("./wallet");
  wallet.open(facts);
  return wallet;
}
