/** Something that went wrong, by its registered code ("module: reason"); `problem.*` words say the rest. */
export class Problem extends Error {
  override readonly name = "Problem";

  constructor(
    readonly code: string,
    readonly params: Readonly<Record<string, string | number>> = {},
    options?: ErrorOptions,
  ) {
    super(code, options);
  }
}

/** Any thrown value as a problem; what nobody foresaw is "page: unforeseen". */
export function problemOf(error: unknown): Problem {
  return error instanceof Problem
    ? error
    : new Problem("page: unforeseen", { reason: String(error) }, { cause: error });
}
