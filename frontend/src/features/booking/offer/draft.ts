/** The offer being written, kept in this browser until it is announced. Photos are kept beside it (`photo_store.ts`). */
import type { Hash } from "../../../chain/facts";
import { emptyForm, isZone, LENGTHS, type OfferForm, PER, RULES, SLOTS_S } from "./form";

/** A photo that was made smaller and waits in the browser's own database. */
export interface DraftPhoto {
  readonly key: string;
  readonly name: string;
  readonly bytes: number;
}

export interface Draft {
  readonly form: OfferForm;
  readonly photos: readonly DraftPhoto[];
  /** Drawn once, so that sending again after a failure announces the same thing and not a second one. */
  readonly salts: { readonly document: string; readonly announcement: Hash };
  /** What was sent, and on which chain (hash of its first block), until it is indexed. */
  readonly sent: { readonly resource: Hash; readonly chain: string } | null;
}

const KEY = "allmende.offer";

export function emptyDraft(zone: string): Draft {
  return {
    form: emptyForm(zone),
    photos: [],
    salts: { document: hex(16), announcement: `0x${hex(32)}` },
    sent: null,
  };
}

/** The draft of this browser; whatever in it is not as it should be is as in an empty one. */
export function loadDraft(zone: string, storage: Pick<Storage, "getItem"> = localStorage): Draft {
  const empty = emptyDraft(zone);
  let found: unknown;
  try {
    found = JSON.parse(storage.getItem(KEY) ?? "null");
  } catch {
    return empty;
  }
  if (!isRecord(found)) return empty;
  const { form, photos, salts, sent } = found;
  return {
    form: formOf(form, empty.form),
    photos: Array.isArray(photos) ? photos.filter(isPhoto) : [],
    salts: isSalts(salts) ? salts : empty.salts,
    sent: isSent(sent) ? sent : null,
  };
}

export function keepDraft(draft: Draft, storage: Pick<Storage, "setItem"> = localStorage): void {
  try {
    storage.setItem(KEY, JSON.stringify(draft));
  } catch {
    // the browser keeps nothing for us (private window, full): the form works without
  }
}

function formOf(found: unknown, empty: OfferForm): OfferForm {
  if (!isRecord(found)) return empty;
  const kept: Record<string, unknown> = { ...empty };
  for (const [name, initial] of Object.entries(empty)) {
    if (typeof found[name] === typeof initial && !Array.isArray(initial)) kept[name] = found[name];
  }
  const rows = Array.isArray(found.criteria) ? found.criteria : [];
  const form = { ...kept, criteria: rows.filter(isRow) } as unknown as OfferForm;
  return {
    ...form,
    slot_s: SLOTS_S.some((slot) => slot === form.slot_s) ? form.slot_s : empty.slot_s,
    longestIn: Object.hasOwn(LENGTHS, form.longestIn) ? form.longestIn : empty.longestIn,
    noticeIn: Object.hasOwn(LENGTHS, form.noticeIn) ? form.noticeIn : empty.noticeIn,
    rule: Object.hasOwn(RULES, form.rule) ? form.rule : empty.rule,
    per: PER.includes(form.per) ? form.per : empty.per,
    zone: isZone(form.zone) ? form.zone : empty.zone,
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isRow = (value: unknown): value is OfferForm["criteria"][number] =>
  isRecord(value) && typeof value.name === "string" && typeof value.value === "string";

const isPhoto = (value: unknown): value is DraftPhoto =>
  isRecord(value) &&
  typeof value.key === "string" &&
  typeof value.name === "string" &&
  typeof value.bytes === "number";

const isSalts = (value: unknown): value is Draft["salts"] =>
  isRecord(value) &&
  /^[0-9a-f]{32}$/.test(String(value.document)) &&
  /^0x[0-9a-f]{64}$/.test(String(value.announcement));

const isSent = (value: unknown): value is NonNullable<Draft["sent"]> =>
  isRecord(value) && /^0x[0-9a-f]{64}$/.test(String(value.resource)) && typeof value.chain === "string";

function hex(length: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
