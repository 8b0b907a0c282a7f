import { expect, test } from "bun:test";
import { judge, type Verdict } from "../../core/explain/verdict.ts";
import { labelSetFromObject } from "../../core/model/labels.ts";
import { Timestamp } from "../../core/model/timestamp.ts";
import { configOf, equal, MINUTE, route, SECOND, world, type World } from "../engine-harness.ts";
import type { SendOutcome } from "../send.ts";
import { findByLabels, gatherFacts, type Deciding } from "./gather.ts";

/* Several things at once: what counts is said first, and nothing is left out. */

function explain(it: World, labels: Record<string, string>): Verdict {
  const deciding = it.engine.deciding() as Deciding;
  const set = labelSetFromObject(labels);
  const alert = findByLabels(deciding, set);
  return judge(gatherFacts(deciding, alert?.labels ?? set, alert, (key) => deciding.recent.of(key)));
}
const A = { alertname: "A", team: "db" };
const FAILED: SendOutcome = { kind: "failed", error: "a/webhook[0]: unexpected status code 503", refused: false };
const ALWAYS = new Map([["always", [{}]]]);
const db = [equal("team", "db")];

async function silence(it: World, minutes: number): Promise<void> {
  const { ok } = await it.engine.setSilence({
    id: "",
    matchers: [{ name: "team", type: "=", value: "db" }],
    startsAt: new Timestamp(it.clock.now()),
    endsAt: new Timestamp(it.clock.now() + minutes * MINUTE),
    createdBy: "ann",
    comment: "",
    annotations: {},
  });
  expect(ok).toBe(true);
}

const reasons = (verdict: Verdict) => verdict.reasons.map(({ reason, receiver }) => [reason, receiver ?? ""].join(" "));

/** Three receivers of one alert: one that fails at first, one that is muted, one that waits longer. */
async function threefold(): Promise<World> {
  const routes = [
    route({ receiver: "a", matchers: db, continue: true }),
    route({ receiver: "b", matchers: db, continue: true, mute_time_intervals: ["always"] }),
    route({ receiver: "c", matchers: db, group_wait: 3 * MINUTE }),
  ];
  const it = await world({ timeIntervals: ALWAYS, route: route({ routes }) });
  it.outcomes.push(FAILED);
  await it.post(A, { endsIn: 1000 });
  await it.clock.advance(40 * SECOND);
  return it;
}

test("inhibited, muted and silenced: in the order in which a flush would find it so", async () => {
  const rule = { name: "", sourceMatchers: [equal("alertname", "SiteDown")], targetMatchers: db, equal: [] };
  const routes = [route({ matchers: db, mute_time_intervals: ["always"] })];
  const it = await world({ inhibitRules: [rule], timeIntervals: ALWAYS, route: route({ routes }) });
  await it.post(A, { endsIn: 1000 });
  await silence(it, 60);
  await it.post({ alertname: "SiteDown" }, { endsIn: 1000 });
  await it.clock.advance(40 * SECOND);
  expect([explain(it, A).state, ...reasons(explain(it, A))]).toEqual([
    "inhibited",
    "inhibited ",
    "silenced ",
    "muted r",
  ]);

  await it.post({ alertname: "SiteDown" }, { endsIn: 0 });

  expect([explain(it, A).state, ...reasons(explain(it, A))]).toEqual(["muted", "silenced ", "muted r"]);
});

test("several receivers with different fates: the one that went wrong first, and each of them", async () => {
  const it = await threefold();
  expect(explain(it, A).summary).toMatch(/^a\/webhook\[0\] failed at .* Others: b muted, c\/webhook\[0\] waiting\.$/);
  expect(reasons(explain(it, A))).toEqual(["failed a", "muted b", "waiting c"]);
  await it.clock.advance(4 * MINUTE);
  expect(reasons(explain(it, A))).toEqual(["failed a", "muted b", "notified c"]);
  // Tried again, and delivered.
  await it.clock.advance(10 * MINUTE);
  expect(reasons(explain(it, A))).toEqual(["muted b", "deduplicated a", "deduplicated c"]);
  expect(explain(it, A).summary).toContain("Others: a/webhook[0] deduplicated, c/webhook[0] deduplicated.");
});

test("labels no alert has: that one receiver of several is muted keeps the others from nothing", async () => {
  const it = await threefold();
  expect(explain(it, { ...A, more: "x" }).summary).toStartWith(
    "No such alert is known; one with these labels would go to a, b, c. Receiver b is muted: ",
  );
  await silence(it, 60);
  expect(explain(it, { ...A, more: "x" }).summary).toStartWith(
    "No such alert is known; one with these labels would go to a, b, c, but not now. Silenced by 1 silence ",
  );
});

test("resolved: to whom that is still to be told, and what keeps it from them", async () => {
  const it = await threefold();
  await it.clock.advance(9 * MINUTE);
  await it.post(A, { endsIn: 0 });
  const over = () => explain(it, A);
  expect([over().state, ...reasons(over())]).toEqual(["resolved", "resolved ", "waiting a", "waiting c", "resolved b"]);
  expect(over().summary).toContain(" a: Waiting: its group flushes in ");
  expect(over().summary).toEndWith("b/webhook[0] was not told that it fired, so not that it is over.");

  await silence(it, 60);
  expect(reasons(over())).toEqual(["resolved ", "silenced ", "waiting a", "waiting c", "resolved b"]);
  expect(over().summary).toContain(" c: Waiting: ");
  expect(over().summary).toContain(" Silenced by 1 silence ");
});

test("resolved while its time is muted: nobody is told of that", async () => {
  const it = await world();
  await it.post(A, { endsIn: 1000 });
  await it.clock.advance(40 * SECOND);
  const options = { timeIntervals: ALWAYS, route: route({ mute_time_intervals: ["always"] }) };
  await it.engine.apply(configOf(options, "2"));
  await it.post(A, { endsIn: 0 });

  expect(reasons(explain(it, A))).toEqual(["resolved ", "muted r"]);
  expect(explain(it, A).summary).toContain("Receiver r is muted: it is inside mute_time_intervals always");
});

test("after a reload without its receivers: what the one that is left was told", async () => {
  const it = await threefold();
  await it.clock.advance(9 * MINUTE);
  await it.engine.apply(configOf({ route: route({ receiver: "only" }) }, "2"));
  expect([explain(it, A).state, ...reasons(explain(it, A))]).toEqual(["waiting", "waiting only"]);
  await it.clock.advance(MINUTE);
  expect(reasons(explain(it, A))).toEqual(["notified only"]);
});

test("one that was dropped was not sent, and who wanted that is said", async () => {
  const it = await world();
  it.outcomes.push(FAILED);
  await it.post(A, { endsIn: 1000 });
  await it.clock.advance(40 * SECOND);
  const [known] = await it.engine.notifications.list();
  if (known === undefined) throw new Error("no such notification");
  await it.engine.notifications.drop(known, "ann");

  expect(explain(it, A)).toMatchObject({
    state: "deduplicated",
    summary:
      "ann let go of the notification of r/webhook[0] at 2026-01-05 12:00:40 UTC: it counts as sent until there is something new; " +
      "repeats in 1h if it still fires (repeat_interval 1h).",
  });
});
