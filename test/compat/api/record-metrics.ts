import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../support/port.ts";

// Records which metrics an Alertmanager shows when it has just started, without their values:
//   bun test/compat/api/record-metrics.ts /path/to/alertmanager

const [binary] = process.argv.slice(2);
if (binary === undefined) throw new Error("usage: bun test/compat/api/record-metrics.ts /path/to/alertmanager");

const CLUSTER = ["--cluster.listen-address=127.0.0.1:0", "--cluster.peer-name=me"];
const ALONE = ["--cluster.listen-address="];
const VARIANTS: Readonly<Record<string, readonly string[]>> = {
  alone: ALONE,
  cluster: CLUSTER,
  "event-recorder": [...ALONE, "--enable-feature=event-recorder"],
  "receiver-names": [...ALONE, "--enable-feature=receiver-name-in-metrics,group-key-in-metrics,alert-names-in-metrics"],
};

for (const [name, flags] of Object.entries(VARIANTS)) {
  const port = await freePort();
  const storage = mkdtempSync(join(tmpdir(), "record-"));
  const server = Bun.spawn(
    [
      binary,
      `--config.file=${join(import.meta.dir, "alertmanager.yml")}`,
      `--storage.path=${storage}`,
      `--web.listen-address=127.0.0.1:${port}`,
      ...flags,
    ],
    { stderr: "ignore", env: { TZ: "UTC" } },
  );
  try {
    const text = await scrape(port);
    writeFileSync(join(import.meta.dir, "recorded", `metrics-${name}.txt`), withoutValues(text));
  } finally {
    server.kill();
    await server.exited;
    rmSync(storage, { recursive: true, force: true });
  }
}

async function scrape(port: number): Promise<string> {
  for (;;) {
    try {
      return await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    } catch {
      await Bun.sleep(20);
    }
  }
}

/** The runtime's own metrics are left out: ours is another. */
function withoutValues(text: string): string {
  return text
    .split("\n")
    .filter((line) => !/^(?:# (?:HELP|TYPE) )?(?:go|process)_/.test(line))
    .map((line) => (line.startsWith("#") ? line : line.replace(/ \S+$/, "")))
    .join("\n");
}
