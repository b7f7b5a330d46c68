/** Signing in with a wallet (EIP-4361): the server asks, the wallet signs, a token comes back. */
import { signMessage } from "viem/actions";
import { api, session, unwrap } from "../../api/client";
import { Problem } from "../../api/problem";
import type { Address } from "../../chain/facts";
import { clientOf } from "../../chain/wallet";
import { walletProblem } from "../../chain/wallet_problem";
import { requireSignIn } from "./message";

/** Whether `address` has a session in this tab. */
export async function signedIn(address: Address): Promise<boolean> {
  if (!session.token()) return false;
  try {
    const found = await unwrap(api.GET("/api/session"));
    return found.address.toLowerCase() === address.toLowerCase();
  } catch (error) {
    if (error instanceof Problem && error.code.startsWith("session: ")) return false;
    throw error;
  }
}

/**
 * Sign in as `address`; where that is so already nothing is asked.
 *
 * Throws `Problem`: "page: foreign message", one of the server, or one of the wallet.
 */
export async function signIn(address: Address): Promise<void> {
  if (await signedIn(address)) return;
  session.forget();
  const { message } = await unwrap(api.POST("/api/session/nonce", { body: { address } }));
  const client = await clientOf(address);
  requireSignIn(message, location.origin, address, client.chain.id);
  const signature = await signMessage(client, { message, account: client.account }).catch((error) => {
    throw walletProblem(error);
  });
  const { token } = await unwrap(api.POST("/api/session", { body: { message, signature } }));
  session.keep(token);
}

/** End the session of this tab. */
export async function signOut(): Promise<void> {
  if (session.token()) await unwrap(api.DELETE("/api/session")).catch(() => {});
  session.forget();
}
