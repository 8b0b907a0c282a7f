import { afterAll, describe, expect, test } from "bun:test";

import { NOW, runAmtool, serve, temporaryFiles } from "./amtool-harness.ts";

const files = temporaryFiles();
afterAll(() => files.remove());

const RECEIVERS = "receivers: [{name: team}, {name: database}, {name: pager}]\n";

const OLD = `
route:
  receiver: team
  group_by: [alertname]
  routes:
    - {matchers: [severity="page"], receiver: pager, continue: true}
    - {matchers: [service="db"], receiver: database}
${RECEIVERS}`;

const ALERTS: readonly { readonly labels: Readonly<Record<string, string>> }[] = [
  { labels: { alertname: "Slow", service: "db", severity: "page" } },
  { labels: { alertname: "Slow", service: "db" } },
  { labels: { alertname: "Full", service: "web" } },
];

async function diff(before: string, after: string, ...flags: readonly string[]) {
  return runAmtool(["config", "diff", files.write("old.yml", before), files.write("new.yml", after), ...flags]);
}

async function difference(before: string, after: string): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await diff(before, after, `--alerts=${files.write("a.json", ALERTS)}`, "-o", "json");
  expect(stderr).toBe("");
  return { code, ...(JSON.parse(stdout) as object) };
}

test("the same routes are no difference, whatever else changes: exit code 0", async () => {
  expect(await difference(OLD, `${OLD}templates: [x.tmpl]\n`)).toEqual({
    code: 0,
    differ: false,
    alertsCompared: 3,
    alerts: [],
    groupsDisappearing: [],
    groupsAppearing: [],
    timers: [],
  });
});

test("a route for alerts that do not fire is no difference", async () => {
  const after = OLD.replace("  routes:\n", '  routes:\n    - {matchers: [service="none"], receiver: pager}\n');
  expect(await difference(OLD, after)).toMatchObject({ code: 0, differ: false });
});

test("a route that no longer continues takes alerts from the receivers after it: exit code 1", async () => {
  expect(await difference(OLD, OLD.replace(", continue: true", ""))).toMatchObject({
    code: 1,
    differ: true,
    alerts: [{ labels: ALERTS[0]?.labels, oldReceivers: ["pager", "database"], newReceivers: ["pager"] }],
    // The group stays for the other alert.
    groupsDisappearing: [],
    groupsAppearing: [],
    timers: [],
  });
});

test("other group labels make other groups for the same receivers", async () => {
  const after = OLD.replace("receiver: database}", "receiver: database, group_by: [service, severity]}");
  expect(await difference(OLD, after)).toMatchObject({
    code: 1,
    alerts: [],
    groupsDisappearing: [
      {
        receiver: "database",
        groupKey: '{}/{service="db"}:{alertname="Slow"}',
        alerts: [ALERTS[1]?.labels, ALERTS[0]?.labels],
      },
    ],
    groupsAppearing: [
      { groupKey: '{}/{service="db"}:{service="db", severity="page"}', alerts: [ALERTS[0]?.labels] },
      { groupKey: '{}/{service="db"}:{service="db"}', alerts: [ALERTS[1]?.labels] },
    ],
  });
});

test("another receiver is another group, as the notification log sees it", async () => {
  const result = await difference(OLD, OLD.replace("receiver: database}", "receiver: team}"));
  expect(result).toMatchObject({
    alerts: [
      { labels: ALERTS[1]?.labels, oldReceivers: ["database"], newReceivers: ["team"] },
      { labels: ALERTS[0]?.labels, oldReceivers: ["pager", "database"], newReceivers: ["pager", "team"] },
    ],
    groupsDisappearing: [{ receiver: "database" }],
    groupsAppearing: [{ receiver: "team", groupKey: '{}/{service="db"}:{alertname="Slow"}' }],
  });
});

test("timers that are inherited change the groups that inherit them", async () => {
  const after = OLD.replace("receiver: database}", "receiver: database, repeat_interval: 4h}").replace(
    "  receiver: team\n",
    "  receiver: team\n  repeat_interval: 1h\n",
  );
  const defaults = { group_wait: "30s", group_interval: "5m", repeat_interval: "4h" };
  expect(await difference(OLD, after)).toMatchObject({
    code: 1,
    alerts: [],
    groupsDisappearing: [],
    groupsAppearing: [],
    timers: [
      { receiver: "pager", old: defaults, new: { ...defaults, repeat_interval: "1h" } },
      {
        receiver: "team",
        groupKey: '{}:{alertname="Full"}',
        old: defaults,
        new: { ...defaults, repeat_interval: "1h" },
      },
    ],
  });
});

