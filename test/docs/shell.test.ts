import { expect, test } from "bun:test";
import { commandsOf } from "./shell.ts";

test("a script is taken apart into commands and words", () => {
  expect(
    commandsOf(`KEY=x amtool check-config 'a b.yml'   # looks at it
a "$(jq -n '{a: ")"}')" \\
  -d {"b"} | c > out && d; KEY=1
`),
  ).toEqual([["amtool", "check-config", "a b.yml"], ["a", `$(jq -n '{a: ")"}')`, "-d", "{b}"], ["c"], ["d"]]);
});

test("what is not closed is an error", () => {
  expect(() => commandsOf("a 'b")).toThrow("a quote is not closed: 'b");
  expect(() => commandsOf("a $(b")).toThrow("$( is not closed: $(b");
});
