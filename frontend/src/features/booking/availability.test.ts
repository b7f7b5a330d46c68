import { describe, expect, test } from "vitest";
import {
  askable,
  ceil,
  differ,
  fieldOf,
  floor,
  isOpen,
  meant,
  nearest,
  picked,
  refusal,
  sameHours,
  snapped,
  week,
  weeksUntil,
  within,
} from "./availability";

const HOUR = 3_600;
const DAY = 24 * HOUR;
const VIENNA = "Europe/Vienna";
/** UTC seconds of an ISO time. */
const at = (text: string): number => Date.parse(text) / 1000;
const span = (start: string, end: string) => ({ start_s: at(start), end_s: at(end) });
const terms = { quantum_s: HOUR, phase_s: 0, max_quanta: 48, notice_s: 2 * HOUR, horizon_s: 30 * DAY };
const now = at("2026-11-23T09:30:00Z");

describe("the grid", () => {
  const daily = { quantum_s: DAY, phase_s: 22 * HOUR };
  test("a day of a thing begins where its phase says", () => {
    expect(floor(daily, at("2026-06-02T12:00:00Z"))).toBe(at("2026-06-01T22:00:00Z"));
    expect(ceil(daily, at("2026-06-01T22:00:01Z"))).toBe(at("2026-06-02T22:00:00Z"));
    expect(ceil(daily, at("2026-06-01T22:00:00Z"))).toBe(at("2026-06-01T22:00:00Z"));
  });
});

describe("a week", () => {
  test("begins at midnight of the place", () => {
    const days = week(now, VIENNA);
    expect(days).toHaveLength(8);
    expect(days[0]).toBe(at("2026-11-22T23:00:00Z"));
    expect(days[7]).toBe(at("2026-11-29T23:00:00Z"));
  });
  test("has a day of 23 hours when clocks go forward and one of 25 when they go back", () => {
    const lengths = (from: string) => {
      const days = week(at(from), VIENNA);
      return days.slice(1).map((end, day) => (end - (days[day] ?? 0)) / HOUR);
    };
    expect(lengths("2027-03-26T12:00:00Z")).toEqual([24, 24, 23, 24, 24, 24, 24]);
    expect(lengths("2026-10-24T12:00:00Z")).toEqual([24, 25, 24, 24, 24, 24, 24]);
  });
  test("is counted from the first shown", () => {
    expect(weeksUntil(now, at("2026-11-29T22:59:59Z"), VIENNA)).toBe(0);
    expect(weeksUntil(now, at("2026-11-29T23:00:00Z"), VIENNA)).toBe(1);
    expect(weeksUntil(now, at("2026-11-22T22:00:00Z"), VIENNA)).toBe(-1);
    expect(week(now, VIENNA, 1)[0]).toBe(week(now, VIENNA)[7]);
  });
  test("shows of each stretch what lies inside", () => {
    const free = [
      span("2026-11-22T00:00:00Z", "2026-11-24T00:00:00Z"),
      span("2026-11-30T00:00:00Z", "2026-12-01T00:00:00Z"),
    ];
    expect(within(free, at("2026-11-23T00:00:00Z"), at("2026-11-30T00:00:00Z"))).toEqual([
      span("2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z"),
    ]);
  });
  test("offers nothing before the notice or after the horizon", () => {
    const found = {
      resource: "0x",
      ...terms,
      earliest_start_s: at("2026-11-23T11:30:00Z"),
      latest_start_s: at("2026-11-25T11:30:00Z"),
      free: [span("2026-11-23T00:00:00Z", "2026-12-23T00:00:00Z")],
    };
    expect(askable(found, terms)).toEqual([span("2026-11-23T12:00:00Z", "2026-11-25T12:00:00Z")]);
  });
});

