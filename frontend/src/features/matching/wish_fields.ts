/** The form of a wish: from the address into fields, and back. Pure. */
import { parseAmount } from "../../words/speak";
import { fieldOf, saturday, secondsOf } from "./place_time";
import { type FindSearch, isPlace, type Place, rounded, slugOf, USUAL_KM } from "./wish";

/** What is known where the form stands. */
export interface Known {
  readonly wish: FindSearch;
  readonly place: Place | null;
  readonly zone: string;
  readonly currency: string | null;
  readonly decimals: number | null;
}

/** What the fields say. */
export interface Fields {
  readonly what: string;
  readonly from: string;
  readonly to: string;
  readonly lat: string;
  readonly lng: string;
  readonly km: number;
  readonly budget: string;
}

export type Wrong = Partial<Record<"what" | "time" | "place" | "budget", true>>;

export function fieldsOf({ wish, place, zone }: Known, now_s: number): Fields {
  const time = (at?: number): string => (at === undefined ? "" : fieldOf(at, zone));
  const usual = wish.service ? null : saturday(now_s, zone);
  return {
    what: wish.service ?? "",
    from: time(wish.from ?? usual?.from),
    to: time(wish.to ?? usual?.to),
    lat: place ? String(rounded(place.lat)) : "",
    lng: place ? String(rounded(place.lng)) : "",
    km: wish.km ?? USUAL_KM,
    budget: wish.budget ?? "",
  };
}

/** The wish that the fields say, or what is wrong with them. */
export function wishOf(
  fields: Fields,
  { zone, decimals }: Pick<Known, "zone" | "decimals">,
): FindSearch | Wrong {
  const service = slugOf(fields.what);
  const [from, to] = [secondsOf(fields.from, zone), secondsOf(fields.to, zone)];
  const anyTime = fields.from === "" && fields.to === "";
  const [lat, lng] = [Number(fields.lat.replace(",", ".")), Number(fields.lng.replace(",", "."))];
  const budget = fields.budget.trim();
  const wrong: Wrong = {
    ...(!service && { what: true }),
    ...(!anyTime && (from === null || to === null || from >= to) && { time: true }),
    ...((fields.lat === "" || fields.lng === "" || !isPlace(lat, lng)) && { place: true }),
    ...(budget !== "" && parseAmount(budget, decimals ?? 0) === null && { budget: true }),
  };
  if (Object.keys(wrong).length > 0) return wrong;
  return {
    service,
    ...(from !== null && to !== null && { from, to }),
    lat: rounded(lat),
    lng: rounded(lng),
    km: fields.km,
    ...(budget && { budget }),
  };
}
