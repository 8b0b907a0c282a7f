import { expect, test } from "bun:test";
import { judge, type Verdict } from "../../core/explain/verdict.ts";
import { labelSetFromObject } from "../../core/model/labels.ts";
import { Timestamp } from "../../core/model/timestamp.ts";
import { equal, MINUTE, route, SECOND, world, type World } from "../engine-harness.ts";
import type { SendOutcome } from "../send.ts";
import { findByLabels, gatherFacts, type Deciding } from "./gather.ts";

function explain(it: World, labels: Record<string, string>): Verdict {
  const deciding = it.engine.deciding() as Deciding;
  const set = labelSetFromObject(labels);
  const alert = findByLabels(deciding, set);
  return judge(gatherFacts(deciding, alert?.labels ?? set, alert, (key) => deciding.recent.of(key)));
}

const A = { alertname: "A" };
const failed = (error: string, refused: boolean): SendOutcome => ({ kind: "failed", error, refused });

test("waiting, then notified, then nothing new, then repeated", async () => {
  const it = await world();
  await it.post(A, { endsIn: 1000 });
  await it.clock.advance(7 * SECOND);
  expect(explain(it, A)).toMatchObject({
    state: "waiting",
    summary: "Waiting: its group flushes in 23s (group_wait 30s).",
  });
  await it.clock.advance(23 * SECOND);
  expect(explain(it, A).state).toBe("notified");
  expect(explain(it, A).summary).toMatch(
    /^r\/webhook\[0\] was notified at .* UTC; repeats in 1h if it still fires \(repeat_interval 1h\)\.$/,
  );
  await it.clock.advance(6 * MINUTE);
  expect(explain(it, A).state).toBe("deduplicated");
  expect(explain(it, A).summary).toMatch(
    /^Nothing new since the notification of r\/webhook\[0\] at .* UTC; repeats in 54m/,
  );
  await it.clock.advance(60 * MINUTE);
  expect(it.sent).toHaveLength(2);
});

test("a restart forgets nothing of that", async () => {
  const it = await world();
  await it.post(A, { endsIn: 1000 });
  await it.clock.advance(30 * SECOND);
  await it.restart();
  expect(explain(it, A).state).toBe("notified");
  await it.clock.advance(5 * MINUTE);
  await it.restart();
  expect(explain(it, A).state).toBe("deduplicated");
});

test("a silence, an inhibition and a time interval, each with whose doing it is", async () => {
  const it = await world({
    inhibitRules: [
      {
        name: "site",
        sourceMatchers: [equal("alertname", "SiteDown")],
        targetMatchers: [equal("team", "db")],
        equal: [],
      },
    ],
    timeIntervals: new Map([["always", [{}]]]),
    route: route({ routes: [route({ matchers: [equal("team", "web")], mute_time_intervals: ["always"] })] }),
  });
  await it.post({ ...A, team: "db" }, { endsIn: 1000 });
  await it.post({ alertname: "SiteDown" }, { endsIn: 1000 });
  await it.post({ ...A, team: "web" }, { endsIn: 1000 });
  await it.post({ alertname: "B" }, { endsIn: 1000 });
  const silence = await it.engine.setSilence({
    id: "",
    matchers: [{ name: "alertname", type: "=" as const, value: "B" }],
    startsAt: new Timestamp(it.clock.now()),
    endsAt: new Timestamp(it.clock.now() + 60 * MINUTE),
    createdBy: "alice",
    comment: "upgrade",
    annotations: {},
  });
  expect(silence.ok).toBe(true);
  await it.clock.advance(30 * SECOND);
  const inhibited = explain(it, { ...A, team: "db" });
  expect(inhibited.state).toBe("inhibited");
  expect(inhibited.summary).toMatch(
    /^Inhibited by SiteDown, which fires since .* \(rule site, source \{alertname="SiteDown"\}, target \{team="db"\}\)\.$/,
  );
  const muted = explain(it, { ...A, team: "web" });
  expect([muted.state, muted.summary]).toEqual([
    "muted",
    'Receiver r is muted: it is inside mute_time_intervals always (route {}/{team="web"}/0).',
  ]);
  const silenced = explain(it, { alertname: "B" });
  expect(silenced.state).toBe("silenced");
  expect(silenced.summary).toMatch(
    /^Silenced by 1 silence \(\{alertname="B"\} by alice, until .* UTC, in 59m 30s: upgrade\)\.$/,
  );
});

