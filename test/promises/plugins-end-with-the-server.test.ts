import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createLaunch } from "../../src/plugins/process.ts";
import { openPlugin, pluginDirectory } from "../../src/plugins/plugins-harness.ts";
import { program } from "../support/server.ts";
import { eventually } from "../support/wait.ts";

const source = join(import.meta.dir, "../../src/plugins");

/** Tells the numbers of its process and of one it has started, and then runs `body`. */
const telling = (file: string, body: string) => `
  import { writeFileSync } from "node:fs";
  const child = Bun.spawn(["/bin/sleep", "300"], { env: {} });
  writeFileSync(${JSON.stringify(file)}, process.pid + " " + child.pid);
  export default { name: "it", apiVersion: 1, publisher: { publish: () => { ${body} } } };
`;

/** One that nobody has waited for yet is gone as well. */
function isGone(pid: number): boolean {
  const file = `/proc/${pid}/status`;
  return !existsSync(file) || /^State:\s+Z/m.test(readFileSync(file, "utf8"));
}

const pidsIn = (file: string) => {
  const pids = existsSync(file) ? readFileSync(file, "utf8").split(" ").map(Number) : [];
  return pids.length === 2 ? pids : undefined;
};

test.each([
  ["waits", ""],
  ["spins", "for (;;);"],
])("a plugin that %s ends with a server that is killed", async (_, body) => {
  using files = pluginDirectory();
  const pidFile = `${files.directory}/pids`;
  const path = files.write("plugin.ts", telling(pidFile, `${body} return { ok: true };`));
  // The part of the server that has plugins, in a process of its own.
  const server = files.write(
    "server.ts",
    `import { createLaunch } from "${source}/process.ts";
     import { openPlugin } from "${source}/plugins-harness.ts";
     await openPlugin(${JSON.stringify(path)}, createLaunch([${JSON.stringify(program)}]), { timeout: 60_000 }).publish();
     setInterval(() => {}, 1000);`,
  );
  const child = Bun.spawn([process.execPath, server], { stdin: "ignore", stdout: "ignore", stderr: "inherit" });
  const pids = await eventually("the plugin runs", () => pidsIn(pidFile));
  child.kill("SIGKILL");
  await child.exited;
  await eventually("the plugin's process is gone", () => isGone(pids[0] as number));
  if (body === "") await eventually("what it started is gone", () => isGone(pids[1] as number));
  else process.kill(pids[1] as number, "SIGKILL");
});

test.each([
  ["SIGTERM is enough", ""],
  ["it does not listen", `process.on("SIGTERM", () => {});`],
])("the plugin and what it started are gone after a stop: %s", async (_, before) => {
  using files = pluginDirectory();
  const pidFile = `${files.directory}/pids`;
  const path = files.write("plugin.ts", `${telling(pidFile, "return { ok: true };")}\n${before}`);
  const plugin = openPlugin(path, createLaunch([program]));
  expect(await plugin.publish()).toEqual({ ok: true });
  const pids = pidsIn(pidFile) ?? [];
  await plugin[Symbol.asyncDispose]();
  expect(isGone(pids[0] as number)).toBe(true);
  // It was ended as well; the system may take a moment to bury it.
  await eventually("what it started is gone", () => isGone(pids[1] as number));
  expect(await plugin.publish()).toMatchObject({
    ok: false,
    error: "plugin mine: it is not running: it has been stopped",
  });
});
