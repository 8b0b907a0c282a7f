import { afterAll, beforeAll, describe, expect, test } from "bun:test";

import { buildRoutes, matchRoutes } from "../core/routing/route.ts";
import { labelSetFromObject } from "../core/model/labels.ts";
import { createMatcherParser } from "../core/model/matcher-parse.ts";
import { Timestamp, ZERO_TIME } from "../core/model/timestamp.ts";
import { NOW, runAmtool, serve, type Served, temporaryFiles } from "./amtool-harness.ts";
import { loadConfigText } from "./load-config.ts";

const files = temporaryFiles();
afterAll(() => files.remove());

const MINUTE = 60_000;

const CONFIG = `
route:
  receiver: default
  group_by: [alertname]
  routes:
    - {matchers: [team="web"], receiver: web}
    - matchers: [severity=~"page|critical"]
      receiver: pager
      continue: true
      group_by: [...]
      mute_time_intervals: [lunch, night]
    - matchers: [team="db"]
      receiver: database
      group_wait: 10s
      repeat_interval: 1d
      routes:
        - {matchers: [node="three"], receiver: web, active_time_intervals: [night]}
    - {receiver: web}
time_intervals:
  - {name: lunch, time_intervals: [{times: [{start_time: '12:00', end_time: '13:00'}]}]}
  - {name: night, time_intervals: [{times: [{start_time: '00:00', end_time: '06:00'}]}]}
inhibit_rules:
  - name: site
    source_matchers: [alertname="SiteDown"]
    target_matchers: [team="db"]
    equal: [site]
receivers:
  - {name: default}
  - {name: web, webhook_configs: [{url: 'http://localhost:1/'}, {url: 'http://localhost:2/'}]}
  - {name: pager}
  - {name: database}
`;

const SILENCE = {
  id: "8f2b1c3a-0001-4000-8000-000000000001",
  matchers: [{ name: "node", value: "t.*", isRegex: true, isEqual: true }],
  startsAt: new Date(NOW - MINUTE).toISOString(),
  endsAt: new Date(NOW + MINUTE).toISOString(),
  createdBy: "me",
  comment: "moving racks",
};

interface Step {
  readonly route: string;
  readonly outcome: string;
  readonly takesAlert: boolean;
  readonly matchers: readonly object[];
  readonly routes: readonly Step[];
}

interface Explained {
  readonly alert: { readonly labels: object; readonly firing: boolean; readonly startsAt: string };
  readonly routes: Step;
  readonly inhibitedBy: object | null;
  readonly silencedBy: readonly object[];
  readonly groups: readonly Readonly<Record<string, unknown>>[];
}

interface Given {
  readonly alerts?: unknown;
  readonly silences?: unknown;
  readonly now?: number;
}