test("failed and refused say what the receiver said and when it is tried again", async () => {
  const it = await world();
  const words =
    "r/webhook[0]: notify retry canceled due to unrecoverable error after 1 attempts: unexpected status code 400: no";
  it.outcomes.push(
    failed(words, true),
    failed("r/webhook[0]: notify retry canceled after 7 attempts: unexpected status code 503: busy", false),
  );
  await it.post(A, { endsIn: 1000 });
  await it.clock.advance(30 * SECOND);
  expect(explain(it, A).state).toBe("refused");
  expect(explain(it, A).summary).toMatch(
    /^r\/webhook\[0\] refused it at .* UTC: unexpected status code 400: no \(will be tried again in 5m, with the next flush\)\.$/,
  );
  await it.clock.advance(5 * MINUTE);
  expect(explain(it, A).state).toBe("failed");
  expect(explain(it, A).summary).toContain(": unexpected status code 503: busy (will be tried again in 5m");
  await it.clock.advance(5 * MINUTE);
  expect(explain(it, A).state).toBe("notified");
});

test("a receiver's rate limit", async () => {
  const it = await world({ rateLimits: new Map([["r", { every: 60 * SECOND, burst: 1 }]]) });
  await it.post(A, { endsIn: 1000 });
  await it.post({ alertname: "B" }, { endsIn: 1000 });
  await it.clock.advance(30 * SECOND);
  const states = [explain(it, A), explain(it, { alertname: "B" })];
  expect(states.map(({ state }) => state).sort()).toEqual(["notified", "rate_limited"]);
  expect(states.find(({ state }) => state === "rate_limited")?.summary).toBe(
    "r/webhook[0] is over its rate limit (publishing.rate_limit); this group may send in 1m.",
  );
  await it.clock.advance(60 * SECOND);
  expect([explain(it, A).state, explain(it, { alertname: "B" }).state]).toEqual(["notified", "notified"]);
});

test("what is resolved, unknown, or goes to nobody", async () => {
  const it = await world();
  expect(explain(it, A)).toMatchObject({
    state: "unknown_alert",
    summary: "No such alert is known; one with these labels would go to r.",
  });
  await it.post(A, { endsIn: 1000 });
  await it.clock.advance(30 * SECOND);
  await it.post(A, { endsIn: 0 });
  expect(explain(it, A).state).toBe("resolved");
  expect(explain(it, A).summary).toContain("Waiting: its group flushes in 5m (group_interval 5m).");
  await it.clock.advance(5 * MINUTE);
  expect(explain(it, A).summary).toContain("r/webhook[0] was told that it is resolved at ");
  const nobody = await world({ integrations: 0 });
  await nobody.post(A, { endsIn: 1000 });
  expect(explain(nobody, A)).toMatchObject({
    state: "no_receiver",
    summary: "Receiver r has no integrations: nobody is told.",
  });
});

test("what is kept of a group that has nothing new stays the same, however often it is flushed", async () => {
  const it = await world();
  await it.post(A, { endsIn: 100_000 });
  const before = it.engine.deciding()?.recent.size;
  await it.clock.advance(24 * 60 * MINUTE);
  const { recent } = it.engine.deciding() as Deciding;
  expect([before, recent.size]).toEqual([0, 1]);
  const key = '{}:{alertname="A"}:r/webhook/0';
  expect(recent.of(key).decisions).toHaveLength(4);
  expect(recent.of(key).attempts.length).toBeLessThanOrEqual(4);
});
