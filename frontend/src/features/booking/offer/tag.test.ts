import { expect, test } from "vitest";
import { criterionOf, nameOf, tagOf } from "./tag";

test.each([
  ["Cargo bike", "cargo-bike"],
  [" Bohrmaschine ", "bohrmaschine"],
  ["Fräse, groß", "fraese-gross"],
  ["café à emporter", "cafe-a-emporter"],
  ["drill--bits!", "drill-bits"],
  ["電動工具", ""],
])("%s is searched as %j", (typed, tag) => expect(tagOf(typed)).toBe(tag));

test("a name of a criterion has underscores", () => expect(nameOf("Power (watts)")).toBe("power_watts"));

test.each([
  ["true", true],
  ["false", false],
  ["800", 800],
  ["-3", -3],
  ["1234567890123456", "1234567890123456"],
  ["0.5", "0.5"],
  [" red ", "red"],
  ["6mm | 8mm", ["6mm", "8mm"]],
])("the value %j is compared as %j", (typed, value) => expect(criterionOf(typed)).toEqual(value));
