import { afterEach, describe, expect, test, vi } from "vitest";
import { canonicalDigest, canonicalText } from "./canonical_json";
import { parseExact } from "./exact_json";

afterEach(() => vi.restoreAllMocks());

describe("whole numbers", () => {
  test.each([
    ["0", 0],
    ["-7", -7],
    ["9007199254740991", 2 ** 53 - 1],
    ["-9007199254740991", -(2 ** 53) + 1],
    ["9007199254740992", 2n ** 53n],
    ["9007199254740993", 2n ** 53n + 1n],
    ["-9007199254740993", -(2n ** 53n) - 1n],
    ["79228162514264337593543950335", 2n ** 96n - 1n],
  ])("%s is exactly that", (text, value) => {
    expect(parseExact(text)).toBe(value);
    expect(parseExact(`{"a":[{"b":${text}}]}`)).toEqual({ a: [{ b: value }] });
    expect(canonicalText(parseExact(`[${text}]`) as never)).toBe(`[${text}]`);
  });
});

test("everything else is what JSON.parse makes of it", () => {
  const text = '{"a":[null,true,"9007199254740993",0.25,1e3,{}],"score":9007199254740993.5,"far":1e40}';
  expect(parseExact(text)).toEqual(JSON.parse(text));
});

test("text that is no JSON is refused", () => {
  expect(() => parseExact('{"a":')).toThrow(SyntaxError);
});

test("a document with amounts beyond 2^53 has the digest of the server", async () => {
  const text =
    '{"deposit":79228162514264337593543950335,"price":{"amount":9007199254740993,"currency":"dEUR","per":"day"},"v":1}';
  // sha2-256 of these bytes, as backend/kit/canonical_json.py makes them
  const digest = "0xc240a84c76119e7776e31927a526722bdc39c381df46a057f42eff9f39fe87a3";
  expect(await canonicalDigest(parseExact(text) as never)).toBe(digest);
});

test("where the source is not told, large numbers are rounded and have no digest", () => {
  const parse = JSON.parse;
  vi.spyOn(JSON, "parse").mockImplementation((text, reviver) =>
    parse(text, reviver && ((name, value) => reviver(name, value))),
  );
  const found = parseExact('{"amount":9007199254740993}') as never;
  expect(found).toEqual({ amount: 2 ** 53 });
  expect(() => canonicalText(found)).toThrow(TypeError);
});
