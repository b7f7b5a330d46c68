import { describe, expect, test } from "vitest";
import { foreignParts } from "./photo_scan";

const ascii = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));
const segment = (marker: number, data: number[]): number[] => {
  const length = data.length + 2;
  return [0xff, marker, length >> 8, length & 255, ...data];
};
const SOI = [0xff, 0xd8];
const EOI = [0xff, 0xd9];
const JFIF = segment(0xe0, [...ascii("JFIF\0"), 1, 1, 0, 0, 1, 0, 1, 0, 0]);
const TABLES = [
  ...segment(0xdb, [0, 1, 2]),
  ...segment(0xc4, [0, 1]),
  ...segment(0xc0, [8, 0, 1, 0, 1, 1, 1, 0x11, 0]),
];
const PIXELS = [...segment(0xda, [1, 1, 0, 0, 63, 0]), 0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56];
const file = (...parts: number[][]): Uint8Array => Uint8Array.from([...SOI, ...parts.flat(), ...EOI]);

describe("a JPEG", () => {
  test("of nothing but a picture carries nothing else", () => {
    expect(foreignParts(file(JFIF, TABLES, PIXELS))).toEqual([]);
    expect(
      foreignParts(file(JFIF, segment(0xee, [...ascii("Adobe"), 0, 100, 0, 0, 0, 0, 1]), TABLES, PIXELS)),
    ).toEqual([]);
  });

  test("with a short colour profile, as browsers write one, carries nothing else", () => {
    expect(
      foreignParts(file(JFIF, segment(0xe2, [...ascii("ICC_PROFILE\0"), 1, 1, 7]), TABLES, PIXELS)),
    ).toEqual([]);
  });

  test.each([
    ["exif", segment(0xe1, [...ascii("Exif\0\0MM"), 0, 42])],
    ["xmp", segment(0xe1, ascii("http://ns.adobe.com/xap/1.0/\0<x/>"))],
    ["iptc", segment(0xed, ascii("Photoshop 3.0\0"))],
    ["comment", segment(0xfe, ascii("taken at home"))],
    ["other", segment(0xe2, ascii("MPF\0more pictures"))],
    ["other", segment(0xe0, [...ascii("JFXX\0"), 16])],
    ["profile", segment(0xe2, [...ascii("ICC_PROFILE\0"), ...Array(5_000).fill(1)])],
  ])("with %s is caught", (name, part) => {
    expect(foreignParts(file(JFIF, part, TABLES, PIXELS))).toEqual([name]);
  });

  test("with EXIF between two scans is caught", () => {
    expect(foreignParts(file(JFIF, TABLES, PIXELS, segment(0xe1, ascii("Exif\0\0")), PIXELS))).toEqual([
      "exif",
    ]);
  });

  test("with something behind its end is caught", () => {
    const whole = file(JFIF, TABLES, PIXELS);
    expect(foreignParts(Uint8Array.from([...whole, ...ascii("ftypmp42")]))).toEqual(["trailer"]);
  });
});

test("what looks like a marker inside the coded pixels is no segment", () => {
  expect(foreignParts(file(TABLES, [...PIXELS, 0xff, 0x00, 0xe1, 0xff, 0xd7, 0xe1, 0xff, 0xff]))).toEqual([]);
});

test.each([
  ["nothing", []],
  ["a PNG", [0x89, 0x50, 0x4e, 0x47]],
  ["a JPEG that is cut off", Array.from(file(JFIF, TABLES, PIXELS)).slice(0, -2)],
  ["a segment longer than the file", [...SOI, 0xff, 0xe0, 0xff, 0xff, 1]],
  ["a JPEG without a picture", [...SOI, ...JFIF, ...EOI]],
])("%s is no whole JPEG", (_, bytes) => {
  expect(foreignParts(Uint8Array.from(bytes))).toBeNull();
});
