import { expect, test } from "bun:test";
import { join } from "node:path";
import { dataFromJSON, parseTemplates, type TemplateData, TemplateError } from "../../../src/template/index.ts";
import type { RecordedCase } from "./fixtures.ts";

async function read(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await Bun.file(join(import.meta.dir, name)).arrayBuffer());
}

async function recorded(name: string): Promise<RecordedCase[]> {
  return JSON.parse(new TextDecoder().decode(Bun.gunzipSync(await read(name)))) as RecordedCase[];
}

const data = dataFromJSON(new TextDecoder().decode(await read("data.json")));
const builtIn = parseTemplates([]);

function render(c: RecordedCase, dot: TemplateData): Pick<RecordedCase, "out" | "err"> {
  try {
    const files = Object.entries(c.files ?? {}).map(([name, content]) => ({ name, content }));
    const set = files.length === 0 ? builtIn : parseTemplates(files);
    return { out: c.mode === "html" ? set.html(c.text, dot) : set.text(c.text, dot) };
  } catch (error) {
    if (error instanceof TemplateError) return { err: error.message };
    throw error;
  }
}

/** The cases in which we differ, with both answers, the first few of them. */
function differences(cases: readonly RecordedCase[]): unknown[] {
  const found: unknown[] = [];
  for (const c of cases) {
    const ours = render(c, data);
    if (ours.out === c.out && ours.err === c.err) continue;
    found.push({ mode: c.mode, text: c.text, theirs: c.out ?? c.err, ours: ours.out ?? ours.err });
    if (found.length === 5) break;
  }
  return found;
}

test("given the templates the real amtool rendered, when rendered here, then text and errors are the same", async () => {
  const cases = await recorded("golden.json.gz");
  expect(cases.length).toBeGreaterThan(2000);
  expect(differences(cases)).toEqual([]);
});

test("given random templates the real amtool rendered, when rendered here, then text and errors are the same", async () => {
  const cases = await recorded("fuzz.json.gz");
  expect(cases.length).toBeGreaterThan(1000);
  expect(differences(cases)).toEqual([]);
});

test("given random times and numbers the real amtool formatted, when formatted here, then the text is the same", async () => {
  const cases = await recorded("formats.json.gz");
  expect(cases.length).toBe(800);
  expect(differences(cases)).toEqual([]);
});
