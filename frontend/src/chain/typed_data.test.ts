/**
 * Every signed type of every file of types beside the contracts, signed and verified here on the vectors that
 * Python and Vyper sign and verify in `tests/contracts/test_typed_data_round_trip.py`.
 */
import { type Hex, hashTypedData, recoverTypedDataAddress, type TypedDataDefinition } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { expect, test } from "vitest";
import vectors from "./generated/vectors.json";

type Types = Record<string, { name: string; type: string }[]>;
type Value = boolean | string | bigint | Value[] | { [name: string]: Value };

interface Vector {
  contract: string;
  primary_type: string;
  domain: { name: string; version: string; chainId: number; verifyingContract: Hex };
  message: Value;
  digest: Hex;
  signature: Hex;
}

// the same files that Python reads, and no copy of them
const files = import.meta.glob<Types>("../../../contracts/**/typed_data*.json", {
  eager: true,
  import: "default",
});
const ofFolder: Record<string, string> = {
  booking: "Bookings",
  escrow: "Escrow",
  mocks: "MockToken",
  reputation: "ReputationLedger",
};
const documents = new Map(Object.entries(files).map(([path, types]) => [contractOf(path), types]));

const account = privateKeyToAccount(vectors.typed_data.key as Hex);
const signed = vectors.typed_data.signed as unknown as Vector[];
const named = signed.map((vector) => [`${vector.contract}.${vector.primary_type}`, vector] as const);

function contractOf(path: string): string {
  const [folder = "", file = ""] = path.split("/").slice(-2);
  const [, contract] = /^typed_data\.(\w+)\.json$/.exec(file) ?? [];
  return contract ?? ofFolder[folder] ?? path;
}

/** A value as JSON writes it, as viem signs it. */
function read(types: Types, kind: string, value: Value): Value {
  if (kind.endsWith("]")) {
    const base = kind.slice(0, kind.lastIndexOf("["));
    return (value as Value[]).map((one) => read(types, base, one));
  }
  const fields = types[kind];
  if (fields) {
    const struct = value as { [name: string]: Value };
    return Object.fromEntries(
      fields.map(({ name, type }) => [name, read(types, type, struct[name] as Value)]),
    );
  }
  return kind.startsWith("uint") ? BigInt(value as string) : value;
}

function definition(vector: Vector): TypedDataDefinition {
  const types = documents.get(vector.contract) ?? {};
  return {
    types,
    primaryType: vector.primary_type,
    domain: vector.domain,
    message: read(types, vector.primary_type, vector.message),
  } as unknown as TypedDataDefinition;
}

test("every signed type of every file has a vector", () => {
  const wanted = [...documents].flatMap(([contract, types]) => {
    const parts = new Set(
      Object.values(types).flatMap((fields) => fields.map(({ type }) => type.split("[")[0])),
    );
    return Object.keys(types)
      .filter((name) => !parts.has(name))
      .map((name) => `${contract}.${name}`);
  });
  expect(wanted.length).toBeGreaterThan(0);
  expect(wanted.sort()).toEqual(named.map(([name]) => name).sort());
});

test.each(named)("%s is signed and verified as in Python", async (_, vector) => {
  const whole = definition(vector);
  expect(hashTypedData(whole)).toBe(vector.digest);
  expect(await account.signTypedData(whole)).toBe(vector.signature);
  const signer = await recoverTypedDataAddress({ ...whole, signature: vector.signature });
  expect(signer).toBe(vectors.typed_data.signer);
});

test.each(named)("%s for another chain, contract or name is another signature", async (_, vector) => {
  const whole = definition(vector);
  for (const change of [
    { chainId: vector.domain.chainId + 1 },
    { verifyingContract: account.address },
    { name: "Allmende" },
  ]) {
    const domain = { ...vector.domain, ...change };
    expect(hashTypedData({ ...whole, domain } as TypedDataDefinition)).not.toBe(vector.digest);
  }
});
