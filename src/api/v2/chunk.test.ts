import { expect, test } from "bun:test";
import { Chunk } from "./chunk.ts";

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");

test("takes texts and bytes in turn, up to its size", () => {
  const chunk = new Chunk(16);
  const page = Buffer.from("0123456789abcdef");
  expect(chunk.addText("é")).toBe(true);
  expect(chunk.addBytes(page, 2, 4)).toBe(true);
  expect(chunk.addBytes(page, 4, 7)).toBe(true);
  expect(chunk.addBytes(page, 10, 12)).toBe(true);
  expect(chunk.addText("x")).toBe(true);
  // Eight bytes and two are used; a text may take three bytes for each of its characters.
  expect(chunk.addText("three")).toBe(false);
  expect(chunk.addBytes(page, 0, 7)).toBe(false);
  expect(chunk.addBytes(page, 0, 6)).toBe(true);
  expect(chunk.addBytes(page, 6, 7)).toBe(false);
  expect(text(chunk.take())).toBe("é23456abx012345");
  expect(chunk.addText("three")).toBe(true);
  expect(text(chunk.take())).toBe("three");
  expect(chunk.take().length).toBe(0);
});

test("bytes of one page alone are given as they stand, not copied", () => {
  const chunk = new Chunk(8);
  const page = Buffer.from("0123456789");
  expect([chunk.addBytes(page, 1, 3), chunk.addBytes(page, 3, 9), chunk.addBytes(page, 9, 10)]).toEqual([
    true,
    true,
    false,
  ]);
  const taken = chunk.take();
  expect([taken.buffer === page.buffer, text(taken)]).toEqual([true, "12345678"]);
  expect(chunk.addBytes(page, 0, 2)).toBe(true);
  expect(text(chunk.take())).toBe("01");
});

test("grows for what alone is larger", () => {
  const chunk = new Chunk(4);
  expect([chunk.addText("ab"), chunk.addText("ab")]).toEqual([true, false]);
  expect(text(chunk.take())).toBe("ab");
});
