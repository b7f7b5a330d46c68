import { Temporal } from "temporal-polyfill";
import { describe, expect, test } from "vitest";
import { fieldOf, saturday, secondsOf, tomorrow } from "./place_time";

const VIENNA = "Europe/Vienna";
const at = (text: string): number => Date.parse(text) / 1_000;
const shown = (span: { from: number; to: number }) => [fieldOf(span.from, VIENNA), fieldOf(span.to, VIENNA)];

describe("the small calendar agrees with the large one", () => {
  const zones = [VIENNA, "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "UTC"];
  const fields = [
    "2026-11-28T10:00",
    "2026-02-28T23:59",
    "2027-03-28T02:30",
    "2026-10-25T02:30",
    "2028-02-29T00:00",
  ];
  test.each(zones.flatMap((zone) => fields.map((field) => [zone, field] as const)))(
    "%s %s",
    (zone, field) => {
      const wall = Temporal.PlainDateTime.from(field);
      // as every calendar does: the first of two, and in a skipped hour as far after it
      const expected = wall.toZonedDateTime(zone, { disambiguation: "compatible" }).epochMilliseconds / 1_000;
      expect(secondsOf(field, zone)).toBe(expected);
      const back = Temporal.Instant.fromEpochMilliseconds(expected * 1_000).toZonedDateTimeISO(zone);
      expect(fieldOf(expected, zone)).toBe(back.toPlainDateTime().toString({ smallestUnit: "minute" }));
    },
  );
  test.each(["", "tomorrow", "2026-11-28"])("%j is no time", (field) => {
    expect(secondsOf(field, VIENNA)).toBeNull();
  });
});

describe("a usual time", () => {
  test("is the next Saturday from ten to six", () => {
    expect(shown(saturday(at("2026-11-23T09:30:00Z"), VIENNA))).toEqual([
      "2026-11-28T10:00",
      "2026-11-28T18:00",
    ]);
  });
  test("is today on a Saturday morning, and a week later from ten on", () => {
    expect(shown(saturday(at("2026-11-28T08:59:59Z"), VIENNA))[0]).toBe("2026-11-28T10:00");
    expect(shown(saturday(at("2026-11-28T09:00:00Z"), VIENNA))[0]).toBe("2026-12-05T10:00");
  });
  test("is tomorrow by the calendar of the place, also on the night of a clock change", () => {
    expect(shown(tomorrow(at("2026-12-31T23:30:00Z"), VIENNA))).toEqual([
      "2027-01-02T10:00",
      "2027-01-02T18:00",
    ]);
    expect(shown(tomorrow(at("2027-03-27T12:00:00Z"), VIENNA))).toEqual([
      "2027-03-28T10:00",
      "2027-03-28T18:00",
    ]);
  });
});
