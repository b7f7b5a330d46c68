/** Times in the address of a page, which anybody may have typed or sent: UTC seconds that a calendar can show. */

/** The end of the year 9998; later ones do not fit a date field, and later still no calendar. */
const LAST_S = 253_370_764_800;

export const isTime = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value < LAST_S;

/** A half-open span, where the address names one. */
export function spanIn({ from, to }: Readonly<Record<string, unknown>>): { from?: number; to?: number } {
  return isTime(from) && isTime(to) && from < to ? { from, to } : {};
}
