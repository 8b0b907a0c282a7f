import { expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { parsePlusConfig } from "../../src/config/plus.ts";
import { alertOf, silenceOf, T0 } from "../../src/store/fixtures.ts";
import { createSqliteStorage } from "../../src/store/sqlite/index.ts";
import { CHART } from "../support/kubernetes-helm.ts";

const MIB = 2 ** 20;

test("what the defaults store lives within the default claim, with history as long as there can be", async () => {
  const { persistence } = parse(readFileSync(join(CHART, "values.yaml"), "utf8")) as { persistence: { size: string } };
  expect(persistence.size).toBe("50Mi");
  const directory = mkdtempSync(join(tmpdir(), "alertmanager-test-claim-"));
  try {
    const { retention, max_size } = parsePlusConfig("", {}).history;
    const storage = await createSqliteStorage({ directory, historyRetention: retention, historyMaxBytes: max_size });
    const size = () => readdirSync(directory).reduce((sum, file) => sum + statSync(join(directory, file)).size, 0);
    let largest = 0;
    let written = 0;
    const detail = { receiver: "team", integration: "webhook", status: 200, group: "x".repeat(300) };
    for (let batch = 0; written < 40 * MIB; batch++) {
      const history = Array.from({ length: 500 }, (_, i) => ({
        at: T0 + batch * 500 + i,
        kind: "notification" as const,
        subject: `{alertname="Down"}:${batch}-${i}`,
        detail,
      }));
      // Beside them, as many alerts and silences as a large installation has at a time, changed again and again.
      const alerts = Array.from({ length: 100 }, (_, i) =>
        alertOf({
          alertname: "Down",
          instance: `node-${(batch * 100 + i) % 5_000}`,
          namespace: "monitoring",
          severity: "page",
        }),
      );
      await storage.commit({ history, alerts, silences: [silenceOf(`silence-${batch % 500}`)] });
      written += history.length * JSON.stringify(history[0]).length;
      largest = Math.max(largest, size());
    }
    await storage.close();
    // Half of it is left, for what a file system keeps for itself and for more alerts than these.
    expect(largest).toBeLessThan(25 * MIB);
    // There was something to be cut.
    expect(written).toBeGreaterThan(4 * max_size);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}, 60_000);
