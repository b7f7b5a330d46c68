import { describe, expect, test } from "vitest";
import { packTerms, serviceId } from "../../../chain/bookings_codec";
import { canonicalDigest, canonicalText } from "../../../kit/canonical_json";
import { dayPhase_s, documentOf, emptyForm, type Field, type OfferForm, readForm, termsOf } from "./form";

const MONEY = { currency: "tEUR", unit: { symbol: "tEUR", decimals: 6 } };
const WINTER_S = 1_795_258_420;
const SUMMER_S = 1_782_000_000;

const TILE_SAW: OfferForm = {
  ...emptyForm("Europe/Vienna"),
  title: "Tile  saw ",
  text: "Wet, 180 mm.\n",
  tag: "Tile saw",
  criteria: [
    { name: "Power (W)", value: "900" },
    { name: "wet", value: "true" },
    { name: "blades", value: "180 mm | 200 mm" },
    { name: "colour", value: "red" },
    { name: "", value: " " },
  ],
  point: "48.2102, 16.3636",
  address: "Second yard, ring at Mira's",
  distanceKm: "2,5",
  slot_s: 86_400,
  longest: "3",
  longestIn: "days",
  notice: "1",
  noticeIn: "days",
  price: "6.5",
  deposit: "80",
};

const read = (change: Partial<OfferForm> = {}) => readForm({ ...TILE_SAW, ...change }, MONEY);

function offer(change: Partial<OfferForm> = {}) {
  const { offer: found, faults } = read(change);
  if (!found) throw new Error(JSON.stringify(faults));
  return found;
}

describe("a whole form", () => {
  const made = { cell: "881e15b711fffff", photos: [], salt: "00112233445566778899aabbccddeeff" };

  test("is the document that the command line would store, byte for byte", async () => {
    expect(await canonicalDigest(documentOf(offer(), made))).toBe(
      "0x56b5a928082d739c2fa886f7703cedf19d2b162984744b9f458367f1977db136",
    );
  });

  test("packs into the terms that the command line would send", () => {
    expect(packTerms(termsOf(offer(), serviceId("tile-saw"), WINTER_S))).toBe(
      67286588305126527510822833444605461697804902809495048499168716525159900512256n,
    );
  });

  test("keeps the exact point and the way there out of the document", () => {
    const text = canonicalText(documentOf(offer(), { ...made, photos: ["bafy"] }));
    expect(text).not.toContain("48.21");
    expect(text).not.toContain("yard");
    expect(text).toContain('"photos":["bafy"]');
  });

  test("has amounts beyond what a number holds", () => {
    expect(offer({ deposit: "12345678901234567890.5" }).deposit).toBe(12_345_678_901_234_567_890_500_000n);
  });
});

describe("what is wrong is said at its field", () => {
  test.each<[Partial<OfferForm>, Field, string]>([
    [{ title: "  " }, "title", "offer.title.missing"],
    [{ title: "x".repeat(121) }, "title", "offer.too_long"],
    [{ title: "a\u0007b" }, "title", "offer.title.control"],
    [{ text: "x".repeat(4_001) }, "text", "offer.too_long"],
    [{ tag: "!!" }, "tag", "offer.tag.missing"],
    [{ tag: "x".repeat(33) }, "tag", "offer.too_long"],
    [{ point: "" }, "point", "offer.point.missing"],
    [{ point: "behind the church" }, "point", "offer.point.malformed"],
    [{ distanceKm: "0" }, "distanceKm", "offer.distance.malformed"],
    [{ distanceKm: "20001" }, "distanceKm", "offer.distance.malformed"],
    [{ longest: "" }, "longest", "offer.longest.short"],
    [{ longest: "5", longestIn: "hours" }, "longest", "offer.longest.short"],
    [{ longest: "36", longestIn: "hours" }, "longest", "offer.longest.uneven"],
    [{ longest: "43", longestIn: "days", slot_s: 900 }, "longest", "offer.longest.long"],
    [{ notice: "43" }, "notice", "offer.notice.malformed"],
    [{ notice: "90", noticeIn: "minutes" }, "notice", "offer.notice.malformed"],
    [{ zone: "Middle-earth/Shire" }, "zone", "offer.zone.unknown"],
    [{ price: "cheap" }, "price", "offer.amount.malformed"],
    [{ price: "-1" }, "price", "offer.amount.malformed"],
    [{ deposit: "0.0000001" }, "deposit", "offer.amount.malformed"],
    [{ deposit: "79228162514264337593544" }, "deposit", "offer.amount.malformed"],
    [{ criteria: [{ name: "watts", value: "" }] }, "criteria.0", "offer.criterion.incomplete"],
    [
      {
        criteria: [
          { name: "a", value: "1" },
          { name: "A ", value: "2" },
        ],
      },
      "criteria.1",
      "offer.criterion.twice",
    ],
    [{ criteria: [{ name: "a", value: "x".repeat(201) }] }, "criteria.0", "offer.too_long"],
  ])("%j", (change, field, key) => {
    const { offer: found, faults } = read(change);
    expect(found).toBeNull();
    expect(Object.keys(faults)).toEqual([field]);
    expect(faults[field]?.key).toBe(key);
  });

  test("an empty form says all that is missing at once", () => {
    expect(Object.keys(readForm(emptyForm("UTC"), MONEY).faults)).toEqual(["title", "tag", "point"]);
  });

  test("120 characters of two units each are 120 characters", () => {
    expect(offer({ title: "🪚".repeat(120) }).title).toHaveLength(240);
  });
});

describe("a civil day", () => {
  test.each([
    ["Europe/Vienna", 82_800, 79_200],
    ["UTC", 0, 0],
    ["America/New_York", 18_000, 14_400],
    ["Asia/Kathmandu", 65_700, 65_700],
    ["Pacific/Marquesas", 34_200, 34_200],
  ])("of %s begins where the command line says", (zone, winter, summer) => {
    expect(dayPhase_s(zone, WINTER_S)).toBe(winter);
    expect(dayPhase_s(zone, SUMMER_S)).toBe(summer);
  });

  test("matters for slots of a day only", () => {
    expect(termsOf(offer({ slot_s: 3_600 }), 1, WINTER_S).phase_s).toBe(0);
    expect(termsOf(offer({ slot_s: 3_600 }), 1, WINTER_S).max_quanta).toBe(72);
  });
});
