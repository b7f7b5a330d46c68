import { describe, expect, test } from "vitest";
import { emptyDraft, keepDraft, loadDraft } from "./draft";

class Kept {
  readonly values = new Map<string, string>();
  getItem = (key: string) => this.values.get(key) ?? null;
  setItem = (key: string, value: string) => void this.values.set(key, value);
}

const saved = (value: unknown): Kept => {
  const kept = new Kept();
  kept.setItem("allmende.offer", typeof value === "string" ? value : JSON.stringify(value));
  return kept;
};

test("what was typed is there again after a reload, with the same salts", () => {
  const kept = new Kept();
  const empty = emptyDraft("Europe/Vienna");
  const draft = {
    ...empty,
    form: {
      ...empty.form,
      title: "Säge",
      address: "Hof",
      criteria: [{ name: "watts", value: "9" }],
      slot_s: 86_400,
    },
    photos: [{ key: "a", name: "saw.jpg", bytes: 9 }],
    sent: { resource: `0x${"ab".repeat(32)}` as const, chain: "0x01" },
  };
  keepDraft(draft, kept);
  expect(loadDraft("UTC", kept)).toEqual(draft);
});

test("the next draft is another announcement", () => {
  const first = emptyDraft("UTC");
  const next = loadDraft("UTC", new Kept());
  expect(next.form).toEqual(first.form);
  expect(next.salts.document).not.toBe(first.salts.document);
  expect(next.salts.announcement).not.toBe(first.salts.announcement);
  expect(next.salts.document).toMatch(/^[0-9a-f]{32}$/);
  expect(next.salts.announcement).toMatch(/^0x[0-9a-f]{64}$/);
});

describe("a damaged draft", () => {
  test.each(["", "{", "null", "[]", "7"])("%j is an empty one", (text) => {
    expect(loadDraft("UTC", saved(text)).form).toEqual(emptyDraft("UTC").form);
  });

  test("keeps what is good of it", () => {
    const draft = loadDraft(
      "UTC",
      saved({
        form: {
          title: "Saw",
          slot_s: 7,
          rule: "whim",
          zone: "Moon/Base",
          per: 3,
          longestIn: "weeks",
          criteria: [{ name: 1 }, 4],
        },
        photos: [{ key: 1 }, { key: "a", name: "b", bytes: 3 }],
        salts: { document: "short", announcement: "0x" },
        sent: { resource: "0x1", chain: 4 },
      }),
    );
    expect(draft.form).toEqual({ ...emptyDraft("UTC").form, title: "Saw" });
    expect(draft.photos).toEqual([{ key: "a", name: "b", bytes: 3 }]);
    expect(draft.salts.document).toMatch(/^[0-9a-f]{32}$/);
    expect(draft.sent).toBeNull();
  });
});

test("a browser that keeps nothing does not stop the writing", () => {
  const full = {
    setItem: () => {
      throw new DOMException("full", "QuotaExceededError");
    },
  };
  expect(() => keepDraft(emptyDraft("UTC"), full)).not.toThrow();
});
