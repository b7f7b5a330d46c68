/** JSON as it is written: a whole number that no `number` holds exactly becomes a bigint. */

/** What a reviver is told besides: the text of a number, word or string (JSON.parse source text access, ES2026). */
interface Told {
  readonly source?: string;
}

/**
 * As `JSON.parse`, but whole numbers beyond 2^53 are bigints.
 *
 * A browser that does not tell the source (Chromium before 114, Firefox before 135, Safari before 18.4) rounds them to
 * numbers, which `canonicalText` refuses: amounts as large cannot be asked for or paid there.
 *
 * @throws SyntaxError for text that is no JSON.
 */
export function parseExact(text: string): unknown {
  return JSON.parse(text, exact);
}

function exact(_name: string, value: unknown, told?: Told): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const source = told?.source ?? "";
  return /^-?\d+$/.test(source) ? BigInt(source) : value;
}
