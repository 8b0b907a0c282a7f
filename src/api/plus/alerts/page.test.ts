import { expect, test } from "bun:test";
import { Timestamp } from "../../../core/model/timestamp.ts";
import { alert, EVERY, NOW, TestAlerts } from "./alerts-harness.ts";
import { alertOrder } from "./order.ts";
import { alertPage, type AlertPage } from "./page.ts";

const many = (count: number, labels: Record<string, string> = {}) =>
  Array.from({ length: count }, (_, i) =>
    alert({ alertname: `A${i % 7}`, i: String(i), ...labels }, { startsAt: new Timestamp(NOW - (i % 5) * 1000) }),
  );

async function allPages(view: TestAlerts, sort: string, limit: number, between: (page: AlertPage) => void = () => {}) {
  const order = alertOrder(sort);
  const items: AlertPage["items"][number][] = [];
  for (let after: AlertPage["next"]; ;) {
    const page = await alertPage(view, EVERY, { order, limit, after });
    items.push(...page.items);
    if (page.next === undefined) return items;
    after = page.next;
    between(page);
  }
}

test.each(["-startsAt", "startsAt", "alertname", "-alertname", "severity", "label:i"])(
  "pages by %s have each alert once, in order",
  async (sort) => {
    const alerts = many(103);
    const items = await allPages(new TestAlerts(...alerts), sort, 10);
    expect(new Set(items.map(({ alert: { labels } }) => labels.fingerprint)).size).toBe(103);
    expect(items).toHaveLength(103);
    const order = alertOrder(sort);
    const places = items.map((seen) => ({ key: order.keyOf(seen), fingerprint: seen.alert.labels.fingerprint }));
    expect(places).toEqual(places.toSorted(order.compare));
  },
);

test.each(["-startsAt", "alertname", "label:i"])(
  "alerts that come and go between two pages by %s move no other to another page",
  async (sort) => {
    const staying = many(200);
    const leaving = many(200, { leaves: "yes" });
    const view = new TestAlerts(...staying, ...leaving);
    let turn = 0;
    const items = await allPages(view, sort, 17, () => {
      view.remove(...leaving.splice(0, 20));
      view.add(...many(10, { came: String(turn++) }));
    });
    const seen = items.map(({ alert: { labels } }) => labels.fingerprint);
    expect(new Set(seen).size).toBe(seen.length);
    for (const { labels } of staying) expect(seen).toContain(labels.fingerprint);
  },
);

test("the total is that of all pages, without what is over", async () => {
  const over = alert({ alertname: "Over" }, { endsAt: new Timestamp(NOW - 1) });
  const { items, total, next } = await alertPage(new TestAlerts(...many(30), over), EVERY, {
    order: alertOrder("-startsAt"),
    limit: 10,
    after: undefined,
  });
  expect(items).toHaveLength(10);
  expect(total).toBe(30);
  expect(next).toBeDefined();
});

test("the most severe come first", async () => {
  const view = new TestAlerts(...["noise", "critical", "info", "warning"].map((severity) => alert({ severity })));
  const severities = (await allPages(view, "severity", 2)).map(({ severity }) => severity);
  expect(severities).toEqual(["critical", "warning", "info", "noise"]);
});
