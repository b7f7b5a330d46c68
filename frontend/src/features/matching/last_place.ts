/** Where this browser looked last, to about 100 m; it stays on the device. */
import { isPlace, type Place, rounded } from "./wish";

const KEY = "allmende.place";

export function lastPlace(): Place | null {
  try {
    const { lat, lng } = JSON.parse(localStorage.getItem(KEY) ?? "null") as Place;
    return isPlace(lat, lng) ? { lat, lng } : null;
  } catch {
    return null;
  }
}

export function keepPlace({ lat, lng }: Place): void {
  localStorage.setItem(KEY, JSON.stringify({ lat: rounded(lat), lng: rounded(lng) }));
}

/** The position of this device, which it asks the member about. Null: refused, or not known. */
export function devicePlace(): Promise<Place | null> {
  return new Promise((resolve) => {
    if (!("geolocation" in navigator)) return resolve(null);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ lat: rounded(coords.latitude), lng: rounded(coords.longitude) }),
      () => resolve(null),
      { timeout: 20_000, maximumAge: 300_000 },
    );
  });
}
