import { describe, expect, test } from "vitest";
import { distanceM, middle, parsePoint, planeM, pointText, step, windOf } from "./place";

const CENTRE = { lat: 48.2102, lng: 16.3636 };

describe("typed coordinates", () => {
  test.each([
    ["48.2085, 16.3721", { lat: 48.2085, lng: 16.3721 }],
    [" 48.2085,16.3721 ", { lat: 48.2085, lng: 16.3721 }],
    ["48,2085 16,3721", { lat: 48.2085, lng: 16.3721 }],
    ["48,2085; 16,3721", { lat: 48.2085, lng: 16.3721 }],
    ["-33.9° 18.4°", { lat: -33.9, lng: 18.4 }],
    ["48, 16", { lat: 48, lng: 16 }],
  ])("%s is a point", (text, point) => expect(parsePoint(text)).toEqual(point));

  test.each(["", "48.2", "91, 0", "0, 181", "48.2085, 16.3721, 3", "Gasse 7", "NaN, 1", "1e1, 2"])(
    "%j is none",
    (text) => expect(parsePoint(text)).toBeNull(),
  );

  test("what is shown of a point is read again to a metre", () => {
    const again = parsePoint(pointText(CENTRE));
    expect(again && distanceM(CENTRE, again)).toBeLessThan(1);
  });
});

describe("steps", () => {
  test.each(["n", "e", "s", "w"] as const)("to %s is 250 m in that direction", (heading) => {
    const there = step(CENTRE, heading);
    expect(Math.abs(distanceM(CENTRE, there) - 250)).toBeLessThan(1);
    expect(windOf(CENTRE, there)).toBe(heading);
  });

  test("north and back is where one began", () => {
    expect(distanceM(CENTRE, step(step(CENTRE, "n"), "s"))).toBeLessThan(0.01);
  });

  test("east over the date line goes on in the west", () => {
    expect(step({ lat: 0, lng: 179.999 }, "e").lng).toBeLessThan(-179.99);
    expect(step({ lat: 0, lng: -179.999 }, "w").lng).toBeGreaterThan(179.99);
  });

  test("nobody steps over a pole", () => {
    expect(step({ lat: 89, lng: 0 }, "n").lat).toBe(89);
    expect(Number.isFinite(step({ lat: 89, lng: 0 }, "e").lng)).toBe(true);
  });
});

test("two steps east and two north lie to the north-east, 707 m away", () => {
  const there = step(step(step(step(CENTRE, "e"), "e"), "n"), "n");
  expect(windOf(CENTRE, there)).toBe("ne");
  expect(Math.round(distanceM(CENTRE, there))).toBeGreaterThan(703);
  expect(Math.round(distanceM(CENTRE, there))).toBeLessThan(711);
  const plane = planeM(CENTRE, there);
  expect(Math.abs(plane.east - 500)).toBeLessThan(2);
  expect(Math.abs(plane.north - 500)).toBeLessThan(2);
});

test("distances are those of the server's search", () => {
  // backend/matching/geometry.py: haversine on a sphere of 6,371 km
  expect(Math.round(distanceM({ lat: 48.2082, lng: 16.3738 }, { lat: 47.0707, lng: 15.4395 }))).toBe(144_560);
});

test("no points have no middle", () => {
  expect(middle([])).toBeNull();
  expect(
    middle([
      { lat: 1, lng: 3 },
      { lat: 3, lng: 5 },
    ]),
  ).toEqual({ lat: 2, lng: 4 });
});
