import { expect, test } from "bun:test";
import { getAlerts, postAlerts, postSilence, request, type GettableAlert, type PostableAlert } from "../support/api.ts";
import { allPages, plus, type Page } from "../support/plus.ts";
import { startPostgres } from "../support/postgres.ts";
import { startReplicas } from "../support/replicas.ts";
import { startServer } from "../support/server.ts";
import { silenceOf } from "../support/silences.ts";
import { eventually } from "../support/wait.ts";

const config = `
route:
  receiver: dev
  routes: [{ matchers: [team="ops"], receiver: ops, group_by: [alertname] }]
receivers: [{ name: dev }, { name: ops }]
inhibit_rules: [{ source_matchers: [alertname="Root"], target_matchers: [level="leaf"], equal: [rack] }]
`;

type PlusAlert = GettableAlert & { classification: { severity: string }; acknowledgedBy: string | null };
type AlertPage = Page<PlusAlert> & { readonly total: number };
interface Facets {
  readonly total: number;
  readonly states: Readonly<Record<string, number>>;
  readonly severities: Readonly<Record<string, number>>;
  readonly receivers: readonly { name: string; count: number }[];
  readonly labels: readonly {
    name: string;
    distinct: number;
    values: readonly { value: string; count: number }[];
  }[];
}

const ended = new Date(Date.now() - 1000).toISOString();
const some = (count: number, labels: Record<string, string> = {}): PostableAlert[] =>
  Array.from({ length: count }, (_, i) => ({
    labels: {
      alertname: `A${i % 5}`,
      i: String(i).padStart(4, "0"),
      team: i % 2 === 0 ? "ops" : "dev",
      severity: i % 3 === 0 ? "critical" : "warning",
      ...labels,
    },
    annotations: { summary: `number <${i}> & so on` },
  }));

test.concurrent(
  "alerts come page by page while others come and go: each that was there all along once",
  async () => {
    await using server = await startServer({ config });
    const staying = some(150);
    const leaving = some(150, { leaves: "yes" });
    await postAlerts(server, ...staying, ...leaving);

    let turn = 0;
    const items = await allPages<AlertPage>(server, "/alerts?sort=label:i&limit=20", async () => {
      const ending = leaving.splice(0, 10).map(({ labels }) => ({ labels, startsAt: ended, endsAt: ended }));
      await postAlerts(server, ...ending, ...some(5, { came: String(turn++) }));
    });
    const seen = items.map(({ fingerprint }) => fingerprint);
    expect(new Set(seen).size).toBe(seen.length);
    expect(items.filter(({ labels }) => !("leaves" in labels || "came" in labels))).toHaveLength(150);
    expect(turn).toBeGreaterThan(5);
  },
  120_000,
);

test.concurrent(
  "an alert reads as in /api/v2, and its state is the same",
  async () => {
    await using server = await startServer({ config });
    await postAlerts(
      server,
      ...some(20),
      { labels: { alertname: "Root", rack: "r1" } },
      { labels: { alertname: "Leaf", rack: "r1", level: "leaf" }, generatorURL: "http://p/graph?a=1&b=<2>" },
    );
    await postSilence(server, silenceOf("alertname", "A1"));

    const upstream = await getAlerts(server);
    const page = await plus<AlertPage>(server, "/alerts?limit=1000");
    expect(page.total).toBe(upstream.length);
    for (const alert of upstream) {
      const { classification, acknowledgedBy, ...ours } = await plus<PlusAlert>(server, `/alerts/${alert.fingerprint}`);
      expect(ours).toEqual(alert);
      expect(Object.keys(ours)).toEqual(Object.keys(alert));
      expect(classification.severity).toBeOneOf(["critical", "warning", "info", "noise"]);
      expect(acknowledgedBy).toBeNull();
    }
    const silenced = await plus<AlertPage>(server, "/alerts?state=silenced");
    expect(silenced.items.map(({ labels }) => labels["alertname"])).toEqual(["A1", "A1", "A1", "A1"]);
    const inhibited = await plus<AlertPage>(server, "/alerts?state=inhibited");
    expect(inhibited.items.map(({ labels }) => labels["alertname"])).toEqual(["Leaf"]);
    expect((await request(server, "GET", "/api/plus/v1/alerts/0000000000000000")).status).toBe(404);
  },
  60_000,
);

