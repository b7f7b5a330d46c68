import { describe, expect, it } from "vitest";
import { registry as register, page as seite } from "./de";
import { page, registry } from "./en";
import { type Catalogue, decimal, parseAmount, wordsOf } from "./speak";

const english: Catalogue = { page, messages: registry.messages, errors: registry.errors };
const german: Catalogue = { page: seite, messages: register.messages, errors: register.errors };
const EURO = { symbol: "dEUR", decimals: 18 };

describe("a sentence of the server", () => {
  const overdue = { key: "deal.overdue_days", params: { days: 1 }, text: "It was due back 1 day ago." };

  it("has the noun that fits the number", () => {
    const { sentence } = wordsOf("en", english);
    expect(sentence(overdue)).toBe("It was due back 1 day ago.");
    expect(sentence({ ...overdue, params: { days: 3 } })).toBe("It was due back 3 days ago.");
  });

  it("is said in the member's language", () => {
    expect(wordsOf("de", german).sentence({ ...overdue, params: { days: 3 } })).toContain("3 Tage");
  });

  it("has its amounts in whole units of the token", () => {
    const waits = { key: "reminder.price_waits", params: { amount: "4500000000000000000" }, text: "" };
    expect(wordsOf("en", english).sentence(waits, EURO)).toContain("4.50\u00a0dEUR");
    expect(wordsOf("de", german).sentence(waits, EURO)).toContain("4,50\u00a0dEUR");
  });

  it("that is newer than this page is said as the server wrote it", () => {
    expect(wordsOf("de", german).sentence({ key: "deal.new", params: {}, text: "New." })).toBe("New.");
    const odd = { key: "constructor", params: {}, text: "Odd." };
    expect(wordsOf("de", german).sentence(odd)).toBe("Odd.");
  });
});

describe("a problem", () => {
  it("of the registry has its sentence and what to do next", () => {
    expect(wordsOf("en", english).problem("bookings: not free").message).not.toBe("");
  });

  it("of the page has words of its own", () => {
    expect(wordsOf("en", english).problem("page: wrong network").message).toBe(
      "Your wallet is on another network.",
    );
  });

  it("that nobody knows names its code", () => {
    expect(wordsOf("en", english).problem("moon: fell down").message).toContain("moon: fell down");
    expect(wordsOf("en", english).problem("constructor").message).toContain("constructor");
  });
});

describe("the pseudo-locale", () => {
  it("marks every sentence once", () => {
    const { say, sentence, money } = wordsOf("xx", english);
    expect(say("nav.find")).toBe("⟦Find⟧");
    expect(money(5n, { symbol: "x", decimals: 0 })).toBe("⟦5\u00a0x⟧");
    const waits = { key: "reminder.price_waits", params: { amount: "1000000000000000000" }, text: "" };
    expect(sentence(waits, EURO).match(/⟦/g)).toHaveLength(1);
  });
});

describe("amounts", () => {
  it("are exact beyond what a number holds", () => {
    expect(decimal(2n ** 96n - 1n, 18)).toBe("79228162514.264337593543950335");
    expect(wordsOf("en", english).money(2n ** 96n - 1n, EURO)).toBe(
      "79,228,162,514.264337593543950335\u00a0dEUR",
    );
  });

  it("have no needless zeros", () => {
    expect(decimal(0n, 18)).toBe("0");
    expect(decimal(-1_500_000n, 6)).toBe("-1.5");
    expect(wordsOf("en", english).money(5n * 10n ** 18n, EURO)).toBe("5\u00a0dEUR");
  });

  it("are read with comma or point, and refused when too fine or no number", () => {
    expect(parseAmount("12,50", 2)).toBe(1250n);
    expect(parseAmount(" 12.5 ", 18)).toBe(12_500_000_000_000_000_000n);
    for (const bad of ["", "-1", "1.234", "1e3", "0x10", "1,000.5", "∞"])
      expect(parseAmount(bad, 2)).toBeNull();
  });
});

describe("lengths of time", () => {
  it("have two units at most, and none in between", () => {
    const { span } = wordsOf("en", english);
    expect(span(2 * 86_400 + 3 * 3_600 + 59)).toBe("2 days 3 hours");
    expect(span(86_400 + 60)).toBe("1 day");
    expect(span(0)).toBe("0 minutes");
  });
});
