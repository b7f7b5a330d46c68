/**
 * From keys to sentences. One syntax for the whole house, that of the registry (`backend/registry.py`):
 * `{place}`, and `{days:day|days}` for a number with the noun that fits it.
 *
 * Sentences of the server come as key and values; the page says them in the member's language.
 */
import type { page, registry } from "./en";

export type PageKey = keyof typeof page;
export type Locale = "en" | "de" | "xx";
export type Params = Readonly<Record<string, string | number>>;

/** How amounts of one currency are shown: its smallest unit is 10 ** -decimals of `symbol`. */
export interface Unit {
  readonly symbol: string;
  readonly decimals: number;
}

/** A sentence as the API gives it; `text` is its English. */
export interface Sentence {
  readonly key: string;
  readonly params: Readonly<Record<string, string | number>>;
  readonly text: string;
}

export interface Catalogue {
  readonly page: Readonly<Record<PageKey, string>>;
  readonly messages: Readonly<Record<string, string>>;
  readonly errors: Readonly<Record<string, { readonly message: string; readonly next_step: string }>>;
}

/** The English registry's form, which every language has. */
export type Registry = Pick<typeof registry, "errors" | "messages">;

/** Everything that turns values into words of one language. */
export type Words = ReturnType<typeof wordsOf>;

const PLACE = /\{(\w+)(?::([^|{}]*)\|([^{}]*))?\}/g;
const UNKNOWN_UNIT: Unit = { symbol: "", decimals: 0 };

/** BCP 47 tag for dates and numbers; the pseudo-locale borrows English. */
const tagOf = (locale: Locale): string => ({ en: "en-GB", de: "de-AT", xx: "en-GB" })[locale];

