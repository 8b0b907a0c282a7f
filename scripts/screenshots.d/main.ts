// Called by scripts/screenshots, which says what it does. usage: bun scripts/screenshots.d/main.ts DIRECTORY
import { join } from "node:path";
import { getAlerts, postAlerts, request } from "../../test/support/api.ts";
import { freePort } from "../../test/support/port.ts";
import { Server } from "../../test/support/server.ts";
import { eventually } from "../../test/support/wait.ts";
import { WebhookReceiver } from "../../test/support/webhook.ts";
import { someAlerts } from "../../test/ui/alerts.ts";
import { launch, Visit } from "../../test/ui/browser.ts";
import { hasFaketime, inThePast } from "../../test/ui/faketime.ts";

const [, , directory = ""] = process.argv;
if (directory === "") throw new Error("usage: bun scripts/screenshots.d/main.ts DIRECTORY");

await using hook = new WebhookReceiver(({ path }) =>
  path === "/db" ? new Response("the hook of the team is gone", { status: 502 }) : new Response(),
);
const config = `
route:
  receiver: mail
  group_by: [alertname, cluster]
  group_wait: 100ms
  group_interval: 5m
  repeat_interval: 4h
  routes:
    - matchers: [severity="critical"]
      receiver: pager
      group_wait: 200ms
      routes:
        - {matchers: [team="db"], receiver: db-oncall, continue: true}
    - {matchers: ['team=~"web|edge"'], receiver: web-chat}
    - {matchers: [team="batch"], receiver: batch-hook, mute_time_intervals: [always]}
time_intervals:
  - {name: always, time_intervals: [{times: [{start_time: '00:00', end_time: '24:00'}]}]}
inhibit_rules:
  - {name: node-down, source_matchers: [alertname="NodeDown"], target_matchers: [severity="warning"], equal: [instance]}
receivers:
  - {name: mail, webhook_configs: [{url: '${hook.url}'}]}
  - {name: pager, webhook_configs: [{url: '${hook.url}'}]}
  - {name: db-oncall, webhook_configs: [{url: '${hook.url}db'}]}
  - {name: web-chat, webhook_configs: [{url: '${hook.url}'}]}
  - {name: batch-hook, webhook_configs: [{url: '${hook.url}'}]}
`;

/** How many alerts fired so many hours ago: a quiet day with a storm in it. */
const DAY: readonly (readonly [number, number])[] = [
  [22, 6],
  [19, 14],
  [16, 9],
  [13, 120],
  [12.5, 90],
  [12, 40],
  [9, 12],
  [6, 18],
  [3, 8],
];

const env: Record<string, string> = {};
await using server = new Server({ config, env }, await freePort());
if (hasFaketime) {
  for (const [hours, count] of DAY) {
    Object.assign(env, inThePast(hours * 3600));
    await server.start();
    const at = Date.now() - hours * 3_600_000;
    const times = { startsAt: new Date(at).toISOString(), endsAt: new Date(at + 1_200_000).toISOString() };
    const told = hook.requests.length;
    await postAlerts(server, ...someAlerts(count).map((alert) => Object.assign({}, alert, times)));
    await eventually("somebody was told", () => hook.requests.length > told);
    await server.stop();
  }
  for (const name of Object.keys(env)) delete env[name];
}
await server.start();
await postAlerts(server, ...someAlerts(240));

const post = (path: string, body: unknown) => request(server, "POST", `/api/plus/v1${path}`, body);
const silence = (name: string, comment: string, createdBy: string, hours: number) =>
  post("/silences", {
    matchers: `{alertname="${name}"}`,
    startsAt: new Date().toISOString(),
    endsAt: new Date(Date.now() + hours * 3_600_000).toISOString(),
    createdBy,
    comment,
  });
await silence("JobFailed", "Jobs are being moved to the new cluster", "ann", 3);
await silence("CertificateExpiring", "Renewed on Thursday with the release", "bob", 52);
await post("/silences/schedules", {
  name: "Backup",
  matchers: '{alertname="DiskFull"}',
  comment: "The backup fills the disks",
  createdBy: "ann",
  timeZone: "Europe/Berlin",
  weekly: [{ days: ["saturday", "wednesday"], from: "02:00", duration: "1h" }],
});
const failing = await getAlerts(server, { filter: ['alertname="ReplicationLag"', 'team="db"'] });
await eventually("a receiver has failed", () => hook.requests.some(({ path }) => path === "/db"));

const PAGES = {
  alerts: "/alerts",
  groups: "/alerts?group=alertname,cluster&inhibited=true&muted=true",
  alert: `/alerts/${failing[0]?.fingerprint ?? ""}`,
  silence: "/silences/new?filter=%7Balertname%3D%22DiskFull%22%7D",
  calendar: "/silences/calendar",
  routing: `/routes?labels=${encodeURIComponent(JSON.stringify({ severity: "critical", team: "db" }))}`,
  configuration: "/config?section=change",
  history: "/history",
  notifications: "/notifications",
};

await using browser = await launch();
for (const colorScheme of ["light", "dark"] as const) {
  await using visit = await Visit.begin(browser, server, { colorScheme, viewport: { width: 1200, height: 720 } });
  const { page } = visit;
  for (const [name, hash] of Object.entries(PAGES)) {
    await visit.open(hash);
    await page.locator(".live-live").waitFor();
    await page.locator(".loading").first().waitFor({ state: "detached" });
    if (name === "configuration") {
      await page.getByLabel("alertmanager.yml").fill(config.replace('team="batch"', 'team="night"'));
      await page.getByRole("heading", { name: "What it would do to the alerts of now" }).scrollIntoViewIfNeeded();
      await page.evaluate("scrollTo(0, document.querySelector('#effect').getBoundingClientRect().top + scrollY - 120)");
    }
    if (name === "history") await page.locator("canvas").waitFor();
    await page.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))");
    await page.screenshot({ path: join(directory, `${name}-${colorScheme}.png`) });
  }
  if (visit.complaints.length > 0) throw new Error(`the page complains: ${visit.complaints.join("; ")}`);
}
process.exit(0);
