import { expect, test } from "bun:test";
import type { HistoryEvent, HistoryQuery } from "../core/interfaces/history.ts";
import type { Happening } from "../core/interfaces/observing.ts";
import { FailuresElsewhere } from "./failures-elsewhere.ts";

const NOW = 10_000_000;

function setup() {
  const state = { now: NOW };
  const kept: HistoryEvent[] = [];
  const queries: HistoryQuery[] = [];
  const told: Happening[] = [];
  const elsewhere = new FailuresElsewhere({
    replica: "me",
    now: () => state.now,
    observer: { happened: (happening) => told.push(happening) },
    history: {
      searchHistory(query) {
        queries.push(query);
        const found = kept
          .filter(({ at }) => at >= query.from && at < query.to)
          .toSorted((a, b) => a.at - b.at || a.n - b.n)
          .filter(
            ({ at, n }) =>
              query.after === undefined || at > query.after.at || (at === query.after.at && n > query.after.n),
          );
        const events = found.slice(0, query.limit);
        const last = events.at(-1);
        return Promise.resolve({
          events,
          next: found.length > events.length && last !== undefined ? { at: last.at, n: last.n } : undefined,
        });
      },
    },
  });
  const keep = (at: number, more: Partial<HistoryEvent> = {}, detail: object = {}) =>
    kept.push({
      at,
      n: kept.length,
      kind: "notification",
      change: "failed",
      subject: "{}:{}:ops/webhook/0",
      receiver: "ops",
      integration: "webhook[0]",
      replica: "other",
      detail: {
        groupKey: "{}:{}",
        reason: "first notification",
        attempt: 2,
        final: true,
        durationMs: 7,
        error: "unexpected status code 503",
        ...detail,
      },
      ...more,
    });
  return { state, keep, told, queries, elsewhere };
}

test("what others could not deliver is known, each once, and what is our own is not asked for", async () => {
  const { keep, told, elsewhere } = setup();
  keep(NOW - 3000, {}, { attempt: 1, final: false });
  keep(NOW - 2000);
  keep(NOW - 1000, { subject: "{}:{}:mine/webhook/0", replica: "me" });
  keep(NOW - 1000, { subject: "{}:{}:good/webhook/0", change: "delivered" });
  const found = await elsewhere.look();
  expect([...found.keys()]).toEqual(["{}:{}:ops/webhook/0"]);
  expect(found.get("{}:{}:ops/webhook/0")).toMatchObject({
    decision: { at: NOW - 2000, outcome: "failed" },
    attempt: { number: 2, statusCode: 503 },
  });
  await elsewhere.look();
  expect(told.map(({ at }) => at)).toEqual([NOW - 3000, NOW - 2000]);
  expect(told[0]).toMatchObject({ receiver: "ops", integration: "webhook", index: 0, isFinal: false, duration: 7 });
});

test("what was kept late is read, and what is long past is not", async () => {
  const { state, keep, told, queries, elsewhere } = setup();
  keep(NOW - 3_700_000);
  keep(NOW - 1000);
  await elsewhere.look();
  keep(NOW - 5000);
  state.now += 1000;
  await elsewhere.look();
  expect(told.map(({ at }) => at)).toEqual([NOW - 1000, NOW - 5000]);
  expect(queries.at(-1)?.from).toBe(NOW - 1000 - 10_000);
});

test("very many are read bit by bit", async () => {
  const { keep, told, elsewhere } = setup();
  for (let i = 0; i < 7000; i++) keep(NOW - 7000 + i, { subject: `{}:{}:ops${i}/webhook/0` });
  await elsewhere.look();
  expect(told).toHaveLength(5000);
  await elsewhere.look();
  expect(told).toHaveLength(7000);
  expect((await elsewhere.look()).size).toBe(5000);
});
