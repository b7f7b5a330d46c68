import { beforeEach, expect, test, vi } from "vitest";
import { keepAsk, keptAsk } from "./ask";

const OF = { instance: `0x${"ab".repeat(32)}`, resource: "0x01", member: "0x02", start_s: 1, end_s: 2 };
const KEPT = { salt: `0x${"aa".repeat(32)}`, request: `0x${"bb".repeat(32)}` } as const;
const values = new Map<string, string>();

beforeEach(() => {
  values.clear();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
  });
});

test("a question is kept by chain, thing, member and time", () => {
  keepAsk(OF, KEPT);
  expect(keptAsk(OF)).toEqual(KEPT);
  expect(keptAsk({ ...OF, end_s: 3 })).toBe(null);
  expect(keptAsk({ ...OF, member: "0x03" })).toBe(null);
});

test.each([
  "{",
  "7",
  "[]",
  JSON.stringify({ ...KEPT, salt: "0x1" }),
  JSON.stringify({ ...KEPT, request: null }),
])("a question kept as %s is none, so that it can be asked", (text) => {
  keepAsk(OF, KEPT);
  for (const key of values.keys()) values.set(key, text);
  expect(keptAsk(OF)).toBe(null);
});
