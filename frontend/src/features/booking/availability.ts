/**
 * When a thing is free, in days and zones, and whether a wanted time would be taken. Pure; times are UTC seconds and
 * spans half-open. Mirrors `backend/booking/rules.py` and the checks of the contract.
 */
import { Temporal } from "temporal-polyfill";
import type { Availability, Resource } from "./queries";

export interface Span {
  readonly start_s: number;
  readonly end_s: number;
}

export type Grid = Pick<Resource, "quantum_s" | "phase_s">;
export type Terms = Pick<Resource, "quantum_s" | "phase_s" | "max_quanta" | "notice_s" | "horizon_s"> &
  Partial<Pick<Resource, "conditions">>;

const DAYS = 7;
const LOOKED_AHEAD_DAYS = 14;

/** The latest boundary of the grid at or before `at_s`. */
export const floor = ({ quantum_s, phase_s }: Grid, at_s: number): number =>
  at_s - modulo(at_s - phase_s, quantum_s);

/** The earliest boundary of the grid at or after `at_s`. */
export const ceil = ({ quantum_s, phase_s }: Grid, at_s: number): number =>
  at_s + modulo(phase_s - at_s, quantum_s);

const modulo = (value: number, by: number): number => ((value % by) + by) % by;

const zonedOf = (at_s: number, zone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(at_s * 1000).toZonedDateTimeISO(zone);

const secondsOf = (at: { readonly epochMilliseconds: number }): number =>
  Math.floor(at.epochMilliseconds / 1000);

/** Where seven days begin in a zone, and where the last ends: eight moments. Days of a clock change are 23 or 25 hours. */
export function week(first_s: number, zone: string, weeks = 0): number[] {
  const first = zonedOf(first_s, zone).startOfDay();
  return Array.from({ length: DAYS + 1 }, (_, day) =>
    secondsOf(first.add({ days: weeks * DAYS + day }).startOfDay()),
  );
}

/** How many weeks after the one that begins on the day of `first_s` a moment lies; negative before it. */
export function weeksUntil(first_s: number, at_s: number, zone: string): number {
  const [first, at] = [zonedOf(first_s, zone).toPlainDate(), zonedOf(at_s, zone).toPlainDate()];
  return Math.floor(first.until(at, { largestUnit: "day" }).days / DAYS);
}

/** The parts of `spans` inside `[from_s, to_s)`, in order. */
export function within(spans: readonly Span[], from_s: number, to_s: number): Span[] {
  return spans
    .map(({ start_s, end_s }) => ({ start_s: Math.max(start_s, from_s), end_s: Math.min(end_s, to_s) }))
    .filter(({ start_s, end_s }) => start_s < end_s);
}

/** The free stretches in which a request may still begin. */
export const askable = (found: Availability, grid: Grid): Span[] =>
  within(found.free, ceil(grid, found.earliest_start_s), floor(grid, found.latest_start_s) + grid.quantum_s);

/** The value of a `datetime-local` field for a moment in a zone. */
export function fieldOf(at_s: number, zone: string): string {
  return zonedOf(at_s, zone).toPlainDateTime().toString({ smallestUnit: "minute" });
}

/** What a `datetime-local` value means in a zone. `twice`: the clock shows it twice, and the first is meant. */
export type Meant =
  | { readonly at_s: number; readonly twice: boolean }
  | { readonly problem: "page: no time" | "page: skipped time" };

export function meant(field: string, zone: string): Meant {
  let wall: Temporal.PlainDateTime;
  try {
    wall = Temporal.PlainDateTime.from(field);
  } catch {
    return { problem: "page: no time" };
  }
  const first = wall.toZonedDateTime(zone, { disambiguation: "earlier" });
  if (!first.toPlainDateTime().equals(wall)) return { problem: "page: skipped time" };
  const last = wall.toZonedDateTime(zone, { disambiguation: "later" });
  return { at_s: secondsOf(first), twice: !first.equals(last) };
}

/** Whether two zones show different clocks at a moment. */
export const differ = (zone: string, other: string, at_s: number): boolean =>
  zone !== other && zonedOf(at_s, zone).offsetNanoseconds !== zonedOf(at_s, other).offsetNanoseconds;

/** Policies to which nothing is presented. */
const SILENT: ReadonlySet<string | null> = new Set([
  null,
  "MembersOnly",
  "TicketHolder",
  "MinimumReputation",
]);

/**
 * Why nobody asks for a thing here at any time, as a code of the registry, or null: it is paused or retired, or has
 * conditions that this page cannot meet. Where a policy decides, what it wants to see can come later.
 */
export function notAsked(thing: Pick<Resource, "state" | "conditions" | "rule">): string | null {
  const { state, conditions, rule } = thing;
  if (state !== "active") return `bookings: ${state}`;
  if (!conditions) return null;
  if (conditions.requires) return "bookings: needs another resource";
  const known = conditions.policy === null || conditions.policy_name !== null;
  const met = known && (rule === "policy" || SILENT.has(conditions.policy_name));
  return met ? null : "bookings: conditions missing";
}

const [HOUR_S, DAY_S, WEEK_H] = [3_600, 86_400, 168];
/** 1970-01-01 was a Thursday; opening hours count from Monday 00:00 UTC. */
const EPOCH_HOUR = 72;

/** Whether a span lies in the opening hours: every hour it touches, of civil days the hour in which each begins. */
export function isOpen(hours: readonly number[], quantum_s: number, { start_s, end_s }: Span): boolean {
  const byDay = quantum_s === DAY_S;
  const step_s = byDay ? DAY_S : HOUR_S;
  for (let at_s = byDay ? start_s : start_s - (start_s % HOUR_S); at_s < end_s; at_s += step_s)
    if (!hours.includes((Math.floor(at_s / HOUR_S) + EPOCH_HOUR) % WEEK_H)) return false;
  return true;
}

/** Why the contract would refuse a span now, as a code of the registry, or null. */
export function refusal(span: Span, terms: Terms, free: readonly Span[], now_s: number): string | null {
  const { start_s, end_s } = span;
  if (end_s <= start_s) return "bookings: no quanta";
  if (floor(terms, start_s) !== start_s || floor(terms, end_s) !== end_s) return "bookings: off the grid";
  if (start_s <= now_s) return "bookings: start has passed";
  if (start_s - now_s < terms.notice_s) return "bookings: notice too short";
  if (start_s - now_s > terms.horizon_s) return "bookings: beyond the horizon";
  if (end_s - start_s > terms.max_quanta * terms.quantum_s) return "bookings: too long";
  const hours = terms.conditions?.open_hours;
  if (hours && !isOpen(hours, terms.quantum_s, span)) return "bookings: closed at that time";
  return free.some((one) => one.start_s <= start_s && end_s <= one.end_s) ? null : "bookings: not free";
}

/** The span on the grid around a wanted one, no longer than the thing allows. */
export function snapped(wanted: Span, terms: Terms): Span {
  const start_s = floor(terms, wanted.start_s);
  const end_s = Math.max(ceil(terms, wanted.end_s), start_s + terms.quantum_s);
  return { start_s, end_s: Math.min(end_s, start_s + terms.max_quanta * terms.quantum_s) };
}

/** The free span of the wanted length (or as near as the thing allows) that begins nearest to the wanted time, or null. */
export function nearest(wanted: Span, terms: Terms, free: readonly Span[], now_s: number): Span | null {
  const fitting = snapped(wanted, terms);
  const length_s = fitting.end_s - fitting.start_s;
  const earliest_s = ceil(terms, now_s + Math.max(terms.notice_s, 1));
  const latest_s = floor(terms, now_s + terms.horizon_s);
  let best: Span | null = null;
  for (const one of free) {
    const first_s = Math.max(one.start_s, earliest_s);
    const last_s = Math.min(one.end_s - length_s, latest_s);
    if (last_s < first_s) continue;
    const start_s = Math.min(Math.max(fitting.start_s, first_s), last_s);
    const found = { start_s, end_s: start_s + length_s };
    const far = (span: Span): number => Math.abs(span.start_s - fitting.start_s);
    if (!best || far(found) <= far(best)) best = found; // of two as near the later one
  }
  return best;
}

/** The first day after the wanted one on which the same hours by the clock of the zone are free, or null. */
export function sameHours(
  wanted: Span,
  terms: Terms,
  free: readonly Span[],
  now_s: number,
  zone: string,
): Span | null {
  const { start_s, end_s } = snapped(wanted, terms);
  for (let days = 1; days <= LOOKED_AHEAD_DAYS; days += 1) {
    const begin_s = floor(terms, secondsOf(zonedOf(start_s, zone).add({ days })));
    const found = { start_s: begin_s, end_s: begin_s + end_s - start_s };
    if (refusal(found, terms, free, now_s) === null) return found;
  }
  return null;
}

/** What a click on a free stretch of a day means: the wanted time of day there if it is free, else from its beginning. */
export function picked(stretch: Span, wanted: Span, terms: Terms, zone: string): Span {
  const [day, clock] = [
    zonedOf(stretch.start_s, zone).toPlainDate(),
    zonedOf(wanted.start_s, zone).toPlainTime(),
  ];
  const same_s = floor(terms, secondsOf(day.toPlainDateTime(clock).toZonedDateTime(zone)));
  const length_s = Math.max(terms.quantum_s, ceil(terms, wanted.end_s) - floor(terms, wanted.start_s));
  if (same_s >= stretch.start_s && same_s + length_s <= stretch.end_s)
    return { start_s: same_s, end_s: same_s + length_s };
  const longest_s = Math.min(stretch.end_s, stretch.start_s + terms.max_quanta * terms.quantum_s);
  return { start_s: stretch.start_s, end_s: Math.min(stretch.start_s + length_s, longest_s) };
}

/** Free stretches without those that touch a span which is known to be gone. */
export const without = (free: readonly Span[], gone: Span): Span[] =>
  free.flatMap((one) =>
    one.end_s <= gone.start_s || gone.end_s <= one.start_s
      ? [one]
      : [
          { start_s: one.start_s, end_s: gone.start_s },
          { start_s: gone.end_s, end_s: one.end_s },
        ].filter((part) => part.start_s < part.end_s),
  );
