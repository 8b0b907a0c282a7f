import { expect, test } from "bun:test";
import { ulid } from "./ulid.ts";

test("a ULID begins with its time", () => {
  // The example of the ULID specification's own documentation.
  expect(ulid(1469918176385)).toMatch(/^01ARYZ6S41[0-9A-HJKMNP-TV-Z]{16}$/);
  expect(ulid(0)).toStartWith("0000000000");
});

test("no two are the same", () => {
  expect(new Set(Array.from({ length: 100 }, () => ulid(1))).size).toBe(100);
});
