/**
 * Days and hours of a place, with nothing but the browser's own calendar: the first page must stay small. Times are UTC
 * seconds. The page of a thing has the whole calendar (`booking/availability.ts`).
 */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const DAY_S = 86_400;
const [OPENS_H, CLOSES_H] = [10, 18];
const SATURDAY = 6;

/** A clock on the wall; `month` 1 … 12. */
interface Wall {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

function wallOf(at_s: number, zone: string): Wall {
  const format = new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  const parts = Object.fromEntries(
    format.formatToParts(at_s * 1_000).map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0 } = parts;
  return { year, month, day, hour, minute };
}

/** The clock read as if it were UTC. */
const asUtc = ({ year, month, day, hour, minute }: Wall): number =>
  Date.UTC(year, month - 1, day, hour, minute) / 1_000;

/** The moment at which the clock of a zone shows `wall`: the first of two; in a skipped hour the moment as far after it. */
function momentOf(wall: Wall, zone: string): number {
  const utc_s = asUtc(wall);
  const offset = (at_s: number): number => asUtc(wallOf(at_s, zone)) - at_s + (at_s % 60);
  // the offsets a day before and after are the only ones that can hold
  const found = [offset(utc_s - DAY_S), offset(utc_s + DAY_S)].map((by) => utc_s - by);
  const exact = found.filter((at_s) => asUtc(wallOf(at_s, zone)) === utc_s);
  return exact.length > 0 ? Math.min(...exact) : Math.max(...found);
}

/** The value of a `datetime-local` field. */
export function fieldOf(at_s: number, zone: string): string {
  const { year, month, day, hour, minute } = wallOf(at_s, zone);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}`;
}

/** What a `datetime-local` value means in a zone, or null where it is none. */
export function secondsOf(field: string, zone: string): number | null {
  const found = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(field);
  if (!found) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = found.slice(1).map(Number);
  return momentOf({ year, month, day, hour, minute }, zone);
}

/** 10:00 to 18:00 of the day that is `days` after today. */
function dayFrom(now_s: number, zone: string, days: number): Span {
  const { year, month, day } = wallOf(now_s, zone);
  const later = new Date(Date.UTC(year, month - 1, day + days));
  const date = {
    year: later.getUTCFullYear(),
    month: later.getUTCMonth() + 1,
    day: later.getUTCDate(),
    minute: 0,
  };
  return {
    from: momentOf({ ...date, hour: OPENS_H }, zone),
    to: momentOf({ ...date, hour: CLOSES_H }, zone),
  };
}

export const tomorrow = (now_s: number, zone: string): Span => dayFrom(now_s, zone, 1);

/** The next Saturday that has not opened yet. */
export function saturday(now_s: number, zone: string): Span {
  const { year, month, day } = wallOf(now_s, zone);
  const ahead = (SATURDAY - new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 7) % 7;
  const next = dayFrom(now_s, zone, ahead);
  return next.from > now_s ? next : dayFrom(now_s, zone, ahead + 7);
}
