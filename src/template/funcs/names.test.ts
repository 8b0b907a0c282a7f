import { expect, test } from "bun:test";
import { alertmanagerFunctions } from "./alertmanager.ts";
import { builtinFunctions } from "./builtins.ts";
import { ALL_FUNCTIONS, BUILTIN_FUNCTIONS } from "./names.ts";

test("given the names the parser lets through, when looked up, then each is implemented and nothing else is", () => {
  // The compiler itself makes these.
  const compiled = ["and", "or", "call"];
  const builtIn = [...builtinFunctions.keys(), ...compiled];
  expect(builtIn.sort()).toEqual([...BUILTIN_FUNCTIONS].sort());
  expect([...builtIn, ...alertmanagerFunctions.keys()].sort()).toEqual([...ALL_FUNCTIONS].sort());
});
