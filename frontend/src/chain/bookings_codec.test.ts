import { describe, expect, test } from "vitest";
import {
  type Asked,
  announceCall,
  freshSalt,
  packTerms,
  requestCall,
  requestId,
  resourceId,
  serviceId,
  unpackTerms,
} from "./bookings_codec";
import type { Address, Hash } from "./facts";
import vectors from "./generated/vectors.json";

const where = { chain_id: vectors.chain_id, bookings: vectors.contracts.Bookings };
const { services, resources, requests } = vectors.bookings;

describe("the page and the command line make the same bytes", () => {
  test.each(Object.entries(services))("service %s has the number %i", (tag, number) => {
    expect(serviceId(tag)).toBe(number);
  });

  test.each(resources)("a thing of $terms.quantum_s s: terms, id and call", (given) => {
    expect(packTerms(given.terms).toString()).toBe(given.word);
    const announcement = {
      terms: BigInt(given.word),
      digest: given.digest as Hash,
      salt: given.salt as Hash,
    };
    expect(resourceId(where, given.owner as Address, announcement)).toBe(given.resource);
    expect(announceCall(announcement)).toBe(given.announce);
  });

  test.each(resources)("the word of a thing of $terms.quantum_s s is read back", (given) => {
    const active = 1n << 166n;
    const owner = given.owner.toLowerCase();
    expect(unpackTerms(BigInt(given.word) | BigInt(owner) | active)).toEqual({ owner, terms: given.terms });
    expect(unpackTerms(0n)).toBeNull();
  });

  test.each(requests)("a request of $quanta quanta: id and calls", (given) => {
    const asked = given as unknown as Asked;
    expect(requestId(where, asked)).toBe(given.request);
    for (const act of ["request", "confirm", "deny", "cancel"] as const)
      expect(requestCall(act, asked)).toBe(given.calls[act]);
  });
});

describe("packTerms", () => {
  const possible = resources[0]?.terms ?? {
    service: 0,
    quantum_s: 0,
    rule: 0,
    phase_s: 0,
    horizon_days: 0,
    ttl_h: 0,
    notice_h: 0,
    max_quanta: 0,
  };
  test.each([
    { quantum_s: 7_200 },
    { phase_s: 901 },
    { phase_s: 86_400 },
    { horizon_days: 1_024 },
    { ttl_h: 1.5 },
    { notice_h: -1 },
    { max_quanta: 4_096 },
    { service: 2 ** 24 },
  ])("refuses %o", (change) => {
    expect(() => packTerms({ ...possible, ...change })).toThrow(RangeError);
  });
});

test("two salts differ", () => {
  expect(freshSalt()).toMatch(/^0x[0-9a-f]{64}$/);
  expect(freshSalt()).not.toBe(freshSalt());
});
