import { expect, test } from "bun:test";

import { alertmanager } from "../../../src/server/command.ts";
import { CASES } from "./alertmanager-cases.ts";
import { type Golden, normalise } from "./alertmanager-golden.ts";
import { readGolden } from "./golden-file.ts";

// The golden file was recorded by record-alertmanager.ts from Alertmanager 0.34.0.
const golden = await readGolden<Golden>("alertmanager.golden.jsonl");

async function run(args: readonly string[]): Promise<Golden> {
  let stdout = "";
  let stderr = "";
  let starts = false;
  const terminal = {
    out: (text: string) => (stdout += text),
    error: (text: string) => (stderr += text),
    width: () => 80,
  };
  const server = async () => {
    starts = true;
    return 0;
  };
  const code = await alertmanager(args, "alertmanager", async () => server, terminal);
  return starts ? { args, starts } : { args, starts, code, stdout: normalise(stdout), stderr: normalise(stderr) };
}

test("the golden file has every case", () => {
  expect(JSON.stringify(golden.map(({ args }) => args))).toBe(JSON.stringify(CASES));
});

test.each(golden.map((expected) => [expected.args.join(" "), expected] as const))("%s", async (_, expected) => {
  expect(await run(expected.args)).toEqual(expected);
});