test.concurrent(
  "alerts muted by time intervals say so where all their routes are muted, and acknowledged ones by which silence",
  async () => {
    await using server = await startServer({
      config: `
route:
  receiver: nobody
  routes:
    - { matchers: [team="night"], receiver: nobody, mute_time_intervals: [always], continue: true }
    - { matchers: [also="day"], receiver: nobody }
receivers: [{ name: nobody }]
time_intervals: [{ name: always, time_intervals: [{ times: [{ start_time: "00:00", end_time: "24:00" }] }] }]
`,
    });
    await postAlerts(
      server,
      { labels: { alertname: "Quiet", team: "night" } },
      { labels: { alertname: "Both", team: "night", also: "day" } },
    );
    const { items } = await plus<AlertPage>(server, "/alerts?state=muted");
    expect(items.map(({ labels, status }) => [labels["alertname"], status.state, status.mutedBy])).toEqual([
      ["Quiet", "suppressed", ["always"]],
    ]);
    const [other] = (await plus<AlertPage>(server, "/alerts?state=active")).items;
    expect([other?.labels["alertname"], other?.status.mutedBy]).toEqual(["Both", []]);

    const body = { fingerprint: other?.fingerprint };
    const acknowledged = await request(server, "POST", "/api/plus/v1/acknowledgements", body);
    const { results } = JSON.parse(acknowledged.text) as { results: readonly { silenceId: string | null }[] };
    const again = await plus<PlusAlert>(server, `/alerts/${other?.fingerprint}`);
    expect(again.acknowledgedBy).toBe(results[0]?.silenceId as string);
    expect(again.status.silencedBy).toEqual([again.acknowledgedBy as string]);
  },
  60_000,
);

test.concurrent(
  "facets say how many a further filter finds, on every server of one database",
  async () => {
    await using postgres = await startPostgres();
    await using replicas = await startReplicas({ config, postgres, count: 2 });
    const [one, other] = replicas.members as [(typeof replicas.members)[number], (typeof replicas.members)[number]];
    await postAlerts(one, ...some(120));

    const total = async (query: string) => (await plus<AlertPage>(other, `/alerts?limit=1&${query}`)).total;
    await eventually("the other server has them", async () => (await total("")) === 120);
    const facets = await plus<Facets>(other, '/alerts/facets?filter=team="ops"&top=2');
    expect(facets).toEqual(await plus<Facets>(one, '/alerts/facets?filter=team="ops"&top=2'));
    expect(facets.total).toBe(await total('filter=team="ops"'));
    for (const [severity, count] of Object.entries(facets.severities)) {
      expect(count).toBe(await total(`filter=team="ops"&severity=${severity}`));
    }
    for (const { name, count } of facets.receivers) {
      expect(count).toBe(await total(`filter=team="ops"&receiver=${name}`));
    }
    for (const { name, values } of facets.labels) {
      for (const { value, count } of values) {
        expect(count).toBe(await total(`filter=team="ops"&filter=${name}="${value}"`));
      }
    }
    expect(facets.labels.find(({ name }) => name === "i")).toMatchObject({ distinct: 60 });

    const groups = await allPages<Page<{ labels: object; count: number }>>(
      other,
      "/alerts/groups?by=team,alertname&limit=3",
    );
    expect(groups).toHaveLength(10);
    for (const { labels, count } of groups) {
      const filter = Object.entries(labels).map(([name, value]) => `filter=${name}="${String(value)}"`);
      expect(count).toBe(await total(filter.join("&")));
    }
    expect(await plus<object>(other, "/alerts/values?label=alertname&prefix=a")).toEqual({
      values: ["A0", "A1", "A2", "A3", "A4"],
    });
  },
  120_000,
);

test.concurrent(
  "what cannot be read is refused with what was expected",
  async () => {
    await using server = await startServer({ config });
    const refusal = async (path: string) => {
      const { status, text } = await request(server, "GET", `/api/plus/v1${path}`);
      return [status, (JSON.parse(text) as { detail: string }).detail] as const;
    };
    expect(await refusal("/alerts?filter=a=~(")).toEqual([400, expect.stringContaining("filter: expected matchers")]);
    expect(await refusal("/alerts?state=gone")).toEqual([
      400,
      expect.stringContaining("state: expected one of active"),
    ]);
    expect(await refusal("/alerts?colour=red")).toEqual([400, expect.stringContaining("colour: no such parameter")]);
    expect(await refusal("/alerts?cursor=x")).toEqual([400, expect.stringContaining("cursor: expected")]);
    expect(await refusal("/alerts?sort=size")).toEqual([400, expect.stringContaining("sort: expected")]);
    expect(await refusal("/alerts/groups")).toEqual([400, expect.stringContaining("by: is missing")]);
    expect(await refusal("/alerts/groups?by=,")).toEqual([400, expect.stringContaining("by: expected 1 to 50 names")]);
  },
  60_000,
);
