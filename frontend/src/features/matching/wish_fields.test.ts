import { describe, expect, test } from "vitest";
import { fieldsOf, wishOf } from "./wish_fields";

const NOW = Date.parse("2026-11-23T09:30:00Z") / 1_000;
const known = {
  wish: {},
  place: { lat: 48.20351, lng: 16.35884 },
  zone: "Europe/Vienna",
  currency: "dEUR",
  decimals: 6,
};

describe("the form of a wish", () => {
  test("proposes Saturday, the place and ten kilometres on the first visit", () => {
    expect(fieldsOf(known, NOW)).toEqual({
      what: "",
      from: "2026-11-28T10:00",
      to: "2026-11-28T18:00",
      lat: "48.204",
      lng: "16.359",
      km: 10,
      budget: "",
    });
  });

  test("leaves the time empty where the wish has none", () => {
    expect(fieldsOf({ ...known, wish: { service: "drill" } }, NOW)).toMatchObject({
      what: "drill",
      from: "",
      to: "",
    });
  });

  test("gives back the wish that it was filled with", () => {
    const wish = {
      service: "drill",
      from: NOW + 1_800,
      to: NOW + 5_400,
      lat: 48.204,
      lng: 16.359,
      km: 5,
      budget: "12.5",
    };
    expect(wishOf(fieldsOf({ ...known, wish, place: wish }, NOW), known)).toEqual(wish);
  });

  test("takes words, decimal commas and no time", () => {
    const fields = {
      ...fieldsOf(known, NOW),
      what: "Tile cutter",
      from: "",
      to: "",
      lat: "48,2",
      lng: "16,4",
      budget: "3,50",
    };
    expect(wishOf(fields, known)).toEqual({
      service: "tile-cutter",
      lat: 48.2,
      lng: 16.4,
      km: 10,
      budget: "3,50",
    });
  });

  test.each([
    [{ what: "?" }, { what: true }],
    [{ from: "" }, { time: true }],
    [{ to: "2026-11-28T10:00" }, { time: true }],
    [{ lat: "" }, { place: true }],
    [{ lat: "north" }, { place: true }],
    [{ lng: "181" }, { place: true }],
    [{ budget: "a lot" }, { budget: true }],
    [{ budget: "0.0000001" }, { budget: true }],
    [
      { what: "", budget: "-1" },
      { what: true, budget: true },
    ],
  ])("says what is wrong with %o", (change, wrong) => {
    const fields = { ...fieldsOf(known, NOW), what: "drill" };
    expect(wishOf({ ...fields, ...change }, known)).toEqual(wrong);
  });
});
