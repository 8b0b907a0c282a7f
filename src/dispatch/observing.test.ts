import { expect, test } from "bun:test";
import type { Happening } from "../core/interfaces/observing.ts";
import { Timestamp } from "../core/model/timestamp.ts";
import { equal, MINUTE, SECOND, world, type World, type WorldOptions } from "./engine-harness.ts";

/** A world and what was told of it, as `kind change`. */
async function observed(options: WorldOptions = {}): Promise<World & { told: () => string[]; all: Happening[] }> {
  const it = await world(options);
  const all: Happening[] = [];
  it.engine.observers.add({ happened: (one) => all.push(one) });
  const told = () => all.splice(0).map(({ kind, change }) => `${kind} ${change}`);
  return Object.assign(it, { told, all });
}

test("an alert's beginning, change and end are told once each, and what is sent of them", async () => {
  const { post, clock, told } = await observed();
  await post({ alertname: "A" });
  await post({ alertname: "A" });
  expect(told()).toEqual(["alert firing"]);
  await post({ alertname: "A" }, { annotations: { summary: "worse" } });
  expect(told()).toEqual(["alert updated"]);
  await clock.advance(30 * SECOND);
  expect(told()).toEqual(["notification delivered"]);
  await post({ alertname: "A" }, { endsIn: 0, annotations: { summary: "worse" } });
  await post({ alertname: "A" }, { endsIn: 0, annotations: { summary: "worse" } });
  expect(told()).toEqual(["alert resolved"]);
  await clock.advance(5 * MINUTE);
  expect(told()).toEqual(["notification delivered"]);
});

test("an end that nobody sent is told at the flush that sees it, as of when it was", async () => {
  const { post, clock, all } = await observed();
  await post({ alertname: "A" });
  const began = clock.now();
  await clock.advance(6 * MINUTE);
  const ends = all.filter(({ kind, change }) => kind === "alert" && change === "resolved");
  expect(ends.map(({ at }) => at - began)).toEqual([5 * MINUTE]);
});

test("what mutes an alert is told when it changes, not at every flush", async () => {
  const { post, clock, engine, told } = await observed();
  await post({ alertname: "A" });
  const silence = await engine.setSilence({
    id: "",
    matchers: [{ name: "alertname", type: "=" as const, value: "A" }],
    startsAt: new Timestamp(clock.now()),
    endsAt: new Timestamp(clock.now() + 60 * MINUTE),
    createdBy: "ann",
    comment: "",
    annotations: {},
  });
  expect(told()).toEqual(["alert firing", "silence created"]);
  await clock.advance(30 * SECOND);
  expect(told()).toEqual(["verdict silenced", "notification skipped"]);
  await post({ alertname: "A" });
  await clock.advance(2 * MINUTE);
  await post({ alertname: "A" });
  await clock.advance(3 * MINUTE);
  expect(told()).toEqual(["notification skipped"]);
  if (!silence.ok) throw new Error(silence.message);
  await engine.expireSilence(silence.id, { name: "bob", via: "token" });
  expect(told()).toEqual(["silence expired"]);
  await post({ alertname: "A" });
  await clock.advance(5 * MINUTE - 1);
  await post({ alertname: "A" });
  await clock.advance(1);
  expect(told()).toEqual(["verdict active", "notification delivered"]);
});

test("a silence is told with what it was, what it is and who changed it", async () => {
  const { clock, engine, all } = await observed();
  const posted = {
    id: "",
    matchers: [{ name: "a", type: "=" as const, value: "b" }],
    startsAt: new Timestamp(clock.now()),
    endsAt: new Timestamp(clock.now() + MINUTE),
    createdBy: "ann",
    comment: "first",
    annotations: {},
  };
  const made = await engine.setSilence(posted);
  if (!made.ok) throw new Error(made.message);
  await engine.setSilence({ ...posted, id: made.id, comment: "second" }, { name: "bob", via: "token" });
  expect(all).toMatchObject([
    { change: "created", before: undefined, after: { comment: "first" }, actor: { name: "ann", via: "api" } },
    { change: "updated", before: { comment: "first" }, after: { comment: "second" }, actor: { name: "bob" } },
  ]);
});

test("a refusal is told, and a decision to say nothing new", async () => {
  const { post, clock, outcomes, told, all } = await observed({ integrations: 2 });
  outcomes.push({ kind: "failed", error: "unexpected status code 400", refused: true });
  await post({ alertname: "A" });
  told();
  await clock.advance(30 * SECOND);
  expect(all).toMatchObject([
    { change: "refused", error: "unexpected status code 400", isFinal: true, integration: "webhook", index: 0 },
    { change: "delivered", index: 1 },
  ]);
  told();
  await post({ alertname: "A" });
  await clock.advance(4 * MINUTE);
  await post({ alertname: "A" });
  await clock.advance(MINUTE);
  expect(all).toMatchObject([
    { change: "skipped", reason: "deduplicated", index: 1 },
    { change: "delivered", index: 0 },
  ]);
});

test("an inhibited alert is told with what inhibits it", async () => {
  const rule = { name: "", sourceMatchers: [equal("severity", "page")], targetMatchers: [equal("severity", "info")] };
  const { post, clock, all } = await observed({ inhibitRules: [{ ...rule, equal: [] }] });
  await post({ alertname: "A", severity: "page" });
  await post({ alertname: "B", severity: "info" });
  await clock.advance(30 * SECOND);
  const source = all.flatMap((one) => (one.kind === "alert" ? [one.alert.labels] : []))[0];
  const verdicts = all.filter(({ kind }) => kind === "verdict");
  expect(verdicts).toMatchObject([{ change: "inhibited", by: [source?.fingerprint] }]);
});