describe("a time that was typed", () => {
  test("is meant in the zone of the thing, and is written back the same", () => {
    expect(meant("2026-11-28T10:00", VIENNA)).toEqual({ at_s: at("2026-11-28T09:00:00Z"), twice: false });
    expect(fieldOf(at("2026-11-28T09:00:00Z"), VIENNA)).toBe("2026-11-28T10:00");
  });
  test("does not exist in the hour that is skipped in spring", () => {
    expect(meant("2027-03-28T02:30", VIENNA)).toEqual({ problem: "page: skipped time" });
  });
  test("is the first of two in the hour that comes twice in autumn", () => {
    expect(meant("2026-10-25T02:30", VIENNA)).toEqual({ at_s: at("2026-10-25T00:30:00Z"), twice: true });
  });
  test.each(["", "2026-13-01T10:00", "tomorrow"])("%j is no time", (field) => {
    expect(meant(field, VIENNA)).toEqual({ problem: "page: no time" });
  });
});

test("two zones differ where their clocks do", () => {
  expect(differ(VIENNA, "Europe/Berlin", now)).toBe(false);
  expect(differ(VIENNA, "America/New_York", now)).toBe(true);
});

describe("before it is sent", () => {
  const free = [
    span("2026-11-23T00:00:00Z", "2026-11-28T12:00:00Z"),
    span("2026-11-28T14:00:00Z", "2026-12-31T00:00:00Z"),
  ];
  const of = (start: string, end: string) => refusal(span(start, end), terms, free, now);
  test("a free time on the grid is taken", () => {
    expect(of("2026-11-28T09:00:00Z", "2026-11-28T12:00:00Z")).toBeNull();
    expect(of("2026-11-23T12:00:00Z", "2026-11-23T13:00:00Z")).toBeNull();
  });
  test.each([
    ["2026-11-28T09:00:00Z", "2026-11-28T09:00:00Z", "bookings: no quanta"],
    ["2026-11-28T09:00:00Z", "2026-11-28T08:00:00Z", "bookings: no quanta"],
    ["2026-11-28T09:30:00Z", "2026-11-28T12:00:00Z", "bookings: off the grid"],
    ["2026-11-28T09:00:00Z", "2026-11-28T11:30:00Z", "bookings: off the grid"],
    ["2026-11-23T09:00:00Z", "2026-11-23T10:00:00Z", "bookings: start has passed"],
    ["2026-11-23T11:00:00Z", "2026-11-23T12:00:00Z", "bookings: notice too short"],
    ["2026-12-24T09:00:00Z", "2026-12-24T10:00:00Z", "bookings: beyond the horizon"],
    ["2026-11-24T00:00:00Z", "2026-11-26T01:00:00Z", "bookings: too long"],
    ["2026-11-28T11:00:00Z", "2026-11-28T13:00:00Z", "bookings: not free"],
    ["2026-11-28T11:00:00Z", "2026-11-28T15:00:00Z", "bookings: not free"],
  ])("%s to %s: %s", (start, end, code) => {
    expect(of(start, end)).toBe(code);
  });
});

