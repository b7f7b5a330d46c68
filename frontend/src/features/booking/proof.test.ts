import { describe, expect, test } from "vitest";
import { resourceId, termsIn } from "../../chain/bookings_codec";
import type { Address, Hash } from "../../chain/facts";
import vectors from "../../chain/generated/vectors.json";
import { canonicalDigest } from "../../kit/canonical_json";
import { parseExact } from "../../kit/exact_json";
import { isAnnounced } from "./proof";

const where = { chain_id: vectors.chain_id, bookings: vectors.contracts.Bookings };
const [given] = vectors.bookings.resources;
if (!given) throw new Error("no vectors");
const OTHER: Hash = `0x${"01".repeat(32)}`;
const ACTIVE = 1n << 166n;
const word = BigInt(given.word) | ACTIVE | BigInt(given.owner);
const thing = { ...given, owner: given.owner as string, description: null };

describe("a thing of the command line", () => {
  test("is what its id names, whatever the contract keeps as its state and however its owner is written", async () => {
    expect(termsIn(word)).toBe(BigInt(given.word));
    expect(await isAnnounced(where, thing, word)).toBe(true);
    expect(await isAnnounced(where, thing, word ^ (3n << 166n))).toBe(true);
    expect(await isAnnounced(where, { ...thing, owner: given.owner.toLowerCase() }, word)).toBe(true);
  });

  test.each<[string, Partial<typeof thing>]>([
    ["owner", { owner: where.bookings }],
    ["digest", { digest: OTHER }],
    ["salt", { salt: OTHER }],
    ["id", { resource: OTHER }],
    ["salt, one too short,", { salt: "0x01" }],
    ["salt, none at all,", { salt: undefined as never }],
  ])("is not with another %s", async (_, forged) => {
    expect(await isAnnounced(where, { ...thing, ...forged }, word)).toBe(false);
  });

  test("is not with other terms than the contract keeps, and not where it keeps none", async () => {
    expect(await isAnnounced(where, thing, word ^ (1n << 232n))).toBe(false);
    expect(await isAnnounced(where, thing, 0n)).toBe(false);
    expect(await isAnnounced({ ...where, chain_id: 1 }, thing, word)).toBe(false);
  });
});

describe("a description of a thing", () => {
  const text = (amount: bigint) =>
    `{"v":1,"title":"Drill","price":{"amount":${amount},"currency":"WEI","per":"day"},"deposit":0}`;

  test.each([2n ** 53n + 1n, 2n ** 60n + 1n, 2n ** 96n - 1n])(
    "with a price of %s, read from the server's JSON, is the one announced, and one unit less is not",
    async (amount) => {
      const description = parseExact(text(amount)) as never;
      const digest = await canonicalDigest(description);
      const announced = { terms: BigInt(given.word), digest, salt: OTHER };
      const resource = resourceId(where, given.owner as Address, announced);
      const priced = { ...thing, resource, digest, salt: OTHER, description };
      expect(await isAnnounced(where, priced, word)).toBe(true);
      const cheaper = parseExact(text(amount - 1n)) as never;
      expect(await isAnnounced(where, { ...priced, description: cheaper }, word)).toBe(false);
      const rehashed = { ...priced, description: cheaper, digest: await canonicalDigest(cheaper) };
      expect(await isAnnounced(where, rehashed, word)).toBe(false);
    },
  );
});
