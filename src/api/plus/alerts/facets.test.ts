import { expect, test } from "bun:test";
import { alert, EVERY, TestAlerts } from "./alerts-harness.ts";
import { labelNames, labelValues } from "./completion.ts";
import { facets } from "./facets.ts";
import { groupAlerts } from "./groups.ts";
import { alertOrder } from "./order.ts";
import { alertPage } from "./page.ts";
import { STATES } from "./view.ts";

const view = new TestAlerts(
  ...Array.from({ length: 60 }, (_, i) =>
    alert({
      alertname: `A${i % 3}`,
      cluster: i % 2 === 0 ? "b" : "a",
      receiver: i % 4 === 0 ? "ops+dev" : "dev",
      silenced: i % 5 === 0 ? "s" : "",
      inhibited: i % 10 === 0 ? "f" : "",
      severity: i % 6 === 0 ? "critical" : "warning",
      ...(i % 12 === 0 && { rare: String(i) }),
    }),
  ),
);

test("each number is what a filter by it finds", async () => {
  const counted = await facets(view, EVERY, { labels: undefined, top: 2 });
  const found = async (filter: object) =>
    (await alertPage(view, { ...EVERY, ...filter }, { order: alertOrder("startsAt"), limit: 1, after: undefined }))
      .total;
  expect(counted.total).toBe(60);
  for (const state of STATES) expect(counted.states[state] ?? 0).toBe(await found({ states: [state] }));
  expect(counted.severities).toEqual({ critical: 10, warning: 50 });
  expect(await found({ severities: ["critical"] })).toBe(10);
  expect(counted.receivers).toEqual([
    { name: "dev", count: 60 },
    { name: "ops", count: 15 },
  ]);
  expect(await found({ receivers: ["ops"] })).toBe(15);
  const rare = counted.labels.find(({ name }) => name === "rare");
  expect(rare).toMatchObject({ distinct: 5 });
  expect(rare?.values).toEqual([
    { value: "0", count: 1 },
    { value: "12", count: 1 },
  ]);
});

test("labels are counted in the order they are asked for, with what is nowhere", async () => {
  const { labels } = await facets(view, EVERY, { labels: ["nowhere", "cluster"], top: 10 });
  expect(labels).toEqual([
    { name: "nowhere", distinct: 0, values: [] },
    {
      name: "cluster",
      distinct: 2,
      values: [
        { value: "a", count: 30 },
        { value: "b", count: 30 },
      ],
    },
  ]);
});

test("groups by any labels come page by page", async () => {
  const one = await groupAlerts(view, EVERY, { by: ["cluster", "rare"], limit: 2, after: undefined });
  expect(one.items.map(({ labels, count }) => [labels, count])).toEqual([
    [{ cluster: "a", rare: "" }, 30],
    [{ cluster: "b", rare: "" }, 25],
  ]);
  expect(one.items[1]?.sample).toHaveLength(5);
  expect(one.items[1]?.states["silenced"]).toBe(5);
  const two = await groupAlerts(view, EVERY, { by: ["cluster", "rare"], limit: 20, after: one.next });
  expect(two.items.map(({ labels: { rare } }) => rare)).toEqual(["0", "12", "24", "36", "48"]);
  expect(two.next).toBeUndefined();
});

test("names and values are completed in byte order", async () => {
  expect(await labelNames(view, "", 4)).toEqual(["alertname", "cluster", "inhibited", "rare"]);
  expect(await labelNames(view, "Re", 4)).toEqual(["receiver"]);
  expect(await labelValues(view, "rare", "", 3)).toEqual(["0", "12", "24"]);
  expect(await labelValues(view, "rare", "4", 3)).toEqual(["48"]);
});
