import { afterAll, describe, expect, test } from "bun:test";

import { NOW, runAmtool, temporaryFiles } from "./amtool-harness.ts";

const files = temporaryFiles();
afterAll(() => files.remove());

const MINUTE = 60_000;

/** ISO time, minutes after the start of the runs. */
function at(minutes: number): string {
  return new Date(NOW + minutes * MINUTE).toISOString();
}

const RECEIVERS = `
receivers:
  - name: team
    webhook_configs: [{url: 'http://localhost:1/'}]
  - name: pager
    webhook_configs: [{url: 'http://localhost:1/'}, {url: 'http://localhost:2/', send_resolved: false}]
  - name: nobody
`;

const PLAIN = `
route: {receiver: team, group_by: [alertname], group_wait: 30s, group_interval: 5m, repeat_interval: 1h}
${RECEIVERS}`;

interface Simulated {
  readonly startsAt: string;
  readonly endsAt: string;
  readonly quiet: boolean;
  readonly notifications: readonly {
    readonly at: string;
    readonly receiver: string;
    readonly integration: string;
    readonly reason: string;
    readonly groupKey: string;
    readonly firing: readonly Readonly<Record<string, string>>[];
    readonly resolved: readonly Readonly<Record<string, string>>[];
  }[];
  readonly suppressed: Readonly<Record<string, number>>;
  readonly neverNotified: readonly Readonly<Record<string, string>>[];
}

