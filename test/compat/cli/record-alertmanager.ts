// Records alertmanager.golden.jsonl from the real program: bun test/compat/cli/record-alertmanager.ts PATH_OF_ALERTMANAGER
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { CASES } from "./alertmanager-cases.ts";
import { writeGolden } from "./golden-file.ts";
import { type Golden, normalise } from "./alertmanager-golden.ts";

const program = process.argv[2];
if (program === undefined) throw new Error("missing argument: path of the real alertmanager");

const dir = mkdtempSync(join(tmpdir(), "record-"));

function record(args: readonly string[]): Golden {
  const run = Bun.spawnSync([program ?? "", ...args], { cwd: dir, env: {}, stdin: "ignore" });
  const stdout = run.stdout.toString();
  const stderr = run.stderr.toString();
  if (/Starting Alertmanager|error loading configuration file/.test(stderr)) return { args, starts: true };
  return { args, starts: false, code: run.exitCode, stdout: normalise(stdout), stderr: normalise(stderr) };
}

const golden = CASES.map(record);
await writeGolden("alertmanager.golden.jsonl", golden);
rmSync(dir, { recursive: true });
