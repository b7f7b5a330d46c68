import { expect, test } from "vitest";
import { spanIn } from "./times_in_address";

test("a span is taken as it is", () => {
  expect(spanIn({ from: 10, to: 20, other: 1 })).toEqual({ from: 10, to: 20 });
});

test.each([
  [10, 10],
  [20, 10],
  [-1, 10],
  [0.5, 1.5],
  ["10", "20"],
  [10, 8_640_000_000_001],
  [1e300, 1e301],
  [Number.NaN, Number.POSITIVE_INFINITY],
  [10, undefined],
])("from %s to %s is none", (from, to) => {
  expect(spanIn({ from, to })).toEqual({});
});