async function simulate(config: string, alerts: unknown, ...flags: readonly string[]): Promise<Simulated> {
  const paths = [`--config.file=${files.write("c.yml", config)}`, `--alerts=${files.write("a.json", alerts)}`];
  const { code, stdout, stderr } = await runAmtool(["simulate", ...paths, "-o", "json", ...flags]);
  expect([code, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout) as Simulated;
}

/** Seconds after the start, receiver, reason, firing and resolved instances of each notification. */
function sent({ notifications }: Simulated) {
  const instances = (labels: readonly Readonly<Record<string, string>>[]) => labels.map((l) => l["instance"]).join(" ");
  return notifications.map(({ at, receiver, integration, reason, firing, resolved }) => [
    (Date.parse(at) - NOW) / 1000,
    `${receiver}/${integration}`,
    reason,
    instances(firing),
    instances(resolved),
  ]);
}

function alert(instance: string, startsIn: number, endsIn?: number, more: Readonly<Record<string, string>> = {}) {
  const labels = { alertname: "Down", instance, ...more };
  return { labels, startsAt: at(startsIn), ...(endsIn !== undefined && { endsAt: at(endsIn) }) };
}

test("an alert is notified after group_wait and resolved with the next group_interval; then the run is quiet", async () => {
  const run = await simulate(PLAIN, [alert("a", 0, 7)]);
  expect(sent(run)).toEqual([
    [30, "team/webhook[0]", "first notification", "a", ""],
    [30 + 600, "team/webhook[0]", "all alerts resolved", "", "a"],
  ]);
  expect(run.quiet).toBe(true);
  expect(run.notifications[0]?.groupKey).toBe('{}:{alertname="Down"}');
  expect(Date.parse(run.endsAt)).toBeLessThan(NOW + 13 * MINUTE);
});

test("alerts that start later join their group; some of them resolve", async () => {
  expect(sent(await simulate(PLAIN, [alert("a", 0, 20), alert("b", 2, 8)]))).toEqual([
    [30, "team/webhook[0]", "first notification", "a", ""],
    [330, "team/webhook[0]", "new alerts added", "a b", ""],
    [630, "team/webhook[0]", "some alerts resolved", "a", "b"],
    [1230, "team/webhook[0]", "all alerts resolved", "", "a"],
  ]);
});

test("a notification is repeated with the first flush after repeat_interval, to the end of the run", async () => {
  const run = await simulate(PLAIN, [alert("a", 0, 10_000)], "--duration=3h");
  expect(sent(run)).toEqual([
    [30, "team/webhook[0]", "first notification", "a", ""],
    // 13 flushes each: the 12th comes just when the interval is over, not after it (spec §6.6).
    [30 + 13 * 300, "team/webhook[0]", "repeat interval elapsed", "a", ""],
    [30 + 26 * 300, "team/webhook[0]", "repeat interval elapsed", "a", ""],
  ]);
  expect([run.quiet, run.startsAt, run.endsAt]).toEqual([false, at(0), at(180)]);
});

test("an alert without an end resolves after resolve_timeout, unless it is to keep firing", async () => {
  const global = "global: {resolve_timeout: 2m}\n";
  const alerts = [{ labels: { alertname: "Down", instance: "a" } }];
  expect(sent(await simulate(global + PLAIN, alerts)).map(([after, , reason]) => [after, reason])).toEqual([
    [30, "first notification"],
    [330, "all alerts resolved"],
  ]);
  const kept = await simulate(global + PLAIN, alerts, "--keep-firing", "--duration=1h");
  expect(sent(kept).map(([after, , reason]) => [after, reason])).toEqual([[30, "first notification"]]);
});

test("an alert with an end keeps firing beyond it if told to", async () => {
  const run = await simulate(PLAIN, [alert("a", 0, 1)], "--keep-firing", "--duration=2h");
  expect(sent(run).map(([, , reason]) => reason)).toEqual(["first notification", "repeat interval elapsed"]);
});

test("a run that starts later has old alerts notified at once, as a group of theirs does not wait", async () => {
  const run = await simulate(PLAIN, [alert("a", -60, 7)], "--start=now");
  expect(sent(run)[0]).toEqual([0, "team/webhook[0]", "first notification", "a", ""]);
  const named = await simulate(PLAIN, [alert("a", -60, 7)], `--start=${at(2)}`);
  expect([named.startsAt, sent(named)[0]?.[0]]).toEqual([at(2), 120]);
});

test("an alert that fires, resolves and fires again is notified again", async () => {
  const run = await simulate(PLAIN, [alert("a", 0, 3), alert("a", 20, 23)]);
  expect(sent(run).map(([after, , reason]) => [after, reason])).toEqual([
    [30, "first notification"],
    [330, "all alerts resolved"],
    [1230, "first notification"],
    [1530, "all alerts resolved"],
  ]);
});

test("routes that continue notify each receiver, each integration by its send_resolved", async () => {
  const config = `
route:
  receiver: nobody
  group_wait: 10s
  routes:
    - {matchers: [severity="page"], receiver: pager, continue: true}
    - {matchers: [alertname="Down"], receiver: team, group_wait: 20s}
    - {matchers: [instance="a"], receiver: team}
${RECEIVERS}`;
  const run = await simulate(config, [alert("a", 0, 3, { severity: "page" })]);
  expect(sent(run)).toEqual([
    [10, "pager/webhook[0]", "first notification", "a", ""],
    [10, "pager/webhook[1]", "first notification", "a", ""],
    [20, "team/webhook[0]", "first notification", "a", ""],
    [310, "pager/webhook[0]", "all alerts resolved", "", "a"],
    [320, "team/webhook[0]", "all alerts resolved", "", "a"],
  ]);
  expect(run.neverNotified).toEqual([]);
});

test("an inhibited alert is notified once its source is resolved", async () => {
  const config = `${PLAIN}
inhibit_rules:
  - {source_matchers: [alertname="Site"], target_matchers: [alertname="Down"], equal: [site]}
`;
  const site = { labels: { alertname: "Site", site: "x", instance: "s" }, startsAt: at(0), endsAt: at(6) };
  const run = await simulate(config, [site, alert("a", 0, 60, { site: "x" }), alert("b", 0, 2, { site: "x" })]);
  const first = sent(run).find(([, , , firing, resolved]) => `${firing} ${resolved}`.includes("a"));
  expect(first).toEqual([630, "team/webhook[0]", "first notification", "a", ""]);
  expect(run.suppressed["inhibition"]).toBeGreaterThan(0);
  expect(run.neverNotified).toEqual([{ alertname: "Down", instance: "b", site: "x" }]);
});

test("a silenced alert is notified once the silence ends", async () => {
  const silence = {
    id: "8f2b1c3a-0001-4000-8000-000000000001",
    matchers: [{ name: "instance", value: "a", isRegex: false, isEqual: true }],
    startsAt: at(-10),
    endsAt: at(4),
    createdBy: "me",
    comment: "work",
  };
  const run = await simulate(PLAIN, [alert("a", 0, 60)], `--silences=${files.write("s.json", [silence])}`);
  expect(sent(run)[0]).toEqual([330, "team/webhook[0]", "first notification", "a", ""]);
  expect(run.suppressed).toEqual({ inhibition: 0, active_time_interval: 0, mute_time_interval: 0, silence: 1 });
});

test.each([
  ["mute_time_intervals: [lunch]", "mute_time_interval"],
  ["active_time_intervals: [afternoon]", "active_time_interval"],
])("%s holds notifications back until the time has come", async (setting, reason) => {
  const config = `
route:
  receiver: nobody
  routes: [{receiver: team, matchers: [alertname="Down"], ${setting}}]
time_intervals:
  - {name: lunch, time_intervals: [{times: [{start_time: '11:00', end_time: '13:00'}]}]}
  - {name: afternoon, time_intervals: [{times: [{start_time: '13:00', end_time: '18:00'}]}]}
${RECEIVERS}`;
  const run = await simulate(config, [alert("a", 0, 120)]);
  expect(sent(run)[0]).toEqual([3630, "team/webhook[0]", "first notification", "a", ""]);
  // Flushes 12:00:30 to 12:55:30.
  expect(run.suppressed[reason]).toBe(12);
});

test("a run is what Alertmanager 0.34.0 did with the same configuration and alerts", async () => {
  const config = `
route:
  {receiver: team, group_by: [alertname], group_wait: 1s, group_interval: 2s, repeat_interval: 5s, routes: [
    {matchers: [severity="page"], receiver: pager, continue: true, group_wait: 2s},
    {matchers: [alertname="Down"], receiver: team}]}
inhibit_rules: [{source_matchers: [alertname="Site"], target_matchers: [instance="c"]}]
receivers:
  - {name: team, webhook_configs: [{url: 'http://localhost:1/'}]}
  - {name: pager, webhook_configs: [{url: 'http://localhost:1/', send_resolved: false}]}
`;
  const run = await simulate(config, [
    alert("a", 0, 14.5 / 60, { severity: "page" }),
    alert("b", 2.4 / 60, 6.5 / 60),
    { ...alert("s", 0, 7.5 / 60), labels: { alertname: "Site", instance: "s" } },
    alert("c", 0.2 / 60, 10.2 / 60),
  ]);
  // Recorded from its webhooks, to the second; those of one moment by what they say.
  const lines = sent(run).map(
    ([after, receiver, , firing, resolved]) => `${after} ${receiver} +${firing} -${resolved}`,
  );
  expect(lines.toSorted((a, b) => Number.parseInt(a) - Number.parseInt(b) || (a < b ? -1 : 1))).toEqual([
    "1 team/webhook[0] +a -",
    "1 team/webhook[0] +s -",
    "2 pager/webhook[0] +a -",
    "3 team/webhook[0] +a b -",
    "7 team/webhook[0] +a -b",
    "7 team/webhook[0] +s -",
    "8 pager/webhook[0] +a -",
    "9 team/webhook[0] + -s",
    "9 team/webhook[0] +a c -",
    "11 team/webhook[0] +a -c",
    "14 pager/webhook[0] +a -",
    "15 team/webhook[0] + -a",
  ]);
});

describe("as text", () => {
  const paths = () => [
    `--config.file=${files.write("c.yml", PLAIN)}`,
    `--alerts=${files.write("a.json", [alert("a", 0, 2), alert("b", 10_000)])}`,
  ];

  test("simple has a line for each notification", async () => {
    const { code, stdout } = await runAmtool(["simulate", ...paths()]);
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        "At                       After  Receiver         Reason               Firing  Resolved  Group",
        '2026-01-05 12:00:30 UTC  30s    team/webhook[0]  first notification   1       0         {alertname="Down"}',
        '2026-01-05 12:05:30 UTC  5m30s  team/webhook[0]  all alerts resolved  0       1         {alertname="Down"}',
        "",
        "2 notifications in 6m from 2026-01-05 12:00:00 UTC, then quiet.",
        "Nobody is told of:",
        '  {alertname="Down", instance="b"}',
        "",
      ].join("\n"),
    );
  });

  test("extended has the alerts too", async () => {
    const { stdout } = await runAmtool(["simulate", ...paths(), "--output=extended"]);
    expect(stdout.split("\n").slice(1, 3)).toEqual([
      '2026-01-05 12:00:30 UTC  30s    team/webhook[0]  first notification   1       0         {}:{alertname="Down"}',
      '  firing {alertname="Down", instance="a"}',
    ]);
  });

  test("no notification is said so", async () => {
    const { stdout } = await runAmtool(["simulate", ...paths().slice(0, 1), `--alerts=${files.write("n.json", [])}`]);
    expect(stdout).toStartWith("No notifications.\n");
  });
});

