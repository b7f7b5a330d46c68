/** Whether a thing is what its id names. Pure: what the server says and what the contract keeps go in. */
import type { Schemas } from "../../api/client";
import { resourceId, termsIn, unpackTerms, type Where } from "../../chain/bookings_codec";
import type { Hash } from "../../chain/facts";
import { canonicalDigest } from "../../kit/canonical_json";

type Said = Pick<Schemas["ResourceOut"], "resource" | "owner" | "digest" | "salt" | "description">;

/**
 * Whether owner and terms in the contract's `word`, digest and salt hash to the thing's id, and its description, where
 * there is one, to the digest. Then no server can have changed them, and no node the word.
 */
export async function isAnnounced(where: Where, thing: Said, word: bigint): Promise<boolean> {
  const owner = unpackTerms(word)?.owner;
  if (!owner || !same(owner, thing.owner)) return false;
  const announced = { terms: termsIn(word), digest: thing.digest as Hash, salt: thing.salt as Hash };
  try {
    return (
      same(resourceId(where, owner, announced), thing.resource) &&
      (!thing.description || same(await canonicalDigest(thing.description), thing.digest))
    );
  } catch {
    return false; // something that no id or digest can be made of
  }
}

const same = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();
