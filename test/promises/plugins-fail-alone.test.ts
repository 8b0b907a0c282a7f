import { expect, test } from "bun:test";
import { createLaunch } from "../../src/plugins/process.ts";
import { alertOf, openPlugin, pluginDirectory } from "../../src/plugins/plugins-harness.ts";
import { program } from "../support/server.ts";
import { eventually } from "../support/wait.ts";

const launch = createLaunch([program]);

/** A plugin whose classifier runs `body` and then has a verdict, with the number of its process for a reason. */
function classifier(body: string, before = ""): string {
  const verdict = `{ severity: "info", category: "network", confidence: 1, reason: String(process.pid), recommendations: [] }`;
  return `
    ${before}
    export default { name: "it", apiVersion: 1, classifier: { async classify({ labels }) { ${body}; return ${verdict}; } } };
  `;
}

const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

test("what a plugin throws in a call is that call's failure and nobody else's", async () => {
  using files = pluginDirectory();
  const path = files.write("throws.ts", classifier(`if (labels.alertname === "Bad") throw new Error("no idea")`));
  await using plugin = openPlugin(path, launch);
  const before = await plugin.classify();
  expect(await plugin.classify(alertOf({ alertname: "Bad" }))).toBeUndefined();
  expect(await plugin.classify()).toEqual(before);
  expect(plugin.metric("calls_total", "mine", "error")).toBe(1);
  expect(plugin.metric("restarts_total", "mine")).toBe(0);
});

test.each([
  ["throws", `setTimeout(() => { throw new Error("later") }, 1)`, "outside of a call it threw Error: later"],
  ["rejects", `void Promise.reject(new Error("later"))`, "outside of a call it threw Error: later"],
  ["exits", `setTimeout(() => process.exit(3), 1)`, "it exited with 3"],
  ["crashes", `setTimeout(() => process.kill(process.pid, "SIGSEGV"), 1)`, "it was ended by SIGSEGV"],
])("a plugin that %s outside of a call is reported and started again", async (_, body, reason) => {
  using files = pluginDirectory();
  const path = files.write("throws.ts", classifier(body));
  await using plugin = openPlugin(path, launch);
  expect(await plugin.classify()).toBeDefined();
  await eventually("it is down", () => plugin.metric("up", "mine") === 0);
  expect(plugin.text()).toContain(`msg="Plugin ended" component=plugin plugin=mine reason="${reason}" restart_in=1s`);
  // In between, nobody waits.
  expect(await plugin.publish()).toEqual({
    ok: false,
    retry: true,
    error: `plugin mine: it is not running: ${reason}`,
    reason: "other",
  });
  expect((await eventually("it runs again", () => plugin.classify()))?.severity).toBe("info");
  expect(plugin.metric("restarts_total", "mine")).toBe(1);
});

test("a plugin that spins is ended when its time is over, and whoever asked hears of it", async () => {
  using files = pluginDirectory();
  const path = files.write("spins.ts", classifier(`if (labels.alertname === "Bad") for (;;);`));
  await using plugin = openPlugin(path, launch, { timeout: 200 });
  const pid = Number((await plugin.classify())?.reason);
  expect(await plugin.classify(alertOf({ alertname: "Bad" }))).toBeUndefined();
  expect(plugin.text()).toContain('reason="it did not answer within 200ms"');
  expect(plugin.metric("calls_total", "mine", "timeout")).toBe(1);
  await eventually("the process is gone", () => isGone(pid));
  const again = await eventually("it runs again", () => plugin.classify());
  expect(Number(again?.reason)).not.toBe(pid);
});

test("a plugin that waits for ever is told when its time is over, and goes on if it listens", async () => {
  using files = pluginDirectory();
  const path = files.write(
    "waits.ts",
    `const hang = (signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
     export default { name: "it", apiVersion: 1, publisher: { publish: (_, { signal }) => hang(signal) } };`,
  );
  await using plugin = openPlugin(path, launch, { timeout: 100 });
  expect(await plugin.publish()).toMatchObject({ ok: false, retry: true });
  expect(plugin.metric("calls_total", "mine", "error")).toBe(1);
  expect(plugin.metric("up", "mine")).toBe(1);
  expect(plugin.metric("restarts_total", "mine")).toBe(0);
});

test("a plugin that leaks is ended at its limit", async () => {
  using files = pluginDirectory();
  const grow = `setInterval(() => kept.push(new Uint8Array(8 << 20).fill(1)), 5);`;
  const path = files.write("leaks.ts", classifier("", `const kept = []; ${grow}`));
  await using plugin = openPlugin(path, launch, { memory: 128 * 2 ** 20 });
  await eventually("it is reported", () => /of memory; it may have 128MiB/.test(plugin.text()), { withinMs: 40_000 });
  const [, used = ""] = /it used ([0-9]+)MiB/.exec(plugin.text()) ?? [];
  expect(Number(used)).toBeGreaterThan(128);
  expect(Number(used)).toBeLessThan(1024);
  expect(plugin.metric("up", "mine")).toBe(0);
}, 60_000);

test("a file that is no plugin is reported and tried again, and takes nothing down", async () => {
  using files = pluginDirectory();
  const cases = {
    "syntax.ts": ["export default {", "found end of file"],
    "none.ts": ["export const plugin = 1;", "the file has no default export"],
    "newer.ts": [`export default { name: "it", apiVersion: 2 };`, "its apiVersion is 2; expected 1"],
    "idle.ts": [
      `export default { name: "it", apiVersion: 1 };`,
      "it has neither classifier.classify nor publisher.publish",
    ],
    "throws.ts": [`throw new Error("not today");`, "Error: not today"],
  } as const;
  for (const [name, [text, reason]] of Object.entries(cases)) {
    await using plugin = openPlugin(files.write(name, text), launch);
    expect(await plugin.classify()).toBeUndefined();
    expect(plugin.text()).toContain("Plugin ended");
    expect(plugin.text()).toContain(reason);
  }
  await using missing = openPlugin(`${files.directory}/nosuch.ts`, launch);
  expect(await missing.classify()).toBeUndefined();
  expect(missing.text()).toContain("Cannot find module");
  await using nowhere = openPlugin("/nosuch/plugin.ts", launch);
  expect(await nowhere.classify()).toBeUndefined();
  expect(nowhere.text()).toContain("it cannot be started");
});

test("a plugin that writes without end fills neither the log nor the memory", async () => {
  using files = pluginDirectory();
  const path = files.write("writes.ts", classifier("", `setInterval(() => console.log("x".repeat(10_000)), 0);`));
  await using plugin = openPlugin(path, launch);
  expect(await plugin.classify()).toBeDefined();
  await eventually("lines are left out", () => plugin.text().includes("it writes too many"), { withinMs: 40_000 });
  expect(plugin.text().length).toBeLessThan(400_000);
}, 60_000);
