/** Points on the ground without a map: typed coordinates, steps by compass, distance and direction. Degrees, metres. */

export interface Point {
  readonly lat: number;
  readonly lng: number;
}

export const STEP_M = 250;
export const WINDS = ["n", "ne", "e", "se", "s", "sw", "w", "nw"] as const;
export type Wind = (typeof WINDS)[number];
export type Heading = "n" | "e" | "s" | "w";

const EARTH_M = 6_371_000; // as in backend/matching/geometry.py
const DEGREE_M = (EARTH_M * Math.PI) / 180;
const PLACES = 5; // about a metre
const POLE = 89; // further up a step to the east has no meaning

const DOTS = /^(-?\d{1,2}(?:\.\d{1,15})?)°?\s*[,;\s]\s*(-?\d{1,3}(?:\.\d{1,15})?)°?$/;
const COMMAS = /^(-?\d{1,2},\d{1,15})°?\s*[;\s]\s*(-?\d{1,3},\d{1,15})°?$/;

/** The point of "48.2085, 16.3721" or "48,2085 16,3721" (latitude first), or null where it is none. */
export function parsePoint(text: string): Point | null {
  const found = DOTS.exec(text.trim()) ?? COMMAS.exec(text.trim());
  if (!found) return null;
  const lat = Number((found[1] ?? "").replace(",", "."));
  const lng = Number((found[2] ?? "").replace(",", "."));
  return Math.abs(lat) <= 90 && Math.abs(lng) <= 180 ? { lat, lng } : null;
}

/** A point as `parsePoint` reads it, to about a metre. */
export const pointText = (point: Point): string =>
  `${point.lat.toFixed(PLACES)}, ${point.lng.toFixed(PLACES)}`;

/** The point `metres` further to one side; never over a pole, and round the globe in the east and west. */
export function step(from: Point, heading: Heading, metres = STEP_M): Point {
  const sign = heading === "n" || heading === "e" ? 1 : -1;
  if (heading === "n" || heading === "s") {
    const lat = from.lat + (sign * metres) / DEGREE_M;
    return { lat: Math.max(-POLE, Math.min(POLE, lat)), lng: from.lng };
  }
  const lng = from.lng + (sign * metres) / (DEGREE_M * Math.cos(radians(from.lat)));
  return { lat: from.lat, lng: ((lng + 540) % 360) - 180 };
}

/** Great-circle distance in metres (haversine formula). */
export function distanceM(from: Point, to: Point): number {
  const across = Math.sin(radians(to.lng - from.lng) / 2) ** 2;
  const along = Math.sin(radians(to.lat - from.lat) / 2) ** 2;
  const h = along + Math.cos(radians(from.lat)) * Math.cos(radians(to.lat)) * across;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** The one of eight directions in which `to` lies (initial bearing of the great circle). */
export function windOf(from: Point, to: Point): Wind {
  const turn = radians(to.lng - from.lng);
  const y = Math.sin(turn) * Math.cos(radians(to.lat));
  const x =
    Math.cos(radians(from.lat)) * Math.sin(radians(to.lat)) -
    Math.sin(radians(from.lat)) * Math.cos(radians(to.lat)) * Math.cos(turn);
  const bearing = ((Math.atan2(y, x) * 180) / Math.PI + 360) % 360;
  return WINDS[Math.round(bearing / 45) % 8] ?? "n";
}

/** `to` as metres east and north of `from`, on a plane that touches there: good for a few kilometres. */
export function planeM(from: Point, to: Point): { readonly east: number; readonly north: number } {
  const turn = ((to.lng - from.lng + 540) % 360) - 180;
  return { east: turn * DEGREE_M * Math.cos(radians(from.lat)), north: (to.lat - from.lat) * DEGREE_M };
}

/** The middle of some points, or null where there is none. */
export function middle(points: readonly Point[]): Point | null {
  if (points.length === 0) return null;
  const sum = points.reduce((all, one) => ({ lat: all.lat + one.lat, lng: all.lng + one.lng }), {
    lat: 0,
    lng: 0,
  });
  return { lat: sum.lat / points.length, lng: sum.lng / points.length };
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180;
