import { describe, expect, test } from "vitest";
import { findSearch, queryOf, slugOf, vanished, wider } from "./wish";

describe("a wish in the address", () => {
  test("is read back as it was written", () => {
    const wish = { service: "drill", from: 10, to: 20, lat: 48.204, lng: 16.359, km: 5, budget: "12.5" };
    expect(findSearch(wish)).toEqual(wish);
  });
  test("keeps a position only to about 100 metres", () => {
    expect(findSearch({ lat: 48.20351234, lng: 16.35884321 })).toEqual({ lat: 48.204, lng: 16.359 });
  });
  test("leaves out what makes no sense", () => {
    expect(
      findSearch({
        service: "?!",
        from: 20,
        to: 10,
        lat: 91,
        lng: 0,
        km: 3,
        budget: "a lot",
        other: "thing",
      }),
    ).toEqual({});
    expect(findSearch({ from: 10 })).toEqual({});
    expect(findSearch({ lat: "48", lng: null })).toEqual({});
  });
  test("takes a budget that the address made a number", () => {
    expect(findSearch({ budget: 12 })).toEqual({ budget: "12" });
  });
});

describe("a tag for what was typed", () => {
  test.each([
    ["Drill", "drill"],
    ["  Workshop room ", "workshop-room"],
    ["Küchenmaschine", "kuechenmaschine"],
    ["Café crème", "cafe-creme"],
    ["日本", ""],
    ["a".repeat(40), "a".repeat(32)],
    [`${"a".repeat(31)} b`, "a".repeat(31)],
  ])("%j is %j", (typed, tag) => {
    expect(slugOf(typed)).toBe(tag);
  });
});

describe("the question to the server", () => {
  const place = { lat: 48.20351, lng: 16.35884 };
  test("carries what was wished, and the position rounded", () => {
    const wish = { service: "drill", from: 10, to: 20, km: 5, budget: "12.5" };
    expect(queryOf(wish, place, { budget: 12_500_000n, currency: "dEUR" })).toEqual({
      service: "drill",
      lat: 48.204,
      lng: 16.359,
      radius_m: 5_000,
      start_s: 10,
      end_s: 20,
      budget: 12_500_000,
      currency: "dEUR",
    });
  });
  test("leaves out time and budget where none are wished", () => {
    expect(queryOf({ service: "drill" }, place, null)).toEqual({
      service: "drill",
      lat: 48.204,
      lng: 16.359,
      radius_m: 10_000,
    });
  });
});

test("a circle grows until there is none wider", () => {
  expect(wider(10)).toBe(20);
  expect(wider(100)).toBeNull();
});

test("what is no longer in the answer has vanished", () => {
  const [drill, saw] = [{ resource: "0x01" }, { resource: "0x02" }];
  expect(vanished([drill, saw], [saw])).toEqual([drill]);
  expect(vanished([saw], [drill, saw])).toEqual([]);
});