export function wordsOf(locale: Locale, catalogue: Catalogue) {
  const tag = tagOf(locale);
  const said = (text: string): string => (locale === "xx" ? `⟦${text}⟧` : text);
  const number = new Intl.NumberFormat(tag, { maximumFractionDigits: 2 });

  function fill(text: string, params: Params): string {
    return text.replace(PLACE, (place, name: string, one?: string, many?: string) => {
      const value = params[name];
      if (value === undefined) return place;
      const shown = typeof value === "number" ? number.format(value) : value;
      return many === undefined ? shown : `${shown} ${value === 1 ? one : many}`;
    });
  }

  /** An amount in the smallest unit, in whole units with its symbol. */
  function money(amount: bigint | string, unit: Unit): string {
    const digits = decimal(BigInt(amount), unit.decimals);
    const [, part = ""] = digits.split(".");
    const places = part ? Math.max(2, part.length) : 0;
    const shown = new Intl.NumberFormat(tag, {
      minimumFractionDigits: places,
      maximumFractionDigits: 18,
    }).format(
      digits as unknown as number, // a decimal string is formatted exactly (ECMA-402, NumberFormat v3)
    );
    return said(unit.symbol ? `${shown}\u00a0${unit.symbol}` : shown);
  }

  /** A moment (UTC seconds) as date and time of a zone. */
  function moment(seconds: number, zone?: string): string {
    return said(
      new Intl.DateTimeFormat(tag, {
        weekday: "short",
        day: "numeric",
        month: "short",
        hour: "2-digit",
        minute: "2-digit",
        ...(zone ? { timeZone: zone } : {}),
      }).format(seconds * 1000),
    );
  }

  /** The day of a moment. */
  function day(seconds: number, zone?: string): string {
    const format = {
      weekday: "short",
      day: "numeric",
      month: "short",
      ...(zone ? { timeZone: zone } : {}),
    } as const;
    return said(new Intl.DateTimeFormat(tag, format).format(seconds * 1000));
  }

  /** The time of day of a moment. */
  function time(seconds: number, zone?: string): string {
    const format = { hour: "2-digit", minute: "2-digit", ...(zone ? { timeZone: zone } : {}) } as const;
    return said(new Intl.DateTimeFormat(tag, format).format(seconds * 1000));
  }

  /** A length in its two largest units: "2 days 3 hours". */
  function span(seconds: number): string {
    const parts: string[] = [];
    let left = Math.max(0, Math.floor(seconds));
    for (const [unit, length] of SPANS) {
      const count = Math.floor(left / length);
      left -= count * length;
      if (count > 0 && parts.length < 2) parts.push(unitOfTime(tag, count, unit));
      else if (parts.length > 0) break;
    }
    return said(parts.join(" ") || unitOfTime(tag, 0, "minute"));
  }

  function distance(metres: number): string {
    const far = metres >= 1000;
    const format = { style: "unit", unit: far ? "kilometer" : "meter", maximumFractionDigits: 1 } as const;
    return said(new Intl.NumberFormat(tag, format).format(far ? metres / 1000 : metres));
  }

  /** A sentence of the page itself. */
  function say(key: PageKey, params: Params = {}): string {
    return said(fill(catalogue.page[key], params));
  }

  /** A sentence of the server, its amounts in `unit` and its moments in `zone`. */
  function sentence(spoken: Sentence, unit: Unit = UNKNOWN_UNIT, zone?: string): string {
    const text = Object.hasOwn(catalogue.messages, spoken.key) ? catalogue.messages[spoken.key] : undefined;
    if (text === undefined) return said(spoken.text); // newer than this page
    const named = "currency" in spoken.params ? { ...unit, symbol: "" } : unit;
    const params: Record<string, string | number> = {};
    for (const [name, value] of Object.entries(spoken.params)) {
      if (name === "currency") params[name] = unit.symbol || value;
      else if (name.endsWith("distance_m") || name === "radius_m") params[name] = value;
      else if (typeof value === "string" && /^\d+$/.test(value)) params[name] = bare(money(value, named));
      else if (typeof value === "string" && /^\d+\.\d+$/.test(value))
        params[name] = number.format(Number(value));
      else if (typeof value === "number" && name.endsWith("_s")) params[name] = bare(moment(value, zone));
      else params[name] = value;
    }
    return said(fill(text, params));
  }

  /** What went wrong and what to do next, for a code of the registry or of the page. */
  function problem(code: string, params: Params = {}): { message: string; next: string } {
    const registered = Object.hasOwn(catalogue.errors, code) ? catalogue.errors[code] : undefined;
    if (registered)
      return {
        message: said(fill(registered.message, params)),
        next: said(fill(registered.next_step, params)),
      };
    const key = `problem.${code.replace(/^page: /, "").replace(/[: ]+/g, "_")}`;
    const texts: Readonly<Record<string, string>> = catalogue.page;
    const message = texts[key] ?? catalogue.page["problem.unknown"];
    const next = texts[`${key}.next`] ?? catalogue.page["problem.unknown.next"];
    return { message: said(fill(message, { code, ...params })), next: said(fill(next, params)) };
  }

  return {
    locale,
    tag,
    say,
    sentence,
    problem,
    money,
    moment,
    day,
    time,
    span,
    distance,
    number: number.format,
  };
}

const SPANS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

function unitOfTime(tag: string, count: number, unit: string): string {
  return new Intl.NumberFormat(tag, { style: "unit", unit, unitDisplay: "long" }).format(count);
}

/** The marks of the pseudo-locale stand around whole sentences only. */
const bare = (text: string): string => text.replace(/^⟦|⟧$/g, "");

/** `amount` of a smallest unit as a decimal string without needless zeros. */
export function decimal(amount: bigint, decimals: number): string {
  const negative = amount < 0n;
  const digits = (negative ? -amount : amount).toString().padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const part = decimals ? digits.slice(-decimals).replace(/0+$/, "") : "";
  return `${negative ? "-" : ""}${whole}${part ? `.${part}` : ""}`;
}

/** A typed amount ("12,50" or "12.5") in the smallest unit, or null where it is none. */
export function parseAmount(text: string, decimals: number): bigint | null {
  const found = /^(\d{1,20})(?:[.,](\d*))?$/.exec(text.trim());
  if (!found) return null;
  const part = found[2] ?? "";
  if (part.length > decimals) return null;
  return BigInt((found[1] ?? "0") + part.padEnd(decimals, "0"));
}
