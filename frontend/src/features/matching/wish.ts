/** What somebody looks for, as the address of the page keeps it. Pure. */
import type { paths } from "../../api/schema";
import { spanIn } from "../../kit/times_in_address";

export type SearchQuery = paths["/api/search"]["get"]["parameters"]["query"];

/** A wish in the address. Times are UTC seconds; a position is rounded; `budget` in whole units of the token, as typed. */
export interface FindSearch {
  service?: string;
  from?: number;
  to?: number;
  lat?: number;
  lng?: number;
  km?: number;
  budget?: string;
}

export interface Place {
  readonly lat: number;
  readonly lng: number;
}

export const KILOMETRES = [1, 2, 5, 10, 20, 50, 100] as const;
export const USUAL_KM = 10;
const TAG_LENGTH = 32;

/** Three decimals of a degree: about 100 m. A finer position does not leave the device. */
export const rounded = (degrees: number): number => Math.round(degrees * 1_000) / 1_000;

/** Whether both numbers are a place on Earth. */
export const isPlace = (lat: number, lng: number): boolean =>
  Number.isFinite(lat) && Number.isFinite(lng) && Math.abs(lat) <= 90 && Math.abs(lng) <= 180;

/** The wish of an address; what makes no sense is left out. */
export function findSearch(search: Record<string, unknown>): FindSearch {
  const { lat, lng, km } = search;
  const service = slugOf(text(search.service));
  const budget = text(search.budget);
  return {
    ...(service && { service }),
    ...spanIn(search),
    ...(isNumber(lat) && isNumber(lng) && isPlace(lat, lng) && { lat: rounded(lat), lng: rounded(lng) }),
    ...(isNumber(km) && KILOMETRES.some((one) => one === km) && { km }),
    ...(/^\d{1,20}([.,]\d{1,18})?$/.test(budget) && { budget }),
  };
}

/** The tag of a service for what somebody typed ("Küchen maschine" → "kuechen-maschine"); empty where nothing is left. */
export function slugOf(typed: string): string {
  return typed
    .toLowerCase()
    .replace(/[äöüß]/g, (letter) => ({ ä: "ae", ö: "oe", ü: "ue", ß: "ss" })[letter] ?? letter)
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, TAG_LENGTH)
    .replace(/^-+|-+$/g, "");
}

/** The question to the server. `budget` is in the smallest unit of `currency`. */
export function queryOf(
  wish: FindSearch & { service: string },
  place: Place,
  money: { readonly budget: bigint; readonly currency: string } | null,
): SearchQuery {
  return {
    service: wish.service,
    lat: rounded(place.lat),
    lng: rounded(place.lng),
    radius_m: (wish.km ?? USUAL_KM) * 1_000,
    ...(wish.from !== undefined && wish.to !== undefined && { start_s: wish.from, end_s: wish.to }),
    // a budget beyond 2^53 of the smallest unit is no limit to anybody
    ...(money && {
      budget: Number(min(money.budget, BigInt(Number.MAX_SAFE_INTEGER))),
      currency: money.currency,
    }),
  };
}

/** The next wider circle, or null where there is none. */
export const wider = (km: number): number | null => KILOMETRES.find((one) => one > km) ?? null;

/** What was in the answer before and is not any more. */
export const vanished = <T extends { readonly resource: string }>(
  before: readonly T[],
  now: readonly T[],
): T[] => before.filter((one) => !now.some((other) => other.resource === one.resource));

const min = (left: bigint, right: bigint): bigint => (left < right ? left : right);
const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const text = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";
