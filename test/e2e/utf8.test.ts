import { expect, test } from "bun:test";
import {
  getAlerts,
  getGroups,
  getSilences,
  postAlerts,
  postSilence,
  request,
  type Matcher,
  type Query,
} from "../support/api.ts";
import { startServer } from "../support/server.ts";
import { fromNow } from "../support/time.ts";
import { alertLines, WebhookReceiver } from "../support/webhook.ts";

const quiet = `
route:
  receiver: nobody
  group_by: []
receivers:
  - name: nobody
`;
const classic = { config: quiet, args: ["--enable-feature=classic-mode"] };

const labels = { a: "a", "00": "b", Σ: "c", "🙂": "dΘ" };
const silence = {
  matchers: [{ name: "fooΣ", value: "bar🙂", isRegex: false, isEqual: true }],
  startsAt: fromNow(0),
  endsAt: fromNow(86_400_000),
  createdBy: "tester",
  comment: "maintenance",
};

test.concurrent(
  "alerts may have any UTF-8 label name, and can be found by it",
  async () => {
    await using server = await startServer({ config: quiet });
    await postAlerts(server, { labels });

    const filter = ["00=b", "Σ=c", '"\\xf0\\x9f\\x99\\x82"=dΘ'];
    for (const query of [{}, { filter }] as Query[]) {
      expect((await getAlerts(server, query)).map((alert) => alert.labels)).toEqual([labels]);
      expect((await getGroups(server, query)).flatMap(({ alerts }) => alerts.map((alert) => alert.labels))).toEqual([
        labels,
      ]);
    }
    expect(await getAlerts(server, { filter: ["Σ=d"] })).toEqual([]);
  },
  60_000,
);

test.concurrent(
  "in classic mode, label values may be UTF-8 but names may not",
  async () => {
    await using server = await startServer(classic);

    const accepted = { a: "b", b: "Σ", c: "🙂", d: "eΘ" };
    await postAlerts(server, { labels: accepted });
    expect((await getAlerts(server)).map((alert) => alert.labels)).toEqual([accepted]);

    const answer = await request(server, "POST", "/api/v2/alerts", [{ labels }]);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain("invalid label set");
    expect(await getAlerts(server)).toHaveLength(1);
  },
  60_000,
);

test.concurrent(
  "silences may match any UTF-8 label name, and can be found by it",
  async () => {
    await using server = await startServer({ config: quiet });
    await postSilence(server, silence);

    for (const query of [{}, { filter: "fooΣ=bar🙂" }] as Query[]) {
      expect((await getSilences(server, query)).map(({ matchers }) => matchers as Matcher[])).toEqual([
        silence.matchers,
      ]);
    }
    expect(await getSilences(server, { filter: "fooΣ=other" })).toEqual([]);
  },
  60_000,
);

test.concurrent(
  "in classic mode, a silence on a UTF-8 label name is refused",
  async () => {
    await using server = await startServer(classic);
    const answer = await request(server, "POST", "/api/v2/silences", silence);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain("invalid silence: invalid label matcher");
    expect(await getSilences(server)).toEqual([]);
  },
  60_000,
);

test.concurrent(
  "routes match and group by any UTF-8 label name",
  async () => {
    await using hook = new WebhookReceiver();
    await using server = await startServer({
      config: `
route:
  receiver: nobody
  routes:
    - receiver: hook
      matchers: [foo🙂=bar]
      group_by: [foo🙂]
      group_wait: 200ms
receivers:
  - name: nobody
  - name: hook
    webhook_configs:
      - url: ${hook.url}
`,
    });
    await postAlerts(server, { labels: { "foo🙂": "bar" } }, { labels: { "foo🙂": "other" } });
    const { message } = await hook.take();
    expect(alertLines(message)).toEqual(["firing foo🙂=bar"]);
    expect(message.groupLabels).toEqual({ "foo🙂": "bar" });
    expect(message.groupKey).toBe('{}/{foo🙂="bar"}:{foo🙂="bar"}');
  },
  60_000,
);
