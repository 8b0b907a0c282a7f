import { describe, expect, test } from "bun:test";
import { ZERO_TIME, Timestamp } from "../core/model/timestamp.ts";
import { configOf, equal, MINUTE, route, SECOND, world } from "./engine-harness.ts";
import { settle } from "./manual-clock.ts";

const A1 = { alertname: "A", instance: "1" };
const A2 = { alertname: "A", instance: "2" };
const A3 = { alertname: "A", instance: "3" };

const sentOnce = { kind: "sent", receiverData: undefined } as const;

describe("a group", () => {
  test("is told of once, after group_wait, with all that came meanwhile", async () => {
    const w = await world();
    await w.post(A1);
    await w.clock.advance(10 * SECOND);
    await w.post(A2);
    await w.clock.advance(20 * SECOND - 1);
    expect(w.sent).toEqual([]);
    await w.clock.advance(1);
    expect(w.sent).toMatchObject([{ at: 30 * SECOND, reason: "first notification", firing: ["1", "2"] }]);
  });

  test("tells of a new alert at the next group_interval, counted from the last tick", async () => {
    const w = await world();
    await w.post(A1, { endsIn: 60 });
    await w.clock.advance(2 * MINUTE);
    await w.post(A2, { endsIn: 60 });
    await w.clock.advance(10 * MINUTE);
    expect(w.sent.map(({ at, reason, firing }) => ({ at, reason, firing }))).toEqual([
      { at: 30 * SECOND, reason: "first notification", firing: ["1"] },
      { at: 5 * MINUTE + 30 * SECOND, reason: "new alerts added", firing: ["1", "2"] },
    ]);
  });

  test("repeats at the tick after repeat_interval has passed since the last send", async () => {
    const w = await world({ route: route({ repeat_interval: 10 * MINUTE }) });
    await w.post(A1, { endsIn: 60 });
    await w.clock.advance(25 * MINUTE);
    // 0:30, then not at 10:30 (exactly repeat_interval later is not yet past it) but at 15:30.
    expect(w.sent.map((s) => s.at / MINUTE)).toEqual([0.5, 15.5]);
    expect(w.sent[1]?.reason).toBe("repeat interval elapsed");
  });

  test("of an alert older than group_wait is told of at once", async () => {
    const w = await world();
    await w.engine.ingest([
      {
        labels: A1,
        annotations: {},
        startsAt: new Timestamp(w.clock.now() - MINUTE),
        endsAt: undefined,
        generatorURL: "",
      },
    ]);
    await w.clock.advance(0);
    expect(w.sent).toMatchObject([{ at: 0, firing: ["1"] }]);
  });

  test("tells when all is resolved and lets go", async () => {
    const w = await world();
    await w.post(A1, { endsIn: 2 });
    await w.clock.advance(6 * MINUTE);
    expect(w.sent).toMatchObject([{ firing: ["1"] }, { reason: "all alerts resolved", firing: [], resolved: ["1"] }]);
    expect(await w.engine.groups()).toEqual([]);
  });

  test("does not tell of what was resolved before anybody heard of it", async () => {
    const w = await world();
    await w.post(A1, { endsIn: 0 });
    await w.clock.advance(10 * MINUTE);
    expect(w.sent).toEqual([]);
  });

  test("without send_resolved forgets silently what is resolved, and a new firing is a first one", async () => {
    const w = await world({ sendResolved: false });
    await w.post(A1, { endsIn: 2 });
    await w.clock.advance(6 * MINUTE);
    await w.post(A1, { endsIn: 60 });
    await w.clock.advance(6 * MINUTE);
    expect(w.sent.map((s) => s.reason)).toEqual(["first notification", "first notification"]);
  });

  test("whose receiver refused is told again at the next interval", async () => {
    const w = await world();
    w.outcomes.push({ kind: "failed", error: "no", refused: false });
    await w.post(A1, { endsIn: 60 });
    await w.clock.advance(6 * MINUTE);
    expect(w.sent.map((s) => s.at / MINUTE)).toEqual([0.5, 5.5]);
    expect(w.sent[0]?.key).not.toBe(w.sent[1]?.key);
    expect(w.log.join("")).toContain(
      'msg="Notify for alerts failed" aggrGroup="{}:{alertname=\\"A\\"}" num_alerts=1 err=no',
    );
  });

  test("takes the routes of children in order, and of later ones after continue", async () => {
    const child = (receiver: string, matched: boolean, goesOn: boolean) =>
      route({ receiver, matchers: [equal("instance", matched ? "1" : "2")], continue: goesOn });
    const w = await world({
      route: route({
        routes: [child("a", true, true), child("b", false, false), child("c", true, false), child("d", true, false)],
      }),
    });
    await w.post(A1);
    await w.clock.advance(30 * SECOND);
    expect(w.sent.map((s) => s.receiver).sort()).toEqual(["a", "c"]);
  });
});

