import type { PostableAlert } from "../support/api.ts";

const NAMES = [
  ["HighErrorRate", "critical"],
  ["DiskFull", "warning"],
  ["PodCrashLooping", "warning"],
  ["NodeDown", "critical"],
  ["LatencyHigh", "warning"],
  ["CertificateExpiring", "info"],
  ["JobFailed", "warning"],
  ["ReplicationLag", "critical"],
] as const;
const TEAMS = ["db", "web", "edge", "batch", "core"];

/** Alerts as a middling installation has them, the same with each call but for their times. */
export function someAlerts(count: number): readonly PostableAlert[] {
  const now = Date.now();
  return Array.from({ length: count }, (_, n) => {
    const [alertname, severity] = NAMES[n % NAMES.length] ?? NAMES[0];
    const node = `node-${Math.floor(n / 5)}`;
    return {
      labels: {
        alertname,
        severity,
        team: TEAMS[(n >> 3) % TEAMS.length] ?? "",
        cluster: ["eu-1", "eu-2", "us-1"][n % 3] ?? "",
        instance: `${node}.example.com:9100`,
        namespace: `ns-${n % 17}`,
        pod: `pod-${n}`,
      },
      annotations: {
        summary: `${alertname} on ${node}`,
        description: "Above its limit for ten minutes.",
        runbook_url: `https://runbooks.example.com/${alertname}`,
      },
      startsAt: new Date(now - ((n * 37_000) % 86_400_000)).toISOString(),
      endsAt: new Date(now + 3_600_000).toISOString(),
      generatorURL: "http://prometheus.example.com/graph",
    };
  });
}
