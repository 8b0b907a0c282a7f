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

/** Alerts that are hard to show: long, many-labelled, from right to left, without a name, and with what a browser might take for its own. */
export function strangeAlerts(): readonly PostableAlert[] {
  const times = { startsAt: new Date().toISOString(), endsAt: new Date(Date.now() + 3_600_000).toISOString() };
  const many = Object.fromEntries(Array.from({ length: 58 }, (_, n) => [`label_number_${n}`, `value-${n}`]));
  return [
    {
      ...times,
      labels: { alertname: "Long", severity: "critical", path: "/a/long/path".repeat(16), word: "x".repeat(200) },
      annotations: { summary: `A word of 200 characters: ${"y".repeat(200)}`, description: "z".repeat(500) },
    },
    { ...times, labels: { alertname: "Many", severity: "warning", ...many }, annotations: {} },
    {
      ...times,
      labels: { alertname: "تنبيه_القرص", severity: "warning", disk: "🔥 💾" },
      annotations: { summary: "القرص ممتلئ على الخادم db-1" },
    },
    {
      ...times,
      labels: { alertname: "<b>Markup</b>", severity: "<i>critical</i>", team: 'a"b\\c' },
      annotations: {
        summary: "<img src=x onerror=alert(1)> <script>alert(1)</script>",
        description: "See https://runbooks.example.com/markup?a=b&c=d, or (https://wiki.example.com/x).",
        dashboard: "javascript:alert(1)",
      },
      generatorURL: "javascript:alert(1)",
    },
    { ...times, labels: { instance: "nameless:9100" }, annotations: { description: "It has no alertname." } },
  ];
}