describe("muting", () => {
  const forever = { startsAt: ZERO_TIME, createdBy: "me", comment: "", annotations: {}, id: "" };

  test("a silence mutes until it ends", async () => {
    const w = await world();
    const endsAt = new Timestamp(w.clock.now() + 3 * MINUTE);
    await w.engine.setSilence({ ...forever, endsAt, matchers: [{ type: "=", name: "instance", value: "1" }] });
    await w.post(A1, { endsIn: 60 });
    await w.clock.advance(5 * MINUTE);
    expect(w.sent).toEqual([]);
    await w.clock.advance(MINUTE);
    expect(w.sent).toMatchObject([{ at: 5 * MINUTE + 30 * SECOND, reason: "first notification" }]);
  });

  test("a firing source inhibits, and no longer once it is resolved", async () => {
    const rule = {
      name: "",
      sourceMatchers: [equal("alertname", "Source")],
      targetMatchers: [equal("alertname", "A")],
      equal: ["zone"],
    };
    const w = await world({ inhibitRules: [rule] });
    await w.post({ alertname: "Source", zone: "z" }, { endsIn: 3 });
    await w.post({ ...A1, zone: "z" }, { endsIn: 60 });
    await w.post({ ...A2, zone: "y" }, { endsIn: 60 });
    await w.clock.advance(6 * MINUTE);
    const about = w.sent.filter((s) => !s.firing.includes("Source") && !s.resolved.includes("Source"));
    expect(about.map((s) => s.firing)).toEqual([["2"], ["2", "1"].sort()]);
  });

  test("a mute interval of the route holds notifications back", async () => {
    const always = {
      times: undefined,
      weekdays: undefined,
      daysOfMonth: undefined,
      months: undefined,
      years: undefined,
      location: undefined,
    };
    const w = await world({
      route: route({ routes: [route({ matchers: [equal("alertname", "A")], mute_time_intervals: ["off"] })] }),
      timeIntervals: new Map([["off", [always]]]),
    });
    await w.post(A1, { endsIn: 60 });
    await w.clock.advance(MINUTE);
    expect(w.sent).toEqual([]);
    expect((await w.engine.groups())[0]?.mutedBy).toEqual(["off"]);
  });
});

test("an alert that comes back after it was collected unnotified is one alert, not two", async () => {
  const w = await world({ sendResolved: true });
  await w.post(A1);
  await w.clock.advance(MINUTE);
  expect(w.sent).toMatchObject([{ firing: ["1"] }]);
  // The receiver is down for longer than it takes to collect what is resolved.
  for (let i = 0; i < 20; i++) w.outcomes.push({ kind: "failed", error: "no", refused: false });
  await w.post(A1, { endsIn: 0 });
  await w.clock.advance(45 * MINUTE);
  await w.post(A1);
  w.outcomes.length = 0;
  w.sent.length = 0;
  await w.clock.advance(6 * MINUTE);
  for (const { firing, resolved } of w.sent) expect(firing.length + resolved.length).toBe(1);
  expect((await w.engine.groups()).map((group) => group.alerts.length)).toEqual([1]);
});

