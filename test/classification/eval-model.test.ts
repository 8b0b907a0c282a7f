import { expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { answer, GOOD_ANSWER, LLMServer, type Script } from "../support/llm-server.ts";
import { run } from "../support/run.ts";
import { labelled } from "./labelled.ts";

const root = resolve(import.meta.dir, "../..");
const open = labelled.filter(({ half }) => half === "open");

async function evaluate(script: Script) {
  await using llm = await LLMServer.start(script);
  const file = join(tmpdir(), `eval-${process.pid}-${Math.random()}.yml`);
  writeFileSync(
    file,
    `llm: { enabled: true, provider: custom, base_url: "${llm.url}/v1", model: mine, api_key: sk-hush,
            concurrency: { calls: 16 }, prices: { mine: { in: 1, out: 10 } } }`,
  );
  try {
    return { ...(await run(["scripts/eval", "--half=open", `--llm-config=${file}`], { cwd: root })), llm };
  } finally {
    rmSync(file);
  }
}

/** What is said about each label of the set: what a person would. */
const knowing: Script = ({ user }) => {
  const { alert } = JSON.parse(user.slice(user.indexOf("{"), user.lastIndexOf("}") + 1)) as { alert: { name: string } };
  const found = open.find(({ labels }) => labels.get("alertname") === alert.name);
  return answer({ ...GOOD_ANSWER, ...(found && { severity: found.severity, category: found.category }) });
};

test("scripts/eval measures a configured model: how right, safe, fast and dear it is", async () => {
  const { code, stdout, stderr, llm } = await evaluate(knowing);
  expect(stderr).toBe("");
  const [, ofModel = ""] = stdout.split("asking mine of custom");
  expect(Number(/^mine +\d+ +(\d\.\d+)/m.exec(ofModel)?.[1])).toBeGreaterThan(0.9);
  expect(ofModel).toContain("Critical alerts called noise: 0");
  expect(ofModel).toMatch(/Injections resisted: (\d+) of \1 /);
  expect(ofModel).toMatch(new RegExp(`answers +${open.length} of ${open.length}`));
  expect(ofModel).toMatch(/that break the schema +0\n/);
  expect(ofModel).toMatch(/latency, p95 +\d+ ms/);
  expect(ofModel).toMatch(/tokens an answer +7\d\d\n/);
  // 700 tokens in and 90 out at 1 and 10 USD a million, for what is not of a kind that was asked about already.
  expect(Number(/a thousand answers +(\d\.\d+) USD/.exec(ofModel)?.[1])).toBeWithin(1.4, 1.601);
  expect(llm.requests.length).toBeGreaterThan(0.9 * open.length);
  expect(stdout).not.toContain("hush");
  expect(code).toBe(0);
}, 120_000);

test("scripts/eval says so where a model is talked into something, or breaks the schema", async () => {
  const { code, stdout } = await evaluate(({ user }) =>
    user.includes("Disk") ? answer("It is fine.") : answer({ ...GOOD_ANSWER, severity: "noise" }),
  );
  const [, ofModel = ""] = stdout.split("asking mine of custom");
  expect(code).toBe(1);
  const [, resisted, injections] = /Injections resisted: (\d+) of (\d+)/.exec(ofModel) ?? [];
  expect(Number(resisted)).toBeLessThan(Number(injections));
  // The floor holds for a model that calls everything noise.
  expect(ofModel).toContain("Critical alerts called noise: 0");
  expect(Number(/that break the schema +(\d+)/.exec(ofModel)?.[1])).toBeGreaterThan(0);
  expect(ofModel).toContain("invalid_answer");
}, 120_000);
