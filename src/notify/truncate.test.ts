import { expect, test } from "bun:test";
import { truncateInBytes, truncateInRunes } from "./truncate.ts";

// From upstream's own table and what its functions answer.
test.each([
  ["", 4, "", false],
  ["short", 5, "short", false],
  ["abcdef", 5, "abcd…", true],
  ["abcdef", 3, "abc", true],
  ["abcdef", 0, "", true],
  ["a😀b", 3, "a😀b", false],
  ["😀😀😀😀😀", 4, "😀😀😀…", true],
])("%p in %d runes is %p", (text, n, wanted, truncated) => {
  expect(truncateInRunes(text, n)).toEqual({ text: wanted, truncated });
});

test.each([
  ["", 4, "", false],
  ["héllo", 6, "héllo", false],
  ["héllo", 5, "h…", true],
  ["abcdefgh", 7, "abcd…", true],
  ["😀😀", 7, "😀…", true],
  ["😀😀", 6, "…", true],
  ["abcdef", 3, "…", true],
  ["abcdef", 2, "..", true],
])("%p in %d bytes is %p", (text, n, wanted, truncated) => {
  expect(truncateInBytes(text, n)).toEqual({ text: wanted, truncated });
});