describe("a restart", () => {
  test("goes on with the group's timers and repeats nothing", async () => {
    const w = await world();
    await w.post(A1, { endsIn: 60 });
    await w.clock.advance(MINUTE);
    await w.restart();
    await w.post(A2, { endsIn: 60 });
    await w.clock.advance(10 * MINUTE);
    expect(w.sent.map((s) => s.at / MINUTE)).toEqual([0.5, 5.5]);
  });

  test("during group_wait does not begin it anew", async () => {
    const w = await world();
    await w.post(A1);
    await w.clock.advance(20 * SECOND);
    await w.restart();
    await w.clock.advance(10 * SECOND);
    expect(w.sent).toMatchObject([{ at: 30 * SECOND }]);
  });

  test("gives the time nobody listened back to what was firing", async () => {
    const w = await world();
    await w.post(A1, { endsIn: 4 });
    await w.clock.advance(3 * MINUTE);
    w.engine = undefined as never;
    w.clock.step(60 * MINUTE);
    await w.restart();
    await w.clock.advance(30 * SECOND);
    expect(w.sent.filter((s) => s.resolved.length > 0)).toEqual([]);
    await w.clock.advance(6 * MINUTE);
    expect(w.sent.filter((s) => s.resolved.length > 0)).toHaveLength(1);
  });

  test("killed again at once does not lose the time that was given back", async () => {
    const w = await world();
    await w.post(A1, { endsIn: 4 });
    await w.clock.advance(3 * MINUTE);
    w.clock.step(60 * MINUTE);
    await w.restart();
    await w.restart();
    await w.clock.advance(30 * SECOND);
    expect(w.sent.filter((s) => s.resolved.length > 0)).toEqual([]);
  });

  test("in the middle of a send sends the same again under the same key", async () => {
    const w = await world();
    w.outcomes.push(new Promise(() => undefined));
    await w.post(A1, { endsIn: 60 });
    await w.clock.advance(30 * SECOND);
    await w.post(A2, { endsIn: 60 });
    await w.restart();
    await w.clock.advance(SECOND);
    const [first, again, newer] = w.sent;
    expect(again).toMatchObject({ reason: "first notification", firing: ["1"], key: first?.key });
    expect(newer).toMatchObject({ reason: "new alerts added", firing: ["1", "2"] });
    expect(newer?.key).not.toBe(first?.key);
  });

  test("after a page of unknown outcome still tells that the alert is resolved", async () => {
    const w = await world();
    w.outcomes.push(new Promise(() => undefined));
    await w.post(A1, { endsIn: 2 });
    await w.clock.advance(30 * SECOND);
    await w.post(A1, { endsIn: 0 });
    await w.restart();
    await w.clock.advance(10 * MINUTE);
    expect(w.sent.map((s) => [s.firing, s.resolved])).toEqual([
      [["1"], []],
      [["1"], []],
      [[], ["1"]],
    ]);
  });
});

describe("a send that was cut off by its deadline", () => {
  test("is made good under the same key before anything newer, and its end is told", async () => {
    const w = await world();
    w.outcomes.push({ kind: "unknown", error: "context deadline exceeded" });
    await w.post(A1, { endsIn: 2 });
    await w.clock.advance(MINUTE);
    await w.post(A2, { endsIn: 60 });
    await w.clock.advance(5 * MINUTE);
    const [first, again, newer] = w.sent;
    expect(again).toMatchObject({ at: 5 * MINUTE + 30 * SECOND, firing: ["1"], key: first?.key });
    expect(newer).toMatchObject({ at: 5 * MINUTE + 30 * SECOND, firing: ["2"], resolved: ["1"] });
  });

  test("does not hold up the receiver's other integrations", async () => {
    const w = await world({ integrations: 2 });
    w.outcomes.push({ kind: "unknown", error: "context deadline exceeded" }, sentOnce);
    await w.post(A1, { endsIn: 60 });
    await w.clock.advance(MINUTE);
    await w.post(A2, { endsIn: 60 });
    w.outcomes.push(new Promise(() => undefined));
    await w.clock.advance(5 * MINUTE);
    expect(w.sent.slice(2).map((s) => s.firing)).toContainEqual(["1", "2"]);
  });
});

describe("when storing fails", () => {
  test("an alert is answered with an error, yet notified, and stored later", async () => {
    const w = await world();
    w.storage.failNext("full", 2);
    const result = await w.engine.ingest([
      { labels: A1, annotations: {}, startsAt: undefined, endsAt: undefined, generatorURL: "" },
    ]);
    expect(result.storeError).toBeString();
    await w.clock.advance(31 * SECOND);
    expect(w.sent).toHaveLength(1);
    const stored = await w.storage.load();
    expect(stored.alerts).toHaveLength(1);
    expect(stored.notificationLog).toHaveLength(1);
  });

  test("a silence is refused and does not mute", async () => {
    const w = await world();
    w.storage.failNext("full");
    const endsAt = new Timestamp(w.clock.now() + 60 * MINUTE);
    const silence = { id: "", startsAt: ZERO_TIME, endsAt, createdBy: "", comment: "", annotations: {} };
    const result = await w.engine.setSilence({ ...silence, matchers: [{ type: "=", name: "instance", value: "1" }] });
    expect(result).toMatchObject({ ok: false, kind: "not stored" });
    await w.post(A1);
    await w.clock.advance(MINUTE);
    expect(w.sent).toHaveLength(1);
  });

  test("a hanging disk does not hold a notification back for long", async () => {
    const w = await world();
    const release = w.storage.hold();
    void w.post(A1);
    await w.clock.advance(32 * SECOND);
    expect(w.sent).toHaveLength(1);
    release();
  });
});

