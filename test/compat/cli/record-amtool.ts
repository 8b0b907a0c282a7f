// Records amtool.*.golden.jsonl from the real program: bun test/compat/cli/record-amtool.ts PATH_OF_AMTOOL [NAME…]
import { join } from "node:path";

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
import { writeGolden } from "./golden-file.ts";

const [program, ...names] = process.argv.slice(2);
if (program === undefined) throw new Error("missing argument: path of the real amtool");
const mock = startMock();

async function record(example: AmtoolCase): Promise<AmtoolGolden> {
  mock.take();
  const run = Bun.spawn([program ?? "", ...expandArgs(example.args, mock)], {
    cwd: FIXTURES,
    env: { HOME: join(FIXTURES, example.home ?? "home-none") },
    stdin: new Blob([example.stdin ?? ""]),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, code] = await Promise.all([run.stdout.text(), run.stderr.text(), run.exited]);
  return {
    ...example,
    code,
    stdout: helpShape(normaliseText(stdout, mock)),
    stderr: normaliseText(stderr, mock),
    requests: mock.take().map(normaliseRequest),
  };
}

for (const [name, cases] of Object.entries(CASES)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const golden: AmtoolGolden[] = [];
  for (const example of cases) golden.push(await record(example));
  await writeGolden(`amtool.${name}.golden.jsonl`, golden);
}
mock.stop();
