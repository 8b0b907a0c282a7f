import { expect, test } from "bun:test";
import { SharedTexts, sharedTimestamp } from "./shared.ts";
import { Timestamp } from "./timestamp.ts";

test("the same moment is the same object, as long as nothing else took its place", () => {
  const first = sharedTimestamp(1_000_000, 5, 3600);
  expect(first).toEqual(new Timestamp(1_000_000, 5, 3600));
  expect(sharedTimestamp(1_000_000, 5, 3600)).toBe(first);
  for (const other of [sharedTimestamp(1_000_256), sharedTimestamp(1_000_000), sharedTimestamp(1_000_000, 5)]) {
    expect(other).not.toBe(first);
  }
  expect(sharedTimestamp(1_000_000, 5, 3600)).toEqual(first);
  expect(sharedTimestamp(-62_135_596_800_000)).toEqual(new Timestamp(-62_135_596_800_000));
});

test("texts come back as they are, however many there are", () => {
  const texts = new SharedTexts();
  for (let i = 0; i < 10_000; i++) expect(texts.of(`http://h/${i}`)).toBe(`http://h/${i}`);
});
