/** The form of an offer as it is typed, and what it means: either a whole offer, or what is wrong at which field. */
import type { ResourceTerms } from "../../../chain/bookings_codec";
import type { Canonical } from "../../../kit/canonical_json";
import { type PageKey, type Params, parseAmount, type Unit } from "../../../words/speak";
import { type Point, parsePoint } from "./place";
import { type Criterion, criterionOf, nameOf, tagOf } from "./tag";

/** Grids that are offered here, in seconds; the contract also knows 5 minutes. */
export const SLOTS_S = [900, 1_800, 3_600, 86_400] as const;
export const LENGTHS = { minutes: 60, hours: 3_600, days: 86_400 } as const;
export const RULES = { manual: 0, "first-come": 1 } as const;
export const PER = ["booking", "hour", "day"] as const;
export const HORIZON_DAYS = 180;
export const TTL_H = 72;
export const MAX_PHOTOS = 6;
export const MAX_CRITERIA = 50;

const MAX_AMOUNT = 2n ** 96n - 1n;
const MAX_QUANTA = 4_095;
const MAX_NOTICE_H = 1_023;
const MAX_DISTANCE_M = 20_000_000;

export type Length = keyof typeof LENGTHS;

/** Everything as typed. */
export interface OfferForm {
  readonly title: string;
  readonly text: string;
  readonly tag: string;
  readonly criteria: readonly { readonly name: string; readonly value: string }[];
  /** "latitude, longitude"; the exact point, which stays here. */
  readonly point: string;
  /** How to find it, in words; stays here. */
  readonly address: string;
  readonly distanceKm: string;
  readonly slot_s: number;
  readonly longest: string;
  readonly longestIn: Length;
  readonly notice: string;
  readonly noticeIn: Length;
  readonly rule: keyof typeof RULES;
  readonly zone: string;
  readonly price: string;
  readonly per: (typeof PER)[number];
  readonly deposit: string;
  /** Only where the installation has no token of its own. */
  readonly currency: string;
}

export const emptyForm = (zone: string): OfferForm => ({
  title: "",
  text: "",
  tag: "",
  criteria: [],
  point: "",
  address: "",
  distanceKm: "10",
  slot_s: 3_600,
  longest: "3",
  longestIn: "days",
  notice: "0",
  noticeIn: "hours",
  rule: "manual",
  zone,
  price: "0",
  per: "day",
  deposit: "0",
  currency: "EUR-cent",
});

/** A checked offer. Amounts in the smallest unit of `currency`. */
export interface Offer {
  readonly title: string;
  readonly text: string;
  readonly service: string;
  readonly criteria: Readonly<Record<string, Criterion>>;
  readonly point: Point;
  readonly max_distance_m: number;
  readonly quantum_s: number;
  readonly max_quanta: number;
  readonly notice_h: number;
  readonly rule: keyof typeof RULES;
  readonly tz: string;
  readonly price: { readonly amount: bigint; readonly currency: string; readonly per: (typeof PER)[number] };
  readonly deposit: bigint;
}

/** What is wrong, as a sentence of the page. */
export interface Wrong {
  readonly key: PageKey;
  readonly params?: Params;
}
export type Field = keyof OfferForm | `criteria.${number}`;
export type Faults = Partial<Record<Field, Wrong>>;

/** What amounts are counted in. */
export interface Money {
  /** Code that the description names. */
  readonly currency: string;
  readonly unit: Unit;
}

