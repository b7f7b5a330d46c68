import { expect, test } from "vitest";
import type { Address } from "./facts";
import vectors from "./generated/vectors.json";
import { commitmentOf, type RatingSecret } from "./rating_codec";

const ledger = vectors.contracts.ReputationLedger as Address;

test.each(vectors.reputation.ratings)("side $side, score $score commit as in the command line", (given) => {
  expect(commitmentOf(vectors.chain_id, ledger, given as unknown as RatingSecret)).toBe(given.commitment);
});

test("another score is another commitment", () => {
  const [given] = vectors.reputation.ratings;
  const secret = given as unknown as RatingSecret;
  expect(commitmentOf(vectors.chain_id, ledger, { ...secret, score: secret.score - 1 })).not.toBe(
    given?.commitment,
  );
});