async function explain(labels: readonly string[], { alerts, silences, now }: Given = {}): Promise<Explained> {
  const flags = [`--config.file=${files.write("c.yml", CONFIG)}`, "-o", "json"];
  if (alerts !== undefined) flags.push(`--alerts=${files.write("a.json", alerts)}`);
  if (silences !== undefined) flags.push(`--silences=${files.write("s.json", silences)}`);
  const { code, stdout, stderr } = await runAmtool(["explain", ...flags, ...labels], now);
  expect([code, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout) as Explained;
}

describe("the routes", () => {
  test("each that is tried says why it matches or not; those after the one that took the alert are not tried", async () => {
    const { routes } = await explain(["Slow", "team=db", "severity=page"]);
    expect(routes).toMatchObject({ route: "{}", outcome: "matched", takesAlert: false });
    expect(routes.routes.map(({ route, outcome, takesAlert }) => [route, outcome, takesAlert])).toEqual([
      ['{}/{team="web"}', "not matched", false],
      ['{}/{severity=~"page|critical"}', "matched", true],
      ['{}/{team="db"}', "matched", true],
      ["{}/{}", "not tried", false],
    ]);
    expect(routes.routes[0]?.matchers).toEqual([{ matcher: 'team="web"', value: "db", matches: false }]);
    expect(routes.routes[2]?.routes).toMatchObject([{ outcome: "not matched", matchers: [{ value: "" }] }]);
  });

  test("those that take the alert are those the server takes", async () => {
    const root = buildRoutes(
      loadConfigText(
        CONFIG,
        createMatcherParser("fallback", () => undefined),
      ).config.route,
    );
    const taking = (step: Step): string[] => [...step.routes.flatMap(taking), ...(step.takesAlert ? [step.route] : [])];
    for (const team of ["web", "db", "none"]) {
      for (const severity of ["page", "info"]) {
        for (const node of ["two", "three"]) {
          const labels = { team, severity, node };
          const given = Object.entries(labels).map((pair) => pair.join("="));
          expect(taking((await explain(given)).routes)).toEqual(
            matchRoutes(root, labelSetFromObject(labels)).map(({ key }) => key),
          );
        }
      }
    }
  });
});

describe("the groups", () => {
  test("have key, labels, receiver and timers; without alerts they are new", async () => {
    const { alert, groups } = await explain(["Slow", "team=db", "node=one"]);
    expect(alert).toMatchObject({ labels: { alertname: "Slow", team: "db", node: "one" }, firing: false });
    expect(groups).toEqual([
      {
        receiver: "database",
        integrations: [],
        route: '{}/{team="db"}',
        groupKey: '{}/{team="db"}:{alertname="Slow"}',
        groupLabels: { alertname: "Slow" },
        exists: false,
        otherAlerts: [],
        timers: { group_wait: "10s", group_interval: "5m", repeat_interval: "1d" },
        activeTimeIntervals: [],
        muteTimeIntervals: [],
        notified: true,
        suppressedBy: null,
      },
    ]);
  });

  test("hold the other alerts of the file that fall into them", async () => {
    const alerts = [
      { labels: { alertname: "Slow", team: "db", node: "one" }, startsAt: "2026-01-05T11:00:00Z" },
      { labels: { alertname: "Slow", team: "db", node: "two" } },
      { labels: { alertname: "Full", team: "db" } },
      { labels: { alertname: "Slow", team: "web" } },
    ];
    const { alert, groups } = await explain(["Slow", "team=db", "node=one"], { alerts });
    expect(alert).toMatchObject({ firing: true, startsAt: "2026-01-05T11:00:00.000Z" });
    expect(groups).toMatchObject([{ exists: true, otherAlerts: [alerts[1]?.labels] }]);
  });

  test("a route that groups by all labels, and its integrations", async () => {
    const { groups } = await explain(["x=1", "severity=critical", 'empty=""']);
    expect(groups).toMatchObject([
      { receiver: "pager", groupLabels: { x: "1", severity: "critical" } },
      { receiver: "web", integrations: ["webhook[0]", "webhook[1]"] },
    ]);
  });
});

describe("what keeps it back", () => {
  test("a silence that is active now", async () => {
    const { silencedBy, groups } = await explain(["Slow", "team=db", "node=two"], { silences: [SILENCE] });
    expect(silencedBy).toMatchObject([{ id: SILENCE.id, matchers: '{node=~"t.*"}', comment: "moving racks" }]);
    expect(groups).toMatchObject([{ notified: false, suppressedBy: "silence" }]);
  });

  test("no silence of other alerts, or one that has ended", async () => {
    const silences = [SILENCE];
    expect((await explain(["Slow", "node=one"], { silences })).silencedBy).toEqual([]);
    const later = await explain(["Slow", "node=two"], { silences, now: NOW + 2 * MINUTE });
    expect([later.silencedBy, later.groups[0]?.["notified"]]).toEqual([[], true]);
  });

  test("an inhibition by an alert that fires", async () => {
    const alerts = [{ labels: { alertname: "SiteDown", site: "x" } }];
    const { inhibitedBy, groups } = await explain(["Slow", "team=db", "site=x"], { alerts });
    expect(inhibitedBy).toEqual({
      rule: "site",
      sourceMatchers: '{alertname="SiteDown"}',
      targetMatchers: '{team="db"}',
      equal: ["site"],
      source: { alertname: "SiteDown", site: "x" },
    });
    expect(groups).toMatchObject([{ notified: false, suppressedBy: "inhibition" }]);
    expect((await explain(["Slow", "team=db", "site=y"], { alerts })).inhibitedBy).toBeNull();
  });

  test("a time interval of one route and not of another", async () => {
    const { groups } = await explain(["Slow", "team=db", "severity=page"]);
    expect(groups).toMatchObject([
      {
        receiver: "pager",
        muteTimeIntervals: [
          { name: "lunch", now: true },
          { name: "night", now: false },
        ],
        suppressedBy: "mute_time_interval",
      },
      { receiver: "database", suppressedBy: null },
    ]);
    const inactive = await explain(["Slow", "team=db", "node=three"]);
    expect(inactive.groups).toMatchObject([
      { activeTimeIntervals: [{ name: "night", now: false }], suppressedBy: "active_time_interval" },
    ]);
    const atNight = await explain(["Slow", "team=db", "node=three"], { now: NOW - 10 * 60 * MINUTE });
    expect(atNight.groups).toMatchObject([{ activeTimeIntervals: [{ name: "night", now: true }], suppressedBy: null }]);
  });
});

describe("as text", () => {
  const flags = () => [
    `--config.file=${files.write("c.yml", CONFIG)}`,
    `--silences=${files.write("s.json", [SILENCE])}`,
    `--alerts=${files.write("a.json", [{ labels: { alertname: "Slow", team: "db" } }])}`,
  ];

  test("simple", async () => {
    const { code, stdout } = await runAmtool(["explain", ...flags(), "Slow", "team=db", "node=two"]);
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        'Alert {alertname="Slow", node="two", team="db"}, not firing: taken as if it began now',
        "",
        "Routes:",
        ".",
        "└── default-route  matches",
        '    ├── {team="web"}  does not match: team is "db"',
        '    ├── {severity=~"page|critical"}  does not match: severity is ""',
        '    ├── {team="db"}  matches  receiver: database',
        '    │   └── {node="three"}  does not match: node is "two"',
        "    └── default-route  not tried: a route before it matches and does not continue",
        "",
        `Silenced by ${SILENCE.id} until 2026-01-05 12:01:00 UTC`,
        '  {node=~"t.*"}, created by me: "moving racks"',
        "",
        "Receiver database: not notified: it is silenced",
        '  Route   {}/{team="db"}',
        '  Group   {}/{team="db"}:{alertname="Slow"}',
        '  Labels  {alertname="Slow"}',
        "  Alerts  1 other in the group",
        "  Timers  group_wait 10s, group_interval 5m, repeat_interval 1d",
        "",
      ].join("\n"),
    );
  });

  test("extended has the values that match, integrations and the other alerts", async () => {
    const { stdout } = await runAmtool(["explain", ...flags(), "-o", "extended", "Slow", "team=db", "node=two"]);
    expect(stdout).toContain('── {team="db"}  matches: team is "db"  receiver: database\n');
    expect(stdout).toContain('  Integrations  none\n  Other alert   {alertname="Slow", team="db"}\n');
  });

  test("says when a receiver would be notified", async () => {
    const { stdout } = await runAmtool(["explain", ...flags(), "Full", "team=db"]);
    expect(stdout).toContain("\nReceiver database: notified, 10s (group_wait) after the group began\n");
    const { stdout: other } = await runAmtool(["explain", ...flags(), "Slow", "team=db"]);
    expect(other).toContain(
      "\nReceiver database: notified, the group exists and is looked at every 5m (group_interval)\n",
    );
  });
});