describe("as text", () => {
  const after = OLD.replace("receiver: database}", "receiver: team, group_wait: 1m}").replace(
    "continue: true",
    "group_wait: 0s",
  );
  const alerts = () => `--alerts=${files.write("a.json", ALERTS)}`;

  test("simple", async () => {
    const { code, stdout } = await diff(OLD, after, alerts());
    expect(code).toBe(1);
    expect(stdout).toBe(
      [
        "Alerts that go to other receivers:",
        '  {alertname="Slow", service="db"}                   database → team',
        '  {alertname="Slow", service="db", severity="page"}  pager, database → pager',
        "",
        "Groups that disappear:",
        '  database  {}/{service="db"}:{alertname="Slow"}  2 alerts',
        "",
        "Groups that appear:",
        '  team  {}/{service="db"}:{alertname="Slow"}  1 alert',
        "",
        "Groups with other timers:",
        '  pager  {}/{severity="page"}:{alertname="Slow"}  group_wait 30s → 0s',
        "",
        "3 alerts compared: 2 to other receivers; groups: 1 disappear, 1 appear, 1 with other timers.",
        "",
      ].join("\n"),
    );
  });

  test("extended has the alerts of the groups", async () => {
    const { stdout } = await diff(OLD, after, alerts(), "-o", "extended");
    expect(stdout).toContain(
      [
        "Groups that appear:",
        '  team  {}/{service="db"}:{alertname="Slow"}  1 alert',
        '    {alertname="Slow", service="db"}',
        "",
      ].join("\n"),
    );
  });

  test("no difference says how much was compared", async () => {
    expect((await diff(OLD, OLD, alerts())).stdout).toBe("No difference, 3 alerts compared.\n");
  });
});

test("alerts of a file count however old they are", async () => {
  const saved = [{ ...ALERTS[1], startsAt: "2020-01-01T00:00:00Z", endsAt: "2020-01-01T00:04:00Z" }];
  const { code } = await diff(
    OLD,
    OLD.replace("receiver: database}", "receiver: team}"),
    `--alerts=${files.write("s.json", saved)}`,
  );
  expect(code).toBe(1);
});

test("without a file the alerts are those of the Alertmanager", async () => {
  const server = await serve(OLD);
  try {
    await server.engine.ingest(
      ALERTS.map(({ labels }) => ({
        labels,
        annotations: {},
        startsAt: undefined,
        endsAt: undefined,
        generatorURL: "",
      })),
    );
    const after = OLD.replace("receiver: database}", "receiver: team}");
    const { code, stdout } = await runAmtool(
      [
        "config",
        "diff",
        files.write("old.yml", OLD),
        files.write("new.yml", after),
        `--alertmanager.url=${server.url}`,
      ],
      Date.now(),
    );
    expect([code, stdout.trimEnd().split("\n").at(-1)]).toEqual([
      1,
      "3 alerts compared: 2 to other receivers; groups: 1 disappear, 1 appear, 0 with other timers.",
    ]);
  } finally {
    await server.stop();
  }
});

describe("ends with 2 for trouble", () => {
  async function trouble(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await runAmtool(["config", "diff", ...args], NOW);
    expect([code, stdout]).toEqual([2, ""]);
    return stderr;
  }
  const old = () => files.write("old.yml", OLD);

  test("a file that is missing or not given", async () => {
    expect(await trouble(old(), "/nonexistent/new.yml", "--alerts=x")).toBe(
      "amtool: error: open /nonexistent/new.yml: no such file or directory\n",
    );
    expect(await trouble(old())).toBe(
      "amtool: error: required argument 'new' not provided, expected a configuration file\n",
    );
  });

  test("a configuration with a fault, by its file", async () => {
    const bad = files.write("bad.yml", "route: {receiver: x}\nreceivers: []\n");
    expect(await trouble(old(), bad, "--alerts=x")).toBe(
      `amtool: error: ${bad}: undefined receiver "x" used in route\n`,
    );
  });

  test("no alerts, or an Alertmanager that does not answer", async () => {
    expect(await trouble(old(), old())).toBe(
      "amtool: error: You have to specify one of --alerts or --alertmanager.url flags.\n",
    );
    expect(await trouble(old(), old(), "--alertmanager.url=http://127.0.0.1:1")).toContain("connection refused");
  });
});