describe("a reload", () => {
  test("starts the groups over and the log keeps anything from being sent twice", async () => {
    const w = await world();
    await w.post(A1, { endsIn: 60 });
    await w.clock.advance(MINUTE);
    await w.engine.apply(configOf({}, "2"));
    await w.clock.advance(4 * MINUTE);
    await w.post(A3, { endsIn: 60 });
    await w.clock.advance(MINUTE + 1);
    expect(w.sent.map((s) => s.at / MINUTE)).toEqual([0.5, 6]);
  });

  test("does not lose a resolved alert that nobody was told of yet", async () => {
    const w = await world();
    await w.post(A1, { endsIn: 1 });
    await w.clock.advance(90 * SECOND);
    await w.engine.apply(configOf({}, "2"));
    await settle();
    await w.clock.advance(0);
    expect(w.sent.map((s) => s.resolved)).toEqual([[], ["1"]]);
  });
});

test("more alerts of one name than the limit are kept out, but known ones go on", async () => {
  const w = await world({ perAlertNameLimit: 1 });
  await w.post(A1, { endsIn: 60 });
  await w.post(A2, { endsIn: 60 });
  await w.post(A1, { endsIn: 61 });
  expect(w.engine.alerts().map((alert) => alert.labels.get("instance"))).toEqual(["1"]);
  expect(w.log.join("")).toContain("level=WARN");
  expect(w.log.join("")).toContain('msg="error on set alert" alertname=A err="alert limited"');
});

describe("a fallback receiver", () => {
  const refusal = { kind: "failed", error: "bad request", refused: true } as const;

  test("is told what another refused for good, once, and that it is resolved", async () => {
    const w = await world({ fallback: "f" });
    w.outcomes.push(refusal);
    await w.post(A1, { endsIn: 12 });
    await w.clock.advance(30 * SECOND);
    w.outcomes.push(refusal, refusal);
    await w.clock.advance(20 * MINUTE);
    expect(w.sent.filter((s) => s.receiver === "f")).toMatchObject([
      { at: 30 * SECOND, reason: "first notification", firing: ["1"] },
      { at: 15 * MINUTE + 30 * SECOND, reason: "all alerts resolved", resolved: ["1"] },
    ]);
    expect(w.sent.filter((s) => s.receiver === "r").map((s) => s.at / MINUTE)).toEqual([0.5, 5.5, 10.5]);
  });

  test("is not told what may still succeed, nor its own refusals", async () => {
    const late = await world({ fallback: "f" });
    late.outcomes.push({ ...refusal, refused: false });
    await late.post(A1, { endsIn: 60 });
    await late.clock.advance(MINUTE);
    const own = await world({ fallback: "r" });
    own.outcomes.push(refusal);
    await own.post(A1, { endsIn: 60 });
    await own.clock.advance(MINUTE);
    expect([...late.sent, ...own.sent].map((s) => s.receiver)).toEqual(["r", "r"]);
  });
});

describe("a rate limit", () => {
  test("has groups over it wait their turn and then sends their newest state", async () => {
    const w = await world({ rateLimits: new Map([["r", { every: MINUTE, burst: 1 }]]) });
    for (const alertname of ["A", "B", "C"]) {
      await w.post({ alertname, instance: `${alertname}1` }, { endsIn: 60 });
      await w.clock.advance(SECOND);
    }
    await w.clock.advance(37 * SECOND);
    await w.post({ alertname: "C", instance: "C2" }, { endsIn: 60 });
    await w.post({ alertname: "B", instance: "B1" }, { endsIn: 0 });
    await w.clock.advance(4 * MINUTE);
    expect(w.sent.map(({ at, firing }) => [at / SECOND, firing])).toEqual([
      [30, ["A1"]],
      [150, ["C1", "C2"]],
    ]);
  });
});