describe("from an Alertmanager", () => {
  let server: Served;

  beforeAll(async () => {
    server = await serve(CONFIG);
    const untimed = { annotations: {}, startsAt: undefined, endsAt: undefined, generatorURL: "" };
    await server.engine.ingest([
      { ...untimed, labels: { alertname: "Slow", team: "db", node: "one", site: "x" } },
      { ...untimed, labels: { alertname: "Slow", team: "db", node: "two" } },
      { ...untimed, labels: { alertname: "SiteDown", site: "x" } },
    ]);
  });
  afterAll(() => server.stop());

  async function ask(...args: readonly string[]): Promise<Explained> {
    const flags = [`--alertmanager.url=${server.url}`, "-o", "json"];
    const { code, stdout, stderr } = await runAmtool(["explain", ...flags, ...args], Date.now());
    expect([code, stderr]).toEqual([0, ""]);
    return JSON.parse(stdout) as Explained;
  }

  test("takes configuration, alerts and groups from there", async () => {
    expect(await ask("Slow", "team=db", "node=one", "site=x")).toMatchObject({
      alert: { firing: true },
      inhibitedBy: { rule: "site", source: { alertname: "SiteDown", site: "x" } },
      silencedBy: [],
      groups: [
        {
          receiver: "database",
          exists: true,
          otherAlerts: [{ alertname: "Slow", node: "two", team: "db" }],
          suppressedBy: "inhibition",
        },
      ],
    });
  });

  test("takes silences from there", async () => {
    const result = await server.engine.setSilence({
      id: "",
      matchers: [{ type: "!=", name: "node", value: "one" }],
      startsAt: ZERO_TIME,
      endsAt: new Timestamp(Date.now() + MINUTE),
      createdBy: "me",
      comment: "",
      annotations: {},
    });
    expect(result.ok).toBe(true);
    const { silencedBy, groups } = await ask("Full", "team=db");
    expect(silencedBy).toMatchObject([{ matchers: '{node!="one"}', createdBy: "me" }]);
    expect(groups).toMatchObject([{ exists: false, suppressedBy: "silence" }]);
  });

  test("a file of alerts or silences takes the place of what is there", async () => {
    const { alert, groups } = await ask(
      "Slow",
      "team=db",
      "node=one",
      "site=x",
      `--alerts=${files.write("n.json", [])}`,
    );
    expect([alert.firing, groups[0]?.["exists"]]).toEqual([false, false]);
  });

  test("the answers may be saved and explained later", async () => {
    const saved = await runAmtool(
      [`--alertmanager.url=${server.url}`, "alert", "query", "-sia", "-o", "json"],
      Date.now(),
    );
    const { groups } = await explain(["Slow", "team=db", "node=one", "site=x"], { alerts: JSON.parse(saved.stdout) });
    expect(groups).toMatchObject([{ exists: true, suppressedBy: "inhibition" }]);
  });
});

