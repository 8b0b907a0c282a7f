import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

test("what authors of plugins copy is what the server is made with, and needs nothing else", () => {
  expect(read("../../examples/plugin-api.ts")).toBe(read("api.ts"));
  expect(new Bun.Transpiler({ loader: "ts" }).scan(read("api.ts"))).toEqual({ imports: [], exports: [] });
});
