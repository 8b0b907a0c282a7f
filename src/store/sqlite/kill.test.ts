import { afterAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSqliteStorage } from "./index.ts";

const directory = await mkdtemp(join(tmpdir(), "kill-"));
afterAll(() => rm(directory, { recursive: true }));

/** Runs the child until it has had `lines` commits acknowledged, kills it, and gives all it printed. */
async function killAfter(lines: number): Promise<number[]> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "kill-child.ts"), directory], { stdout: "pipe" });
  let printed = "";
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) {
    printed += decoder.decode(chunk, { stream: true });
    if (printed.split("\n").length > lines + 1) child.kill("SIGKILL");
  }
  await child.exited;
  const complete = printed.slice(0, printed.lastIndexOf("\n"));
  return complete.split("\n").slice(1).map(Number);
}

test("kill -9 loses nothing that was acknowledged, 15 times in a row on one file", async () => {
  const acknowledged = new Set<string>();
  for (let round = 0; round < 15; round++) {
    for (const n of await killAfter(1 + ((round * 97) % 300))) acknowledged.add(`A${n}`);

    const storage = await createSqliteStorage({ directory });
    const { alerts, silences } = await storage.load();
    await storage.close();

    const stored = new Set(alerts.map((a) => a.labels.get("alertname")));
    expect([...acknowledged].filter((name) => !stored.has(name))).toEqual([]);
    expect(stored.size).toBe(alerts.length);
    expect(silences.length).toBeGreaterThan(0);
  }
  expect(acknowledged.size).toBeGreaterThan(1_000);
}, 60_000);
