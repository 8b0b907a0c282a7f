import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../support/port.ts";
import type { Scenario } from "./exchange.ts";
import { runScenario } from "./run-scenario.ts";
import { SCENARIOS } from "./scenarios/index.ts";

// Records what an Alertmanager answers to every scenario:
//   bun test/compat/api/record.ts /path/to/alertmanager [scenario…]

const [binary, ...names] = process.argv.slice(2);
if (binary === undefined) throw new Error("usage: bun test/compat/api/record.ts /path/to/alertmanager [scenario…]");

const here = import.meta.dir;
mkdirSync(join(here, "recorded"), { recursive: true });
for (const scenario of SCENARIOS) {
  if (names.length > 0 && !names.includes(scenario.name)) continue;
  await record(binary, scenario);
}

async function record(program: string, scenario: Scenario): Promise<void> {
  const port = await freePort();
  const storage = mkdtempSync(join(tmpdir(), "record-"));
  const server = Bun.spawn(
    [
      program,
      `--config.file=${join(here, "alertmanager.yml")}`,
      `--storage.path=${storage}`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--cluster.listen-address=",
      ...(scenario.routePrefix === undefined ? [] : [`--web.route-prefix=${scenario.routePrefix}`]),
    ],
    { stderr: "ignore", env: { TZ: "UTC" } },
  );
  try {
    await answering(port);
    const answers = await runScenario(scenario, { host: "127.0.0.1", port }, () => Bun.sleep(5));
    const lines = answers.map((answer) => JSON.stringify(answer));
    writeFileSync(join(here, "recorded", `${scenario.name}.json`), `[\n${lines.join(",\n")}\n]\n`);
    console.log(`${scenario.name}: ${answers.length} exchanges`);
  } finally {
    server.kill();
    await server.exited;
    rmSync(storage, { recursive: true, force: true });
  }
}

async function answering(port: number): Promise<void> {
  for (;;) {
    try {
      await fetch(`http://127.0.0.1:${port}/`);
      return;
    } catch {
      await Bun.sleep(20);
    }
  }
}