test("warnings stay out of the output", async () => {
  const { code, stdout, stderr } = await runAmtool([
    "explain",
    `--config.file=${files.write("c.yml", CONFIG.replace('team="web"', "team="))}`,
    "-o",
    "json",
    "Slow",
  ]);
  expect([code, (JSON.parse(stdout) as Explained).alert.labels]).toEqual([0, { alertname: "Slow" }]);
  expect(stderr).toContain("level=WARN");
});

describe("refuses", () => {
  async function failure(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await runAmtool(["explain", ...args]);
    expect([code, stdout]).toEqual([1, ""]);
    return stderr;
  }
  const config = () => `--config.file=${files.write("c.yml", CONFIG)}`;

  test("neither a configuration nor an Alertmanager", async () => {
    expect(await failure("Slow")).toBe(
      "amtool: error: You have to specify one of --config.file or --alertmanager.url flags.\n",
    );
  });

  test("no labels, and what is no label", async () => {
    expect(await failure(config())).toBe("amtool: error: no labels given, expected at least one as name=value\n");
    expect(await failure(config(), "a!=b")).toContain("labels must be specified as key=value pairs");
    expect(await failure(config(), 'a=""')).toContain('alert 1, {a=""}, is invalid: at least one label pair required');
  });

  test("silences that are none", async () => {
    const empty = files.write("s.json", [{ id: "1", matchers: [], endsAt: "2026-01-05T12:00:00Z" }]);
    expect(await failure(config(), `--silences=${empty}`, "Slow")).toBe(
      `amtool: error: --silences: ${empty} is not a JSON list of silences as silence query -o json prints it: silence 1 has no matchers, expected at least one\n`,
    );
  });

  test("an Alertmanager that does not answer", async () => {
    expect(await failure("--alertmanager.url=http://127.0.0.1:1", "Slow")).toContain("connection refused");
  });
});
