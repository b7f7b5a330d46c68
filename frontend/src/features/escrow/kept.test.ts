/** What a browser keeps of a payment and of evidence may be anything by the time it is read. */
import { beforeEach, expect, test, vi } from "vitest";
import { draftOf, keepDraft } from "./draft";
import { type Evidence, evidenceKept, keepEvidence } from "./evidence";

class Kept {
  readonly values = new Map<string, string>();
  getItem = (key: string) => this.values.get(key) ?? null;
  setItem = (key: string, value: string) => void this.values.set(key, value);
}

const OF = { instance: `0x${"ab".repeat(32)}`, request: "0x01", payer: "0x02", round: 0 };
const DEAL = `0x${"0d".repeat(32)}`;
const evidence: Evidence = { digest: `0x${"f0".repeat(32)}`, salt: "00".repeat(16), text: "a dent" };
let local: Kept;
let tab: Kept;

beforeEach(() => {
  [local, tab] = [new Kept(), new Kept()];
  vi.stubGlobal("localStorage", local);
  vi.stubGlobal("sessionStorage", tab);
});

test.each([
  "{",
  "[]",
  "null",
  '{"salt":"0x1","arbitrator":null}',
  `{"salt":"0x${"aa".repeat(32)}"}`,
  `{"salt":"0x${"aa".repeat(32)}","arbitrator":"paula"}`,
])("a payment kept as %s is none, and begins with a salt of its own", (text) => {
  keepDraft(OF, null);
  for (const key of tab.values.keys()) tab.values.set(key, text);
  expect(draftOf(OF)).toBe(null);
  const draft = keepDraft(OF, null);
  expect(draft.salt).toMatch(/^0x[0-9a-f]{64}$/);
  expect(draftOf(OF)).toEqual(draft);
});

test.each([
  null,
  7,
  "text",
  [],
  { ...evidence, deal: DEAL, salt: 7 },
  { ...evidence, deal: DEAL, digest: "0x" },
  { ...evidence, deal: DEAL, text: { toString: 1 } },
  { ...evidence },
])("evidence kept as %j is left out, and the rest stays", (broken) => {
  keepEvidence(DEAL, evidence);
  const [[key, text] = ["", ""]] = local.values;
  local.values.set(key, JSON.stringify([broken, ...JSON.parse(text)]));
  expect(evidenceKept(DEAL)).toEqual([{ deal: DEAL, ...evidence }]);
});
