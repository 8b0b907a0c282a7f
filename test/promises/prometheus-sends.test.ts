import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { getAlerts } from "../support/api.ts";
import { freePort } from "../support/port.ts";
import { startServer } from "../support/server.ts";
import { eventually } from "../support/wait.ts";
import { alertLines, hookConfig, WebhookReceiver } from "../support/webhook.ts";

// A real Prometheus: the one PROMETHEUS names, or the one on the PATH (Debian: apt-get install prometheus).
const prometheus = process.env.PROMETHEUS ?? Bun.which("prometheus") ?? undefined;
if (prometheus === undefined)
  console.log("prometheus-sends: not run, no prometheus on the PATH nor named by PROMETHEUS");

const rules = (threshold: number) => `
groups:
  - name: test
    interval: 1s
    rules:
      - alert: AlwaysOn
        expr: vector(1) > ${threshold}
        labels: { severity: page }
        annotations: { summary: "value is {{ $value }}" }
`;

test.skipIf(prometheus === undefined)(
  "what a real Prometheus finds is notified, kept over a restart, and notified as resolved when it is over",
  async () => {
    await using hook = new WebhookReceiver();
    await using server = await startServer({
      config: hookConfig(hook.url),
    });
    const directory = join(server.directory, "prometheus");
    mkdirSync(directory);
    const ruleFile = join(directory, "rules.yml");
    writeFileSync(ruleFile, rules(0));
    writeFileSync(
      join(directory, "prometheus.yml"),
      `
global: { external_labels: { replica: a } }
alerting:
  alertmanagers:
    - static_configs: [{ targets: ["127.0.0.1:${server.port}"] }]
rule_files: [${ruleFile}]
`,
    );
    const child = Bun.spawn(
      [
        prometheus as string,
        `--config.file=${join(directory, "prometheus.yml")}`,
        `--storage.tsdb.path=${join(directory, "data")}`,
        `--web.listen-address=127.0.0.1:${await freePort()}`,
        "--rules.alert.resend-delay=1s",
      ],
      { stdin: "ignore", stdout: "ignore", stderr: Bun.file(join(directory, "log")) },
    );
    try {
      const first = await hook.take({ withinMs: 40_000 });
      expect(alertLines(first.message)).toEqual(["firing alertname=AlwaysOn replica=a severity=page"]);
      expect(first.message.alerts[0]?.annotations).toEqual({ summary: "value is 1" });
      expect((await getAlerts(server))[0]?.labels.alertname).toBe("AlwaysOn");
      expect(await hook.untaken(2_500)).toEqual([]);

      await server.kill();
      await server.start();
      // There at once, without Prometheus sending it again.
      expect(await getAlerts(server)).toHaveLength(1);
      expect(await hook.untaken(2_500)).toEqual([]);

      writeFileSync(ruleFile, rules(1));
      child.kill("SIGHUP");
      const last = await hook.take({ withinMs: 40_000 });
      expect(last.message.status).toBe("resolved");
      await eventually("it is gone", async () => (await getAlerts(server)).length === 0);
      expect(await hook.untaken(1_500)).toEqual([]);
    } finally {
      child.kill("SIGKILL");
      await child.exited;
    }
  },
  120_000,
);
