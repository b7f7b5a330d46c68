import { hashTypedData, recoverTypedDataAddress, type TypedDataDefinition } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { expect, test } from "vitest";
import type { Address, Hash } from "./facts";
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

test.each(vectors.reputation.signed)(
  "$primaryType is signed here as there, and each takes the other's",
  async (given) => {
    const { hash, key, signer, signature, ...document } = given;
    const typed = document as unknown as TypedDataDefinition;
    expect(hashTypedData(typed)).toBe(hash);
    expect(await privateKeyToAccount(key as Hash).signTypedData(typed)).toBe(signature);
    expect(await recoverTypedDataAddress({ ...typed, signature: signature as Hash })).toBe(signer);
  },
);

test("a signature is of one score, one deal, one chain and one ledger", async () => {
  const given = vectors.reputation.signed.find((one) => one.primaryType === "Rate");
  if (!given) throw new Error("no vectors");
  const { signer, signature, message, domain } = given;
  const changes = [
    { message: { ...message, score: 5 } },
    { message: { ...message, deal: `0x${"11".repeat(32)}` } },
    { domain: { ...domain, chainId: 1 } },
    { domain: { ...domain, verifyingContract: message.source } },
  ];
  for (const change of changes) {
    const typed = { ...given, ...change } as unknown as TypedDataDefinition;
    expect(await recoverTypedDataAddress({ ...typed, signature: signature as Hash })).not.toBe(signer);
  }
});
