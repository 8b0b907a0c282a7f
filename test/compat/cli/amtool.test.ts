import { afterAll, describe, expect, test } from "bun:test";
import { join } from "node:path";

import { amtool } from "../../../src/cli/amtool.ts";
import { username } from "../../../src/cli/environment.ts";
import { type AmtoolCase, CASES } from "./amtool-cases.ts";
import {
  type AmtoolGolden,
  expandArgs,
  FIXTURES,
  helpShape,
  normaliseRequest,
  normaliseText,
} from "./amtool-golden.ts";
import { startMock } from "./amtool-mock.ts";
import { readGolden } from "./golden-file.ts";

// The golden files were recorded by record-amtool.ts from amtool 0.34.0.

const mock = startMock();
afterAll(() => mock.stop());

async function run(example: AmtoolCase): Promise<AmtoolGolden> {
  mock.take();
  let stdout = "";
  let stderr = "";
  const code = await amtool(expandArgs(example.args, mock), {
    terminal: {
      out: (text) => (stdout += text),
      error: (text) => (stderr += text),
      width: () => 80,
    },
    variables: { HOME: join(FIXTURES, example.home ?? "home-none") },
    stdin: { isCharacterDevice: () => !example.stdin, read: () => Buffer.from(example.stdin ?? "") },
    username,
    now: Date.now,
  });
  return {
    ...example,
    code,
    stdout: helpShape(normaliseText(stdout, mock)),
    stderr: normaliseText(stderr, mock),
    requests: mock.take().map(normaliseRequest),
  };
}

for (const [name, cases] of Object.entries(CASES)) {
  const golden = await readGolden<AmtoolGolden>(`amtool.${name}.golden.jsonl`);
  describe(name, () => {
    test("the golden file has every case", () => {
      expect(JSON.stringify(golden.map(({ args }) => args))).toBe(JSON.stringify(cases.map(({ args }) => args)));
    });

    test.each(golden.map((expected) => [title(expected), expected] as const))("%s", async (_, expected) => {
      expect(await run(expected)).toEqual(expected);
    });
  });
}

function title({ args, home, stdin }: AmtoolCase): string {
  return [home, ...args, ...(stdin === undefined ? [] : [`< ${stdin}`])].filter((word) => word !== undefined).join(" ");
}

describe("where upstream prints pointers or crashes", () => {
  const ID = "8f2b1c3a-0001-4000-8000-000000000001";

  async function stdoutOf(scenario: string, ...args: string[]): Promise<string> {
    const { code, stdout } = await run({ args: [`--alertmanager.url=$URL/${scenario}`, ...args] });
    expect(code).toBe(0);
    return stdout;
  }

  test("the extended configuration has its values", async () => {
    expect(await stdoutOf("ok", "config", "--output=extended")).toBe(
      [
        "route:\n  receiver: x\nreceivers:\n- name: x <&>\n",
        "buildUser builder",
        "goVersion go1.26",
        "revision abcdef",
        "version 0.34.0",
        "branch main",
        "buildDate 20260101-00:00:00",
        "uptime 2026-01-02T03:04:05.678Z\n",
      ].join("\n"),
    );
  });

  test("the extended configuration of a server that does not tell its version has no version", async () => {
    expect(await stdoutOf("no-version", "config", "--output=extended")).toContain("\nversion \n");
  });

  test("a quiet update prints the ID", async () => {
    expect(await stdoutOf("ok", "silence", "update", ID, "-d1h", "-q")).toBe(`updated-${ID}\n`);
  });

  test("an update of a silence the server does not describe fails", async () => {
    const { code, stderr } = await run({ args: ["--alertmanager.url=$URL/empty-body", "silence", "update", ID] });
    expect([code, stderr]).toEqual([1, `amtool: error: the answer for silence ${ID} has no ID\n\n`]);
  });
});