/** Read a form. `offer` is null as long as something is wrong. */
export function readForm(
  form: OfferForm,
  money: Money,
): { readonly offer: Offer | null; readonly faults: Faults } {
  const faults: Faults = {};
  const wrong = (field: Field, key: PageKey, params?: Params): void => {
    faults[field] ??= params ? { key, params } : { key };
  };

  const title = form.title.trim().replace(/\s+/g, " ").toWellFormed();
  if (!title) wrong("title", "offer.title.missing");
  else if (lengthOf(title) > 120) wrong("title", "offer.too_long", { most: 120 });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  else if (/[\x00-\x1f\x7f]/.test(title)) wrong("title", "offer.title.control");

  const text = form.text.trim().toWellFormed();
  if (lengthOf(text) > 4_000) wrong("text", "offer.too_long", { most: 4_000 });

  const service = tagOf(form.tag);
  if (!service) wrong("tag", "offer.tag.missing");
  else if (service.length > 32) wrong("tag", "offer.too_long", { most: 32 });

  const point = parsePoint(form.point);
  if (!point) wrong("point", form.point.trim() ? "offer.point.malformed" : "offer.point.missing");

  const kilometres = parseAmount(form.distanceKm, 3);
  const max_distance_m = kilometres === null ? 0 : Number(kilometres);
  if (max_distance_m < 1 || max_distance_m > MAX_DISTANCE_M) wrong("distanceKm", "offer.distance.malformed");

  const longest_s = wholeSeconds(form.longest, form.longestIn);
  const max_quanta = longest_s === null ? 0 : longest_s / form.slot_s;
  if (longest_s === null || longest_s < form.slot_s) wrong("longest", "offer.longest.short");
  else if (!Number.isInteger(max_quanta)) wrong("longest", "offer.longest.uneven");
  else if (max_quanta > MAX_QUANTA) wrong("longest", "offer.longest.long", { most: MAX_QUANTA });

  const notice_s = wholeSeconds(form.notice, form.noticeIn);
  const notice_h = notice_s === null ? -1 : notice_s / LENGTHS.hours;
  if (!Number.isInteger(notice_h) || notice_h < 0 || notice_h > MAX_NOTICE_H)
    wrong("notice", "offer.notice.malformed");

  if (!isZone(form.zone)) wrong("zone", "offer.zone.unknown");
  if (!/^[A-Za-z0-9._-]{1,42}$/.test(money.currency)) wrong("currency", "offer.currency.malformed");

  const amount = parseAmount(form.price, money.unit.decimals);
  if (amount === null || amount > MAX_AMOUNT)
    wrong("price", "offer.amount.malformed", { decimals: money.unit.decimals });
  const deposit = parseAmount(form.deposit, money.unit.decimals);
  if (deposit === null || deposit > MAX_AMOUNT)
    wrong("deposit", "offer.amount.malformed", { decimals: money.unit.decimals });

  const criteria = readCriteria(form.criteria, (index, key, params) =>
    wrong(`criteria.${index}`, key, params),
  );

  if (Object.keys(faults).length > 0 || point === null || amount === null || deposit === null)
    return { offer: null, faults };
  const price = { amount, currency: money.currency, per: form.per };
  const { rule, zone: tz, slot_s: quantum_s } = form;
  const what = { title, text, service, criteria, point, max_distance_m };
  return { offer: { ...what, quantum_s, max_quanta, notice_h, rule, tz, price, deposit }, faults };
}

function readCriteria(
  rows: OfferForm["criteria"],
  wrong: (index: number, key: PageKey, params?: Params) => void,
): Record<string, Criterion> {
  const found: Record<string, Criterion> = {};
  rows.forEach((row, index) => {
    if (!row.name.trim() && !row.value.trim()) return; // an empty row says nothing
    const name = nameOf(row.name);
    const value = criterionOf(row.value.toWellFormed());
    const parts = Array.isArray(value) ? value : [String(value)];
    if (!name || parts.some((part) => part === "")) wrong(index, "offer.criterion.incomplete");
    else if (name.length > 64) wrong(index, "offer.too_long", { most: 64 });
    else if (Object.hasOwn(found, name)) wrong(index, "offer.criterion.twice");
    else if (parts.length > 50 || parts.some((part) => lengthOf(part) > 200))
      wrong(index, "offer.too_long", { most: 200 });
    else found[name] = value;
  });
  return found;
}

/** The description document, ready for its canonical JSON. `cell` is all that becomes known of the place. */
export function documentOf(
  offer: Offer,
  made: { readonly cell: string; readonly photos: readonly string[]; readonly salt: string },
): Record<string, Canonical | undefined> {
  return {
    v: 1,
    title: offer.title,
    text: offer.text,
    service: offer.service,
    cell: made.cell,
    max_distance_m: offer.max_distance_m,
    price: offer.price,
    deposit: offer.deposit,
    criteria: offer.criteria,
    tz: offer.tz,
    salt: made.salt,
    photos: made.photos.length > 0 ? made.photos : undefined,
  };
}

/** What goes on the chain of it. `service` is the number of the tag; `now_s` chain time, for the day's begin. */
export function termsOf(offer: Offer, service: number, now_s: number): ResourceTerms {
  return {
    service,
    quantum_s: offer.quantum_s,
    rule: RULES[offer.rule],
    phase_s: offer.quantum_s === LENGTHS.days ? dayPhase_s(offer.tz, now_s) : 0,
    horizon_days: HORIZON_DAYS,
    ttl_h: TTL_H,
    notice_h: offer.notice_h,
    max_quanta: offer.max_quanta,
  };
}

/** Seconds after UTC midnight at which a civil day of the zone begins now (winter and summer differ). */
export function dayPhase_s(zone: string, now_s: number): number {
  const format = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" });
  const name = format.formatToParts(now_s * 1_000).find((part) => part.type === "timeZoneName")?.value ?? "";
  const found = /([+-])(\d{2}):(\d{2})/.exec(name);
  if (!found) return 0; // "GMT"
  const offset_s = (found[1] === "-" ? -1 : 1) * (Number(found[2]) * 3_600 + Number(found[3]) * 60);
  return (LENGTHS.days - offset_s) % LENGTHS.days;
}

/** Whether the browser knows a zone of this name. */
export function isZone(name: string): boolean {
  try {
    return name.includes("/") || name === "UTC"
      ? Boolean(new Intl.DateTimeFormat("en", { timeZone: name }))
      : false;
  } catch {
    return false;
  }
}

/** Characters as the server counts them. */
const lengthOf = (text: string): number => Array.from(text).length;

function wholeSeconds(text: string, unit: Length): number | null {
  return /^\d{1,6}$/.test(text.trim()) ? Number(text) * LENGTHS[unit] : null;
}