describe("a way on", () => {
  const free = [
    span("2026-11-23T00:00:00Z", "2026-11-28T12:00:00Z"),
    span("2026-11-28T14:00:00Z", "2026-12-31T00:00:00Z"),
  ];
  test("is the nearest free time of the same length", () => {
    const wanted = span("2026-11-28T10:00:00Z", "2026-11-28T14:00:00Z");
    expect(nearest(wanted, terms, free, now)).toEqual(span("2026-11-28T08:00:00Z", "2026-11-28T12:00:00Z"));
    const later = span("2026-11-28T13:00:00Z", "2026-11-28T16:00:00Z");
    expect(nearest(later, terms, free, now)).toEqual(span("2026-11-28T14:00:00Z", "2026-11-28T17:00:00Z"));
  });
  test("keeps the notice, the horizon and the grid", () => {
    const past = span("2026-11-20T09:10:00Z", "2026-11-20T10:50:00Z");
    expect(nearest(past, terms, free, now)).toEqual(span("2026-11-23T12:00:00Z", "2026-11-23T14:00:00Z"));
    const far = span("2027-11-20T09:00:00Z", "2027-11-20T10:00:00Z");
    expect(nearest(far, terms, free, now)).toEqual(span("2026-12-23T09:00:00Z", "2026-12-23T10:00:00Z"));
  });
  test("is the later of two that are as near", () => {
    const gap = [
      span("2026-11-28T00:00:00Z", "2026-11-28T09:00:00Z"),
      span("2026-11-28T17:00:00Z", "2026-11-29T09:00:00Z"),
    ];
    const wanted = span("2026-11-28T09:00:00Z", "2026-11-28T17:00:00Z");
    expect(nearest(wanted, terms, gap, now)).toEqual(span("2026-11-28T17:00:00Z", "2026-11-29T01:00:00Z"));
  });
  test("is the same hours on the first other day that has them, also over a clock change", () => {
    const wanted = span("2026-11-28T11:00:00Z", "2026-11-28T15:00:00Z");
    expect(sameHours(wanted, terms, free, now, VIENNA)).toEqual(
      span("2026-11-29T11:00:00Z", "2026-11-29T15:00:00Z"),
    );
    const spring = [span("2027-03-28T00:00:00Z", "2027-03-31T00:00:00Z")];
    const eve = span("2027-03-27T09:00:00Z", "2027-03-27T10:00:00Z");
    expect(sameHours(eve, terms, spring, at("2027-03-20T00:00:00Z"), VIENNA)).toEqual(
      span("2027-03-28T08:00:00Z", "2027-03-28T09:00:00Z"),
    );
    expect(sameHours(wanted, terms, [], now, VIENNA)).toBeNull();
  });
  test("is none where nothing is free for so long", () => {
    expect(nearest(span("2026-11-28T09:00:00Z", "2026-11-28T12:00:00Z"), terms, [], now)).toBeNull();
  });
  test("lies around what was wanted, but is not longer than allowed", () => {
    expect(snapped(span("2026-11-28T09:10:00Z", "2026-11-28T10:10:00Z"), terms)).toEqual(
      span("2026-11-28T09:00:00Z", "2026-11-28T11:00:00Z"),
    );
    expect(snapped(span("2026-11-28T00:00:00Z", "2026-12-28T00:00:00Z"), terms)).toEqual(
      span("2026-11-28T00:00:00Z", "2026-11-30T00:00:00Z"),
    );
  });
});

describe("a click on a free stretch", () => {
  const wanted = span("2026-11-28T09:00:00Z", "2026-11-28T17:00:00Z");
  test("keeps the wanted time of day, also over a clock change", () => {
    const whole = span("2027-03-28T23:00:00Z", "2027-03-29T22:00:00Z");
    expect(picked(whole, wanted, terms, VIENNA)).toEqual(
      span("2027-03-29T08:00:00Z", "2027-03-29T16:00:00Z"),
    );
  });
  test("else takes the stretch from its beginning, as long as it lasts", () => {
    const short = span("2026-11-29T12:00:00Z", "2026-11-29T15:00:00Z");
    expect(picked(short, wanted, terms, VIENNA)).toEqual(short);
  });
});

describe("opening hours", () => {
  const monday = Date.UTC(2026, 10, 23) / 1000;
  const at = (from_h: number, to_h: number) => ({
    start_s: monday + from_h * 3_600,
    end_s: monday + to_h * 3_600,
  });
  const hours = [8, 9, 32];

  test.each([
    [3_600, at(8, 10), true],
    [3_600, at(8, 11), false],
    [900, { start_s: monday + 8 * 3_600 + 900, end_s: monday + 10 * 3_600 }, true],
    [900, { start_s: monday + 8 * 3_600 - 900, end_s: monday + 10 * 3_600 }, false],
    [86_400, at(8, 56), true],
    [86_400, at(8, 80), false],
  ])("with steps of %i s hold %o: %s", (quantum_s, span, open) => {
    expect(isOpen(hours, quantum_s, span)).toBe(open);
    const conditions = { policy: null, policy_name: null, param: null, quota: 0, requires: null };
    const gated = { quantum_s, phase_s: span.start_s % quantum_s, max_quanta: 99, notice_s: 0 };
    const terms = { ...gated, horizon_s: 2e9, conditions: { ...conditions, open_hours: hours } };
    const free = [{ start_s: 0, end_s: 2 * span.end_s }];
    expect(refusal(span, terms, free, 1)).toBe(open ? null : "bookings: closed at that time");
  });
});
