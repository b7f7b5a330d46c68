/** The coarse cell that becomes public instead of a point. Loads the H3 library: import it only where a place is chosen. */
import { cellToBoundary, cellToLatLng, latLngToCell } from "h3-js";
import type { Point } from "./place";

/** Edge about 530 m, area about 0.74 km² (`backend/booking/schemas.py` takes no other). */
const RESOLUTION = 8;

export interface Cell {
  /** H3 index: 15 hexadecimal digits. */
  readonly id: string;
  readonly centre: Point;
  readonly corners: readonly Point[];
}

export function cellOf(point: Point): Cell {
  return cellOfId(latLngToCell(point.lat, point.lng, RESOLUTION));
}

export function cellOfId(id: string): Cell {
  const [lat, lng] = cellToLatLng(id);
  return {
    id,
    centre: { lat, lng },
    corners: cellToBoundary(id).map(([north, east]) => ({ lat: north, lng: east })),
  };
}
