/**
 * Asks the real amtool what it makes of every template and keeps the answers.
 *
 *     bun test/compat/templates/record.ts /path/to/amtool
 *
 * Writes golden.json.gz (hand-written cases), fuzz.json.gz (random templates) and formats.json.gz (random times and
 * numbers) beside this file.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allCases, type RecordedCase, type TemplateCase } from "./fixtures.ts";
import { generateFormats } from "./format-grammar.ts";
import { generateTemplates } from "./grammar.ts";

const FUZZ_SEED = 34;
const FUZZ_COUNT = 1600;
const FORMAT_COUNT = 800;
/** Longer answers are printed data over and over. */
const MAX_FUZZ_ANSWER = 1500;

const amtool = process.argv[2];
if (amtool === undefined) throw new Error("usage: record.ts AMTOOL");
const dataFile = join(import.meta.dir, "data.json");
const scratch = mkdtempSync(join(tmpdir(), "templates-"));

async function ask(binary: string, c: TemplateCase, i: number): Promise<RecordedCase> {
  const dir = join(scratch, c.files === undefined ? "none" : String(i));
  for (const [name, content] of Object.entries(c.files ?? {})) await Bun.write(join(dir, name), content);
  const process_ = Bun.spawn(
    [
      binary,
      "template",
      "render",
      `--template.glob=${dir}/*.tmpl`,
      `--template.data=${dataFile}`,
      `--template.type=${c.mode}`,
      `--template.text=${c.text}`,
    ],
    { stdout: "pipe", stderr: "pipe", env: { ...process.env, TZ: "UTC" } },
  );
  const [out, err, code] = await Promise.all([
    new Response(process_.stdout).text(),
    new Response(process_.stderr).text(),
    process_.exited,
  ]);
  if (code === 0) return { ...c, out };
  return { ...c, err: err.replace(/^amtool: error: /, "").replace(/\n\n$/, "") };
}

async function askAll(binary: string, cases: readonly TemplateCase[]): Promise<RecordedCase[]> {
  const answers: RecordedCase[] = [];
  for (let i = 0; i < cases.length; i += 4) {
    answers.push(...(await Promise.all(cases.slice(i, i + 4).map((c, k) => ask(binary, c, i + k)))));
  }
  return answers;
}

async function keep(name: string, cases: readonly RecordedCase[]): Promise<void> {
  await Bun.write(join(import.meta.dir, name), Bun.gzipSync(JSON.stringify(cases), { level: 9 }));
  console.log(`${name}: ${cases.length} cases`);
}

try {
  // A command line cannot hold a NUL, and amtool wants a text.
  const usable = (c: TemplateCase) => c.text !== "" && !c.text.includes("\0");
  const golden = allCases().filter(usable);
  await keep("golden.json.gz", await askAll(amtool, golden));
  const random = generateTemplates(FUZZ_SEED, FUZZ_COUNT).filter(usable);
  const answers = await askAll(amtool, random);
  const again = await askAll(amtool, random);
  // What shows an address answers differently every time.
  const stable = answers.filter((a, i) => a.out === again[i]?.out && a.err === again[i]?.err);
  await keep(
    "fuzz.json.gz",
    stable.filter((a) => (a.out ?? a.err ?? "").length <= MAX_FUZZ_ANSWER && !(a.out ?? "").includes("Location=")),
  );
  await keep("formats.json.gz", await askAll(amtool, generateFormats(FUZZ_SEED, FORMAT_COUNT)));
} finally {
  rmSync(scratch, { recursive: true });
}