describe("refuses", () => {
  async function failure(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await runAmtool(["simulate", ...args]);
    expect([code, stdout]).toEqual([1, ""]);
    return stderr;
  }
  const config = () => `--config.file=${files.write("c.yml", PLAIN)}`;

  test("a command line without what it needs", async () => {
    expect(await failure()).toContain("required flag(s) '--config.file', '--alerts' not provided");
  });

  test("an alert that the API would refuse, by its place and labels", async () => {
    const alerts = files.write("a.json", [alert("a", 0), alert("b", 5, 1)]);
    expect(await failure(config(), `--alerts=${alerts}`)).toBe(
      'amtool: error: alert 2, {alertname="Down", instance="b"}, is invalid: start time must be before end time\n',
    );
  });

  test("files that are missing, no JSON or no alerts", async () => {
    expect(await failure(config(), "--alerts=/nonexistent/a.json")).toBe(
      "amtool: error: --alerts: open /nonexistent/a.json: no such file or directory\n",
    );
    const broken = files.write("b.json", "[{");
    expect(await failure(config(), `--alerts=${broken}`)).toBe(
      `amtool: error: --alerts: ${broken} is not a JSON list of alerts as POST /api/v2/alerts takes it: unexpected end of JSON input\n`,
    );
    const bare = files.write("bare.json", [{}]);
    expect(await failure(config(), `--alerts=${bare}`)).toContain("0.labels in body is required");
  });

  test("a configuration with a fault, by its file", async () => {
    const bad = files.write("bad.yml", "route: {receiver: x}\nreceivers: []\n");
    const alerts = files.write("a.json", []);
    expect(await failure(`--config.file=${bad}`, `--alerts=${alerts}`)).toBe(
      `amtool: error: ${bad}: undefined receiver "x" used in route\n`,
    );
  });

  test("a start or duration that is none", async () => {
    const alerts = `--alerts=${files.write("a.json", [])}`;
    expect(await failure(config(), alerts, "--start=soon")).toContain(
      "--start: soon is not a time, expected now or RFC 3339",
    );
    expect(await failure(config(), alerts, "--duration=0s")).toContain("expected more than 0");
  });
});
