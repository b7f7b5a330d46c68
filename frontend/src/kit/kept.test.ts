import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keptList, keptValue } from "./kept";

const kept = new Map<string, string>();

beforeEach(() => {
  vi.stubGlobal("localStorage", { getItem: (key: string) => kept.get(key) ?? null });
});
afterEach(() => {
  kept.clear();
  vi.unstubAllGlobals();
});

const isText = (value: unknown): value is string => typeof value === "string";

test.each(["", "{", "undefined", "\u0000", "[1,"])("%s is no value", (text) => {
  kept.set("key", text);
  expect(keptValue("key")).toBe(null);
  expect(keptList("key", isText)).toEqual([]);
});

test.each(["{}", "7", '"a"', "null", "true"])("%s is no list", (text) => {
  kept.set("key", text);
  expect(keptList("key", isText)).toEqual([]);
});

test("of a list only what fits is taken", () => {
  kept.set("key", '["a", 1, null, ["b"], {"c": 2}, "d"]');
  expect(keptList("key", isText)).toEqual(["a", "d"]);
});

test("where the browser lets nobody read there is nothing", () => {
  const storage = {
    getItem: () => {
      throw new Error("denied");
    },
  };
  expect(keptValue("key", storage)).toBe(null);
});
