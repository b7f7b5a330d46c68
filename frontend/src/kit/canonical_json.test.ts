/** The bytes and digests on the right are those of `backend/kit/canonical_json.py`. */
import { describe, expect, test } from "vitest";
import { type Canonical, canonicalDigest, canonicalJson, canonicalText } from "./canonical_json";

const description = {
  v: 1,
  title: "Tile saw",
  text: "Nass, 180 mm — mit Führung",
  service: "saw",
  cell: "881e15b713fffff",
  max_distance_m: 10_000,
  price: { amount: "6000000", currency: "TEST", per: "day" },
  deposit: "80000000",
  criteria: { power_w: "900", blade: "180 mm" },
  tz: "Europe/Vienna",
  salt: "00112233445566778899aabbccddeeff",
};

const VECTORS: readonly (readonly [Canonical, string, string])[] = [
  [null, "null", "74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b"],
  [-7, "-7", "a770d3270c9dcdedf12ed9fd70444f7c8a95c26cae3cae9bd867499090a2f14b"],
  [10n ** 30n, `1${"0".repeat(30)}`, "fa72d4146f76703a4c9589d4a4af8722b2568665c8f8b8aa773d800e00a12d1f"],
  ["", '""', "12ae32cb1ec02d01eda3581b127c1fee3b0dc53572ed6baf239721a03d82e126"],
  [
    "\x00\b\t\n\x0b\f\r\x1f\x7f\x80\u2028",
    '"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f\x7f\x80\u2028"',
    "06743687b9be6faae7b74e526b3648a91d9755b0540eea0110c3519f12138162",
  ],
  ['a"b\\c/d', '"a\\"b\\\\c/d"', "f7d22f20b73dd9230defe5b9504d1e4c3a320bfa744a7628e1df47c277dd7410"],
  ["grüß 🪚", '"grüß 🪚"', "178cf0c241178f7ff5451cac0a2202f70b09c331e05fcf40dcbf91ff68b6ad23"],
  [
    [1, [2, { b: 1, a: null }]],
    '[1,[2,{"a":null,"b":1}]]',
    "705408e1a540169545d9d0503f547d6ad5d252da75d80f45937ba104195349de",
  ],
  [
    { b: 1, a: 2, B: 3, ä: 4, aa: 5, "": 6 },
    '{"":6,"B":3,"a":2,"aa":5,"b":1,"ä":4}',
    "948ae55a4db426446d9198c6b90e936d64f63cf19a27c91d7bb5cfd0d0157d9d",
  ],
  [
    { "\u{10000}": 1, "\ue000": 2, "\uffff": 3 },
    '{"\ue000":2,"\uffff":3,"\u{10000}":1}',
    "e9eee9a26ac1a4324f0c9c38ac6bcf37a8ce7b55de6a3dee5f23c1f192882216",
  ],
  [
    { "10": 1, "9": 2, v: 1 },
    '{"10":1,"9":2,"v":1}',
    "d75077887a22bbfbc1e36c0b54b60dd6a3e20b2bbfded9b43d59c18d695d6037",
  ],
];

describe("canonical JSON", () => {
  test.each(VECTORS)("vector %# has the bytes and the digest of the server", async (value, text, digest) => {
    expect(canonicalText(value)).toBe(text);
    expect(new TextDecoder().decode(canonicalJson(value))).toBe(text);
    expect(await canonicalDigest(value)).toBe(`0x${digest}`);
  });

  test("a description has the digest that the chain keeps", async () => {
    expect(await canonicalDigest(description)).toBe(
      "0x2780dccc411c5a653159e6d45016ee496e43a1bae1012f8839cd8fcb2e49e99b",
    );
  });

  test("a key without a value is left out", () => {
    expect(canonicalText({ b: undefined, a: 1 })).toBe('{"a":1}');
  });

  test.each([[0.5], [Number.NaN], [2 ** 53], [Number.POSITIVE_INFINITY]])(
    "%s is no whole number and is refused",
    (value) => {
      expect(() => canonicalText([value])).toThrow(TypeError);
    },
  );

  test("half a character is refused, in a value and in a key", () => {
    expect(() => canonicalText("\ud83e")).toThrow(RangeError);
    expect(() => canonicalText({ "\udc00": 1 })).toThrow(RangeError);
  });

  test("a date or a map is refused rather than written as an empty object", () => {
    expect(() => canonicalText(new Date(0) as unknown as Canonical)).toThrow(TypeError);
    expect(() => canonicalText({ a: new Map() as unknown as Canonical })).toThrow(TypeError);
    expect(() => canonicalText([undefined as unknown as Canonical])).toThrow(TypeError);
  });
});
