import { expect, test } from "bun:test";
import { encodeCursor } from "../paging.ts";
import { Problem } from "../problem.ts";
import { historyPosition } from "./position.ts";

test("a cursor is the place it was made of", () => {
  expect(historyPosition(undefined)).toBeUndefined();
  expect(historyPosition(encodeCursor([5, 7]))).toEqual({ at: 5, n: 7 });
});

test.each(["[1e999,1]", "[1,1e308]", "[1.5,1]", "[1]", '["1",1]', "{}", "nothing"])("%s is none", (text) => {
  expect(() => historyPosition(Buffer.from(text).toString("base64url"))).toThrow(Problem);
});
