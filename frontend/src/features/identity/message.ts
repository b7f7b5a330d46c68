/** What a member signs in with: the server's words, which have to be a sign-in to this very page and nothing else. */
import { parseSiweMessage } from "viem/siwe";
import { Problem } from "../../api/problem";
import type { Address } from "../../chain/facts";

const LOOPBACK: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Hold an EIP-4361 message against the page, member and chain it is for. Signed for another site it would sign the
 * member in there, and resources in it may delegate rights (ERC-5573). Throws `Problem` "page: foreign message".
 */
export function requireSignIn(message: string, here: string, member: Address, chainId: number): void {
  const said = parseSiweMessage(message);
  const proved =
    isHere(`http://${said.domain}`, here) &&
    isHere(said.uri, here) &&
    said.address?.toLowerCase() === member.toLowerCase() &&
    said.chainId === chainId &&
    said.resources === undefined;
  if (!proved) throw new Problem("page: foreign message");
}

/** Whether an address is of the host of `here`; this machine has several names, and a port for each server. */
function isHere(address: string | undefined, here: string): boolean {
  if (address === undefined || !URL.canParse(address)) return false;
  const [there, ours] = [new URL(address), new URL(here)];
  return there.host === ours.host || (LOOPBACK.has(there.hostname) && LOOPBACK.has(ours.hostname));
}
