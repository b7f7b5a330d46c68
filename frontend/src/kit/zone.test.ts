import { expect, test } from "vitest";
import { knownZone } from "./zone";

test.each(["Europe/Vienna", "Asia/Kathmandu", "UTC"])("%s is known", (name) => {
  expect(knownZone(name)).toBe(name);
});

test.each([undefined, "", "Factory", "localtime", "Moon/Base", "../etc"])("%s is not", (name) => {
  expect(knownZone(name) || undefined).toBe(undefined);
});
