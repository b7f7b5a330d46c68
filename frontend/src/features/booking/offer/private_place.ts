/** Where a thing really is, for whoever offers it: kept in this browser only, never sent. */
import type { Point } from "./place";
import { parsePoint, pointText } from "./place";

export interface PrivatePlace {
  readonly point: Point;
  readonly address: string;
}

const keyOf = (resource: string): string => `allmende.place.${resource.toLowerCase()}`;

export function keepPlace(
  resource: string,
  place: PrivatePlace,
  storage: Pick<Storage, "setItem"> = localStorage,
): void {
  try {
    storage.setItem(
      keyOf(resource),
      JSON.stringify({ point: pointText(place.point), address: place.address }),
    );
  } catch {
    // the browser keeps nothing for us; whoever offers the thing knows where it is
  }
}

export function placeOf(
  resource: string,
  storage: Pick<Storage, "getItem"> = localStorage,
): PrivatePlace | null {
  try {
    const found = JSON.parse(storage.getItem(keyOf(resource)) ?? "null") as {
      point?: unknown;
      address?: unknown;
    } | null;
    const point = typeof found?.point === "string" ? parsePoint(found.point) : null;
    return point && typeof found?.address === "string" ? { point, address: found.address } : null;
  } catch {
    return null;
  }
}
