// Asks the classifier about a few alerts, without a server, and prints what it says.
// usage: bun try.ts [alerts.json], as `amtool alert query -o json` prints them
import { readFileSync } from "node:fs";
import type { Alert } from "../plugin-api.ts";
import plugin from "./classifier.ts";

const SOME: readonly Pick<Alert, "labels" | "annotations">[] = [
  {
    labels: { alertname: "PostgresReplicaLagging", severity: "warning", instance: "db-2:9187" },
    annotations: { summary: "The replica db-2 is 90 s behind its primary." },
  },
  {
    labels: { alertname: "VolumeAlmostFull", severity: "critical", device: "/dev/sdb1" },
    annotations: { description: "The filesystem on /dev/sdb1 has 2 % of its space left." },
  },
  { labels: { alertname: "TeaIsCold" }, annotations: {} },
];

const [file] = process.argv.slice(2);
const alerts = file === undefined ? SOME : (JSON.parse(readFileSync(file, "utf8")) as readonly Alert[]);
const none = {
  severity: "warning",
  category: "unknown",
  confidence: 0,
  reason: "",
  recommendations: [],
  rule: "",
} as const;
for (const { labels, annotations } of alerts) {
  const alert = { startsAt: "", endsAt: "", generatorURL: "", fingerprint: "", labels, annotations };
  const context = { options: {}, signal: new AbortController().signal, rules: none };
  const verdict = await plugin.classifier?.classify(alert, context);
  console.log(
    `${labels["alertname"]}: ${verdict === undefined ? "not sure" : `${verdict.severity}, ${verdict.category}`}`,
  );
  if (verdict !== undefined) console.log(`  (confidence ${verdict.confidence.toFixed(2)}) ${verdict.reason}`);
}
