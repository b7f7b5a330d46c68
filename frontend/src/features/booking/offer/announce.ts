/** Announcing a thing: photos and description go to the server, their digest and the terms to the chain. */
import { api, unwrap } from "../../../api/client";
import { chainNow } from "../../../api/freshness";
import { Problem } from "../../../api/problem";
import { announceCall, packTerms, resourceId, serviceId } from "../../../chain/bookings_codec";
import type { Address, Facts, Hash } from "../../../chain/facts";
import { submit } from "../../../chain/submit";
import type { Row } from "../../../chain/transactions";
import { canonicalDigest, canonicalText } from "../../../kit/canonical_json";
import { cidOfDigest, sha256 } from "../../../kit/cid";
import { signIn } from "../../identity/actions";
import { cellOf } from "./cell";
import type { Draft } from "./draft";
import { documentOf, type Offer, termsOf } from "./form";
import { proven } from "./shrink";

export type Step = "sign" | "photos" | "description" | "chain";

export interface Announced {
  readonly resource: Hash;
  /** null: it was on the chain already, from an earlier try. */
  readonly row: Row | null;
}

/**
 * Announce `offer` as `me`. With the same salts the same thing: sending again after a failure makes no second one.
 *
 * Throws `Problem`: of signing in, of storing, "page: document changed" when the server stored something else, a
 * code of the contract, or one of the wallet.
 */
export async function announce(
  facts: Facts,
  me: Address,
  offer: Offer,
  made: { readonly photos: readonly Blob[]; readonly salts: Draft["salts"] },
  onStep: (step: Step) => void = () => {},
): Promise<Announced> {
  onStep("sign");
  await signIn(me);
  onStep("photos");
  const photos: string[] = [];
  for (const photo of made.photos) photos.push(await storePhoto(photo));
  onStep("description");
  const { id: cell } = cellOf(offer.point);
  const document = documentOf(offer, { cell, photos: [...new Set(photos)], salt: made.salts.document });
  const digest = await storeDescription(document);
  onStep("chain");
  const terms = packTerms(termsOf(offer, serviceId(offer.service), chainNow()));
  const announcement = { terms, digest, salt: made.salts.announcement };
  const resource = resourceId(facts.chain, me, announcement);
  try {
    const to = facts.chain.bookings as Address;
    const data = announceCall(announcement);
    return {
      resource,
      row: await submit({ what: "announce", as: me, to, data, about: `/resources/${resource}` }),
    };
  } catch (error) {
    if (error instanceof Problem && error.code === "bookings: already announced")
      return { resource, row: null };
    throw error;
  }
}

/** Store a photo and answer its CID, which has to be the one of these very bytes. */
async function storePhoto(photo: Blob): Promise<string> {
  const bytes = new Uint8Array(await (await proven(photo, "")).arrayBuffer());
  const cid = cidOfDigest(await sha256(bytes));
  const stored = await unwrap(
    api.POST("/api/photos", {
      body: bytes as unknown as string,
      bodySerializer: (body) => body as unknown as BodyInit,
      headers: { "Content-Type": "image/jpeg" },
    }),
  );
  if (stored.cid !== cid) throw new Problem("page: document changed");
  return cid;
}

/** Store a description and answer the digest of its canonical JSON as computed here. */
async function storeDescription(document: ReturnType<typeof documentOf>): Promise<Hash> {
  const digest = await canonicalDigest(document);
  const { items } = await unwrap(
    api.POST("/api/descriptions", {
      body: { documents: [document] } as never,
      bodySerializer: (body) => canonicalText(body as never), // amounts may be beyond what JSON.stringify writes
    }),
  );
  if (items[0]?.digest !== digest) throw new Problem("page: document changed");
  return digest;
}
