/** The two fields of a wanted time, by the clock of the thing. Pure. */
import { fieldOf, meant, type Span } from "./availability";

export interface Fields {
  readonly from: string;
  readonly to: string;
}

/** The fields for a span. */
export const fieldsOf = (span: Span, zone: string): Fields => ({
  from: fieldOf(span.start_s, zone),
  to: fieldOf(span.end_s, zone),
});

/** The span that the fields mean, or null. */
export function spanOf(fields: Fields, zone: string): Span | null {
  const [from, to] = [meant(fields.from, zone), meant(fields.to, zone)];
  return "at_s" in from && "at_s" in to ? { start_s: from.at_s, end_s: to.at_s } : null;
}

/** Whether the clock shows what a field says twice. */
export const isTwice = (field: string, zone: string): boolean => {
  const found = meant(field, zone);
  return "twice" in found && found.twice;
};
