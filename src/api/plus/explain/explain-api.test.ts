import { expect, test } from "bun:test";
import { createMatcherParser } from "../../../core/model/matcher-parse.ts";
import { equal, route, SECOND, world, type World } from "../../../dispatch/engine-harness.ts";
import { loadConfigText } from "../../../cli/load-config.ts";
import { OPEN } from "../caller.ts";
import { Router } from "../router.ts";
import { explainEndpoints } from "./index.ts";

const matchers = createMatcherParser("fallback", () => undefined);

function ask(it: World, method: string, path: string, body?: unknown) {
  const router = new Router(
    explainEndpoints({
      deciding: () => it.engine.deciding(),
      matchers,
      readConfig: (text) => loadConfigText(text, matchers),
      history: it.storage,
      classification: () => undefined,
    }),
    OPEN,
    (_, error) => {
      throw error;
    },
  );
  const [plain = "", query = ""] = path.split("?");
  const init =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
  const request = new Request(`http://localhost${path}`, { method, ...init });
  return router.answer(request, undefined, query, router.find(method, plain)).then(async (answer) => ({
    status: answer.status,
    value: JSON.parse(answer instanceof Response ? await answer.text() : String(answer.body)) as Record<
      string,
      unknown
    >,
  }));
}

const TREE = route({
  routes: [
    route({ receiver: "web", matchers: [equal("team", "web")] }),
    route({ receiver: "db", matchers: [equal("team", "db")], group_by: ["..."] }),
  ],
});

test("an alert is found by its fingerprint and by its labels in any order", async () => {
  const it = await world({ route: TREE });
  await it.post({ alertname: "A", team: "db" }, { endsIn: 1000 });
  await it.clock.advance(30 * SECOND);
  const byLabels = await ask(it, "GET", "/explain?labels=team%3Ddb,alertname%3D%22A%22");
  expect(byLabels.value).toMatchObject({
    alert: { labels: { alertname: "A", team: "db" }, receivers: [{ name: "db" }], status: { state: "active" } },
    verdict: { state: "notified" },
    routes: [
      { path: ["{}"], matched: true, taken: false, why: "matches" },
      { depth: 1, matched: false, why: 'does not match: team is "db"' },
      { depth: 1, matched: true, taken: true, why: 'matches: team is "db"' },
    ],
    groups: [
      {
        receiver: "db",
        groupWait: "30s",
        flushes: 1,
        alerts: 1,
        integrations: [
          { integration: "webhook", index: 0, firing: 1, containsAlert: true, decisions: [{ outcome: "delivered" }] },
        ],
      },
    ],
  });
  const { fingerprint } = byLabels.value["alert"] as { fingerprint: string };
  expect((await ask(it, "GET", `/explain?fingerprint=${fingerprint}`)).value).toEqual(byLabels.value);
});

test.each([
  ["/explain", "expected fingerprint=16 hexadecimal digits or labels=name=value,…, and neither came"],
  ["/explain?fingerprint=0123456789abcdef&labels=a=b", "and both came"],
  [
    "/explain?fingerprint=ABC",
    'fingerprint: expected that of an alert, 16 hexadecimal digits in lower case, not "ABC"',
  ],
  ["/explain?labels=", "labels: expected at least one label with a value"],
  ["/explain?labels=a!%3Db", 'labels: expected name=value, not the matcher a!="b"'],
  ["/explain?labels=a", "labels: expected name=value,…: bad matcher format: a"],
  ["/explain?labels=a=b&labels=c=d", "labels: expected it once"],
  ["/explain?lables=a", "lables: no such parameter; expected one of fingerprint, labels"],
])("%s is refused", async (path, detail) => {
  const { status, value } = await ask(await world(), "GET", path);
  expect([status, value["detail"]]).toEqual([400, expect.stringContaining(detail)]);
});

test("the routing tree counts the groups and alerts of each route", async () => {
  const it = await world({ route: TREE });
  await it.post({ alertname: "A", team: "db", node: "1" }, { endsIn: 1000 });
  await it.post({ alertname: "A", team: "db", node: "2" }, { endsIn: 1000 });
  await it.post({ alertname: "A" }, { endsIn: 1000 });
  expect((await ask(it, "GET", "/config/routes")).value).toMatchObject({
    id: "{}",
    groupBy: ["alertname"],
    groupWait: "30s",
    alerts: 1,
    groups: 1,
    routes: [
      { receiver: "web", matchers: ['team="web"'], alerts: 0, groups: 0, routes: [] },
      { receiver: "db", groupBy: ["..."], alerts: 2, groups: 2 },
    ],
  });
});

test("labels are routed by the configuration in force, or by one that is given", async () => {
  const it = await world({ route: TREE });
  const labels = { alertname: "A", team: "web" };
  const now = await ask(it, "POST", "/config/routes/test", { labels });
  expect(now.value).toMatchObject({
    receivers: ["web"],
    groups: [{ receiver: "web", routeId: '{}/{team="web"}/0', groupLabels: { alertname: "A" }, groupWait: "30s" }],
  });
  const config = "route: {receiver: other, group_wait: 1m}\nreceivers: [{name: other}]\n";
  const then = await ask(it, "POST", "/config/routes/test", { labels, config });
  expect(then.value).toMatchObject({
    receivers: ["other"],
    routes: [{ path: ["{}"], taken: true }],
    groups: [{ groupLabels: {}, groupWait: "1m" }],
  });
  const bad = await ask(it, "POST", "/config/routes/test", { labels, config: "route: {receiver: other}\n" });
  expect([bad.status, bad.value["detail"]]).toEqual([
    400,
    expect.stringMatching(/^config: undefined receiver "other"/),
  ]);
  expect((await ask(it, "POST", "/config/routes/test", { labels: {} })).status).toBe(400);
});
