import { expect, test } from "bun:test";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { COMPAT_VERSION } from "../../src/server/version.ts";
import { run } from "../support/run.ts";
import { dockerContext, readWorkflow, WORKFLOWS } from "./workflow.ts";

const ROOT = join(import.meta.dir, "../..");

for (const file of readdirSync(WORKFLOWS)) {
  test(`${file}: its scripts can be read, what they call is there, and it may change nothing unless it says so`, async () => {
    const { jobs, permissions } = readWorkflow(file);
    expect(permissions).toEqual({ contents: "read" });
    for (const { run: script } of Object.values(jobs).flatMap(({ steps }) => steps)) {
      if (script === undefined) continue;
      // Names of branches and the like are others' to choose: they come in as variables, never as a part of the script.
      const filled = script.replaceAll(/\$\{\{ matrix\.\w+ \}\}/g, "x");
      expect(filled).not.toContain("${{");
      expect(await run(["bash", "-n", "-c", filled])).toMatchObject({ code: 0, stderr: "" });
      for (const [path] of script.matchAll(/(?<![\w/])(?:\.ci|scripts|test|packaging)\/[\w./-]*\w/g)) {
        expect({ path, exists: existsSync(join(ROOT, path)) }).toEqual({ path, exists: true });
      }
    }
  });

  test(`${file}: the actions of others are named by commits, and leave no credentials in the checkout`, () => {
    const text = readFileSync(join(WORKFLOWS, file), "utf8");
    const uses = text.match(/uses: .*/g) ?? [];
    expect(uses.length).toBeGreaterThan(0);
    for (const used of uses) expect(used).toMatch(/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    for (const { uses: action = "", with: inputs } of Object.values(readWorkflow(file).jobs).flatMap(
      (job) => job.steps,
    )) {
      if (action.startsWith("actions/checkout@")) expect(inputs).toMatchObject({ "persist-credentials": false });
    }
  });
}

/** The tag of a release, and whether scripts/release takes it. */
const tags: readonly [tag: string, fits: boolean][] = [
  [`v${COMPAT_VERSION}-amp1`, true],
  [`v${COMPAT_VERSION}-amp12`, true],
  [`${COMPAT_VERSION}-amp1`, false],
  [`v${COMPAT_VERSION}`, false],
  [`v${COMPAT_VERSION}-amp`, false],
  [`v${COMPAT_VERSION}-amp1-rc1`, false],
  ["v0.1.0-amp1", false],
  ["latest", false],
];

test.each(tags)("a release of %s: %p", async (tag, fits) => {
  const [pattern = ""] = readWorkflow("release.yml").on.push.tags ?? [];
  // A tag of another release of Alertmanager starts the workflow, which then ends with what the script says.
  const starts = new RegExp(`^${pattern.replaceAll(".", "\\.")}$`).test(tag);
  expect(starts).toBe(fits || tag === "v0.1.0-amp1");
  if (fits) return;
  const refused = await run([join(ROOT, "scripts/release"), tag]);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/^usage: scripts\/release vX\.Y\.Z-ampN|^Cannot release/);
});

test("the executable is built from what .dockerignore lets through", async () => {
  expect(readFileSync(join(ROOT, ".dockerignore"), "utf8").split("\n")).toContain("**/*.test.ts");
  const context = mkdtempSync(join(tmpdir(), "alertmanager-test-context-"));
  try {
    for (const path of dockerContext()) {
      const filter = (source: string) => !source.endsWith(".test.ts");
      cpSync(join(ROOT, path), join(context, path), { recursive: true, filter });
    }
    // What the Dockerfile has installed before it copies the rest.
    symlinkSync(join(ROOT, "node_modules"), join(context, "node_modules"));
    const env = { PATH: `${dirname(process.execPath)}:${process.env["PATH"]}`, HOME: context, REVISION: "abc" };
    expect(await run([join(context, "scripts/build")], { env, withinMs: 280_000 })).toMatchObject({ code: 0 });
    const { stdout } = await run([join(context, "dist/alertmanager"), "--version"]);
    expect(stdout).toContain("revision: abc)");
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}, 300_000);
