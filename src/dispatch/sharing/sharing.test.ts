import { describe, expect, test } from "bun:test";
import { PERSON, RULES } from "../../core/classification/precedence.ts";
import type { Classification } from "../../core/model/classification.ts";
import { labelSetFromObject } from "../../core/model/labels.ts";
import { Timestamp } from "../../core/model/timestamp.ts";
import { createMemoryStorage } from "../../store/memory.ts";
import { pause } from "../clock.ts";
import { configOf, MINUTE, route, SECOND } from "../engine-harness.ts";
import type { SendOutcome } from "../send.ts";
import { A1, A2, Crowd, Member } from "./sharing-harness.ts";

describe("servers on one database", () => {
  test("all show an alert posted to one of them, and one of them tells of it once", async () => {
    const crowd = await Crowd.of(3);
    await crowd.member(1).post(A1, 60);
    await crowd.clock.advance(SECOND);
    expect(crowd.servers.map((server) => server.instances())).toEqual([["1"], ["1"], ["1"]]);
    await crowd.clock.advance(20 * MINUTE);
    expect(crowd.sent).toMatchObject([{ firing: ["1"], resolved: [] }]);
    expect(crowd.sent[0]?.at).toBeLessThan(31 * SECOND);
  });

  test("keep the group's pace whoever flushes it, and tell once that all is resolved", async () => {
    const crowd = await Crowd.of(3);
    await crowd.member(0).post(A1, 60);
    await crowd.clock.advance(MINUTE);
    await crowd.member(1).post(A2, 60);
    await crowd.clock.advance(5 * MINUTE);
    await crowd.member(2).post(A1, 0);
    await crowd.member(0).post(A2, 0);
    await crowd.clock.advance(30 * MINUTE);
    expect(crowd.sent.map(({ firing, resolved }) => [firing.join(), resolved.join()])).toEqual([
      ["1", ""],
      ["1,2", ""],
      ["", "1,2"],
    ]);
    const seconds = crowd.sent.map(({ at }) => Math.round(at / SECOND));
    expect(seconds).toEqual([30, 330, 630]);
    for (const server of crowd.servers) expect(await server.engine.groups()).toEqual([]);
  });

  test("an alert that comes back into an emptied group waits group_wait, not for the old group's tick", async () => {
    const crowd = await Crowd.of(2);
    await crowd.member(0).post(A1, 60);
    await crowd.clock.advance(MINUTE);
    await crowd.member(0).post(A1, 0);
    await crowd.clock.advance(5 * MINUTE);
    expect(crowd.sent).toHaveLength(2);
    await crowd.member(1).post(A1, 60);
    await crowd.clock.advance(32 * SECOND);
    expect(crowd.sent).toHaveLength(3);
    expect(new Set(crowd.sent.map(({ key }) => key)).size).toBe(3);
  });

  test("a silence answered by one holds on all, at once", async () => {
    const crowd = await Crowd.of(3);
    await crowd.member(0).post(A1, 60);
    await crowd.clock.advance(29.9 * SECOND);
    const now = crowd.clock.now();
    const silence = {
      id: "",
      matchers: [{ type: "=" as const, name: "alertname", value: "A" }],
      startsAt: new Timestamp(now),
      endsAt: new Timestamp(now + 60 * MINUTE),
      createdBy: "me",
      comment: "c",
      annotations: {},
    };
    const result = await crowd.member(2).engine.setSilence(silence);
    expect(result.ok).toBe(true);
    await crowd.clock.advance(10 * MINUTE);
    expect(crowd.sent).toEqual([]);
    for (const server of crowd.servers) expect([...server.engine.silences()]).toHaveLength(1);
  });

  test("a server killed in the middle of a send has its notification made good by another, under the same key", async () => {
    const crowd = await Crowd.of(2);
    crowd.outcome = () => new Promise(() => undefined);
    await crowd.member(0).post(A1, 60);
    await crowd.clock.advance(31 * SECOND);
    expect(crowd.sent).toHaveLength(1);
    const [first] = crowd.sent;
    crowd.outcome = () => Promise.resolve({ kind: "sent", receiverData: undefined });
    crowd.servers.find(({ name }) => name === first?.by)?.kill();
    await crowd.clock.advance(15 * SECOND);
    expect(crowd.sent).toHaveLength(2);
    expect(crowd.sent[1]?.key).toBe(first?.key as string);
    expect(crowd.sent[1]?.by).not.toBe(first?.by);
    await crowd.clock.advance(30 * MINUTE);
    expect(crowd.sent).toHaveLength(2);
  });

  test("a send in progress is nobody else's however long it takes", async () => {
    const crowd = await Crowd.of(3);
    let answer: (outcome: SendOutcome) => void = () => undefined;
    crowd.outcome = () => new Promise((resolve) => (answer = resolve));
    await crowd.member(0).post(A1, 60);
    await crowd.clock.advance(4 * MINUTE);
    expect(crowd.sent).toHaveLength(1);
    answer({ kind: "sent", receiverData: undefined });
    await crowd.clock.advance(10 * MINUTE);
    expect(crowd.sent).toHaveLength(1);
  });

  test("what a receiver refuses for now is tried again by whoever flushes next", async () => {
    const crowd = await Crowd.of(3);
    let failures = 2;
    crowd.outcome = () =>
      Promise.resolve(
        failures-- > 0 ? { kind: "failed", error: "503", refused: false } : { kind: "sent", receiverData: undefined },
      );
    await crowd.member(0).post(A1, 60);
    await crowd.clock.advance(30 * MINUTE);
    expect(crowd.sent.map(({ at }) => Math.round(at / MINUTE - 0.5))).toEqual([0, 5, 10]);
  });

  test("servers whose clocks differ by minutes agree on what is due and resolved", async () => {
    const crowd = new Crowd();
    for (const [i, name] of ["a", "b", "c"].entries()) {
      const member = new Member(crowd, name, createMemoryStorage(), configOf({}));
      member.skew = (i - 1) * 5 * MINUTE;
      crowd.servers.push(member);
      await member.start();
    }
    for (const server of crowd.servers) await server.post(A1);
    await crowd.clock.advance(2 * MINUTE);
    for (const server of crowd.servers) expect(server.instances()).toEqual(["1"]);
    await crowd.clock.advance(20 * MINUTE);
    expect(crowd.sent.map(({ firing, resolved }) => [firing.join(), resolved.join()])).toEqual([
      ["1", ""],
      ["", "1"],
    ]);
  });

  test("a clock set forward by an hour on one of them invents and loses nothing", async () => {
    const crowd = await Crowd.of(2);
    await crowd.member(0).post(A1, 90);
    await crowd.clock.advance(10 * SECOND);
    crowd.member(0).skew = 60 * MINUTE;
    await crowd.clock.advance(30 * MINUTE);
    crowd.member(1).skew = -60 * MINUTE;
    await crowd.clock.advance(30 * MINUTE);
    expect(crowd.sent).toMatchObject([{ firing: ["1"] }]);
  });
});

test("a machine suspended for ten minutes wakes up to the others' work: nothing lost, nothing invented", async () => {
  const crowd = await Crowd.of(2);
  await crowd.member(0).post(A1, 60);
  await crowd.clock.advance(MINUTE);
  // Everything stands still there: no timer, no look, and a forward-only clock that knows nothing of it.
  const asleep = crowd.member(0);
  const awake = new Promise<void>((resolve) => crowd.clock.schedule(10 * MINUTE, resolve));
  asleep.shared.delay = awake;
  await crowd.member(1).post(A2, 60);
  await crowd.clock.advance(10 * MINUTE);
  asleep.suspended = 10 * MINUTE;
  asleep.shared.delay = undefined;
  await asleep.post({ alertname: "A", instance: "3" });
  expect(asleep.instances()).toEqual(["1", "2", "3"]);
  const posted = asleep.engine.alerts().find((alert) => alert.labels.get("instance") === "3");
  expect(Math.abs((posted?.updatedAt.ms ?? 0) - crowd.clock.now())).toBeLessThan(SECOND);
  await crowd.clock.advance(6 * MINUTE);
  expect(crowd.sent.map(({ firing, resolved }) => [firing.join(), resolved.join()])).toEqual([
    ["1", ""],
    ["1,2", ""],
    ["1,2,3", ""],
  ]);
});

test("what is resolved and told is collected by all, and one that comes back then is told of again", async () => {
  const crowd = await Crowd.of(3);
  await crowd.member(0).post(A1, 60);
  await crowd.clock.advance(MINUTE);
  await crowd.member(1).post(A1, 0);
  await crowd.clock.advance(70 * MINUTE);
  for (const server of crowd.servers) expect(server.engine.alerts()).toEqual([]);
  expect((await crowd.database.connect("visitor").load()).alerts).toEqual([]);
  await crowd.member(2).post(A1, 60);
  await crowd.clock.advance(MINUTE);
  expect(crowd.sent.map(({ firing, resolved }) => [firing.join(), resolved.join()])).toEqual([
    ["1", ""],
    ["", "1"],
    ["1", ""],
  ]);
});

test("a server that is stopped in order hands what it could not finish to another one at once", async () => {
  const crowd = await Crowd.of(2);
  crowd.outcome = (_, __, { stopping }) =>
    new Promise((resolve) => stopping.addEventListener("abort", () => resolve({ kind: "unknown", error: "stopped" })));
  await crowd.member(0).post(A1, 60);
  await crowd.clock.advance(31 * SECOND);
  const [first] = crowd.sent;
  crowd.outcome = () => Promise.resolve({ kind: "sent", receiverData: undefined });
  const stopped = crowd.servers.find(({ name }) => name === first?.by)?.engine.stop();
  await crowd.clock.advance(7 * SECOND);
  await stopped;
  expect(crowd.sent.map(({ key }) => key)).toEqual([first?.key as string, first?.key as string]);
  expect(crowd.sent[1]?.by).not.toBe(first?.by);
});

describe("what alerts are classified as", () => {
  const fingerprint = labelSetFromObject(A1).fingerprint;
  const said = (crowd: Crowd, classifier: string, change: Partial<Classification> = {}): Classification => ({
    fingerprint,
    classifier,
    classifiedAt: crowd.clock.now(),
    severity: "info",
    category: "storage",
    confidence: 0.9,
    reason: "It is known.",
    recommendations: [],
    ...change,
  });
  const known = (crowd: Crowd) =>
    crowd.servers.map(({ engine }) => engine.classifications.get(fingerprint)?.classifier);
  const inDatabase = async (crowd: Crowd) =>
    (await crowd.database.connect("visitor").load()).classifications.map(({ classifier }) => classifier);

  test("is known to all within a second, and to what starts from their copies", async () => {
    const crowd = await Crowd.of(2);
    await crowd.member(0).post(A1, 60);
    await crowd.clock.advance(SECOND);
    await crowd.database.connect("visitor").commit({ classifications: [said(crowd, "llm")] });
    await crowd.clock.advance(SECOND);

    expect(known(crowd)).toEqual(["llm", "llm"]);
    for (const { local } of crowd.servers) expect((await local.load()).classifications).toHaveLength(1);
    crowd.member(1).kill();
    await crowd.member(1).start({ up: false });
    expect(known(crowd)).toEqual(["llm", "llm"]);
  });

  test("is not what a person said any more, for one that hears of its being taken back with the answer that came after", async () => {
    const crowd = await Crowd.of(2);
    await crowd.member(0).post(A1, 60);
    await crowd.clock.advance(SECOND);
    await crowd.member(0).engine.classified.correct(said(crowd, PERSON));
    await crowd.clock.advance(SECOND);
    expect(known(crowd)).toEqual([PERSON, PERSON]);
    await crowd.member(0).engine.classified.correct(said(crowd, RULES));
    crowd.member(0).engine.classified.keep(said(crowd, "llm"));
    await crowd.clock.advance(5 * SECOND);

    expect([known(crowd), await inDatabase(crowd)]).toEqual([["llm", "llm"], ["llm"]]);
  });

  test("goes with the alert, everywhere", async () => {
    const crowd = await Crowd.of(2);
    await crowd.member(0).post(A1, 60);
    await crowd.clock.advance(SECOND);
    const visitor = crowd.database.connect("visitor");
    await visitor.commit({ classifications: [said(crowd, PERSON)] });
    await crowd.clock.advance(MINUTE);
    await crowd.member(1).post(A1, 0);
    await crowd.clock.advance(70 * MINUTE);

    expect([known(crowd), await inDatabase(crowd)]).toEqual([[undefined, undefined], []]);
    for (const { local } of crowd.servers) expect((await local.load()).classifications).toEqual([]);
  });

  test("told of an alert that was collected here before is let go of with the next collection", async () => {
    const crowd = await Crowd.of(1);
    crowd.member(0).engine.classifications.put(said(crowd, "llm"));
    await crowd.clock.advance(31 * MINUTE);

    expect(crowd.member(0).engine.classifications.size).toBe(0);
  });

  test("is brought together after an outage: what was said meanwhile is told, what was taken back stays so", async () => {
    const crowd = await Crowd.of(2);
    await crowd.member(0).post(A1, 60);
    await crowd.member(0).post(A2, 60);
    await crowd.clock.advance(SECOND);
    const visitor = crowd.database.connect("visitor");
    await visitor.commit({ classifications: [said(crowd, PERSON)] });
    await crowd.clock.advance(5 * MINUTE);
    expect(known(crowd)).toEqual([PERSON, PERSON]);
    crowd.member(0).shared.up = false;
    await crowd.clock.advance(MINUTE);

    await visitor.commit({ classifications: [said(crowd, RULES)] });
    await crowd.clock.advance(SECOND);
    await visitor.commit({ classifications: [said(crowd, "llm", { takenBackAt: crowd.clock.now() - SECOND })] });
    const other = said(crowd, "llm", { fingerprint: labelSetFromObject(A2).fingerprint });
    crowd.member(0).engine.classifications.put(other);
    await crowd.clock.advance(SECOND);
    expect(known(crowd)).toEqual([PERSON, "llm"]);
    crowd.member(0).shared.up = true;
    await crowd.clock.advance(5 * SECOND);

    expect([known(crowd), await inDatabase(crowd)]).toEqual([
      ["llm", "llm"],
      ["llm", "llm"],
    ]);
    expect(crowd.member(1).engine.classifications.get(other.fingerprint)).toEqual(other);
    const stored = (await crowd.member(0).local.load()).classifications;
    expect(stored.find((one) => one.fingerprint === fingerprint)?.classifier).toBe("llm");
  });
});

describe("a receiver of a class", () => {
  /** Wants everything, once it has waited for a minute; tells which receivers were told, and when. */
  async function crowdWithClasses(longest: number) {
    const crowd = new Crowd();
    const told: [at: number, receiver: string, by: string][] = [];
    crowd.outcome = (by, { receiver }) => {
      told.push([(crowd.clock.now() - crowd.began) / SECOND, receiver, by]);
      return Promise.resolve({ kind: "sent", receiverData: undefined });
    };
    const classReceivers = {
      names: ["extra"],
      wants: () => true,
      wait: () => longest,
      settled: (_: unknown, ms: number, signal: AbortSignal) => pause(crowd.clock, ms, signal),
    };
    for (const name of ["a", "b"]) await crowd.start(name, { ...configOf({}), classReceivers });
    return { crowd, told };
  }

  test("is told once by one of the servers", async () => {
    const { crowd, told } = await crowdWithClasses(0);
    await crowd.member(0).post(A1, 60);
    await crowd.member(1).post(A1, 60);
    await crowd.clock.advance(6 * MINUTE);

    expect(told.map(([at, receiver]) => [Math.round(at), receiver]).toSorted()).toEqual([
      [30, "extra"],
      [30, "r"],
    ]);
  });

  test("may wait, which the group's own does not, and is told by another where the one that waited stops", async () => {
    const { crowd, told } = await crowdWithClasses(MINUTE);
    await crowd.member(0).post(A1, 60);
    await crowd.clock.advance(40 * SECOND);
    expect(told.map(([at, receiver]) => [Math.round(at), receiver])).toEqual([[30, "r"]]);
    const stopped = crowd.servers.find(({ name }) => name === told[0]?.[2])?.engine.stop();
    await crowd.clock.advance(3 * MINUTE);
    await stopped;

    expect(told.map(([, receiver]) => receiver)).toEqual(["r", "extra"]);
    expect(told[1]?.[2]).not.toBe(told[0]?.[2]);
  });
});

describe("a configuration", () => {
  test("loaded by one has the others wait until they have it too, and nothing is sent twice", async () => {
    const crowd = await Crowd.of(2);
    await crowd.member(0).post(A1, 60);
    await crowd.clock.advance(MINUTE);
    const changed = configOf({ route: route({ group_by: ["alertname"] }) }, "2");
    for (const server of crowd.servers) {
      server.config = changed;
      await server.engine.apply(changed);
      await crowd.clock.advance(2 * MINUTE);
    }
    await crowd.clock.advance(20 * MINUTE);
    expect(crowd.sent).toHaveLength(1);
    await crowd.member(0).post(A2, 60);
    await crowd.clock.advance(6 * MINUTE);
    expect(crowd.sent).toHaveLength(2);
  });

  test("whose only servers died gives way to one that lives", async () => {
    const crowd = await Crowd.of(1);
    const newer = await crowd.start("z", configOf({}, "2"));
    await crowd.member(0).post(A1, 60);
    newer.kill();
    await crowd.clock.advance(2 * MINUTE);
    expect(crowd.sent).toMatchObject([{ by: "a", firing: ["1"] }]);
  });
});

describe("with the database away", () => {
  test("alerts are taken, stored here and told of, and all is there when it is back", async () => {
    const crowd = await Crowd.of(2);
    await crowd.clock.advance(5 * SECOND);
    for (const server of crowd.servers) server.shared.up = false;
    await crowd.clock.advance(5 * SECOND);
    await crowd.member(0).post(A1, 60);
    expect(crowd.member(0).local.batches.some((batch) => (batch.alerts?.length ?? 0) > 0)).toBe(true);
    expect(crowd.member(0).store.health().state).toBe("degraded");
    await crowd.clock.advance(MINUTE);
    expect(crowd.sent).toMatchObject([{ by: "a", firing: ["1"] }]);
    for (const server of crowd.servers) server.shared.up = true;
    await crowd.clock.advance(5 * SECOND);
    expect(crowd.member(1).instances()).toEqual(["1"]);
    expect(crowd.member(0).store.health().state).toBe("ok");
    await crowd.clock.advance(30 * MINUTE);
    expect(crowd.sent).toHaveLength(1);
  });

  test("an alert is not resolved because its sender cannot be heard everywhere", async () => {
    const crowd = await Crowd.of(2);
    await crowd.member(0).post(A1);
    await crowd.clock.advance(MINUTE);
    for (const server of crowd.servers) server.shared.up = false;
    for (let i = 0; i < 10; i++) {
      await crowd.clock.advance(MINUTE);
      await crowd.member(0).post(A1);
    }
    for (const server of crowd.servers) server.shared.up = true;
    await crowd.clock.advance(2 * MINUTE);
    expect(crowd.sent.filter(({ resolved }) => resolved.length > 0)).toEqual([]);
  });

  test("an alert is resolved when its sender says so, whose clock is a little ahead", async () => {
    const crowd = await Crowd.of(2);
    for (const { shared } of crowd.servers) shared.up = false;
    await crowd.member(0).post(A1);
    await crowd.clock.advance(MINUTE);
    expect(crowd.sent).toMatchObject([{ firing: ["1"] }]);
    await crowd.member(0).post(A1, SECOND / MINUTE);
    await crowd.clock.advance(6 * MINUTE);
    expect(crowd.sent.slice(1)).toMatchObject([{ resolved: ["1"] }]);
  });

  test("a server starts from its local copy", async () => {
    const crowd = await Crowd.of(1);
    await crowd.member(0).post(A1, 60);
    await crowd.clock.advance(MINUTE);
    crowd.member(0).kill();
    await crowd.member(0).start({ up: false });
    expect(crowd.member(0).instances()).toEqual(["1"]);
    await crowd.clock.advance(10 * MINUTE);
    expect(crowd.sent).toHaveLength(1);
  });

  test("what another has ended meanwhile does not come back from an old local copy", async () => {
    const crowd = await Crowd.of(2);
    await crowd.member(0).post(A1, 600);
    await crowd.clock.advance(2 * MINUTE);
    crowd.member(1).kill();
    await crowd.member(0).post(A1, 0);
    await crowd.clock.advance(90 * MINUTE);
    const before = crowd.sent.length;
    await crowd.member(1).start();
    await crowd.clock.advance(30 * MINUTE);
    expect(crowd.sent).toHaveLength(before);
    expect(crowd.member(1).instances()).toEqual([]);
  });

  test("a notification in the middle of being sent goes out, and its outcome is known when the database is back", async () => {
    const crowd = await Crowd.of(2);
    let answer: (outcome: SendOutcome) => void = () => undefined;
    crowd.outcome = () => new Promise((resolve) => (answer = resolve));
    await crowd.member(0).post(A1, 60);
    await crowd.clock.advance(31 * SECOND);
    for (const server of crowd.servers) server.shared.up = false;
    await crowd.clock.advance(5 * SECOND);
    answer({ kind: "sent", receiverData: undefined });
    crowd.outcome = () => Promise.resolve({ kind: "sent", receiverData: undefined });
    await crowd.clock.advance(30 * SECOND);
    const [by] = crowd.sent.map((one) => one.by);
    const sender = crowd.servers.find(({ name }) => name === by) as Member;
    sender.shared.up = true;
    await crowd.clock.advance(5 * SECOND);
    for (const server of crowd.servers) server.shared.up = true;
    await crowd.clock.advance(20 * MINUTE);
    expect(crowd.sent.filter((one) => one.by === by)).toHaveLength(1);
  });
});

test("alerts put into the database by somebody who knows no routes are told of", async () => {
  const crowd = await Crowd.of(2);
  const elsewhere = new Crowd();
  await (await elsewhere.start("old")).post(A1, 60);
  const { alerts } = await elsewhere.database.connect("copy").load();
  await crowd.database.connect("restore").commit({ alerts });
  await crowd.clock.advance(MINUTE);
  expect(crowd.sent).toMatchObject([{ firing: ["1"] }]);
});

test("a single commit that fails is made up for, and its alert told of once", async () => {
  const crowd = await Crowd.of(2);
  await crowd.clock.advance(SECOND);
  const [server, other] = crowd.servers as [Member, Member];
  server.shared.failNextCommit = Promise.resolve();
  await server.post(A1, 60);
  await crowd.clock.advance(5 * SECOND);
  expect(server.store.sharing).toBe(true);
  expect(other.instances()).toEqual(["1"]);
  await crowd.clock.advance(10 * MINUTE);
  expect(crowd.sent).toMatchObject([{ firing: ["1"] }]);
});

test("what was on its way when the database went away is not taken for something it has let go of", async () => {
  const crowd = await Crowd.of(1);
  const [server] = crowd.servers as [Member];
  await crowd.clock.advance(SECOND);
  // Its commit hangs while looks go on, and fails only when the database is back from being away.
  server.shared.failNextCommit = new Promise((resolve) => crowd.clock.schedule(20 * SECOND, resolve));
  const posted = server.post(A1, 60);
  await crowd.clock.advance(5 * SECOND);
  server.shared.up = false;
  await crowd.clock.advance(5 * SECOND);
  expect(server.store.sharing).toBe(false);
  server.shared.up = true;
  await crowd.clock.advance(5 * SECOND);
  expect(server.store.sharing).toBe(true);
  expect(server.instances()).toEqual(["1"]);
  await crowd.clock.advance(10 * SECOND);
  await posted;
  expect((await crowd.database.connect("visitor").load()).alerts).toHaveLength(1);
});

test("an alert refreshed right before a server died, and ended elsewhere since, does not come back with it", async () => {
  const crowd = await Crowd.of(2);
  const [stays, dies] = crowd.servers as [Member, Member];
  await dies.post(A1, 4);
  await crowd.clock.advance(MINUTE);
  await dies.post(A1, 4);
  await crowd.clock.advance(5 * SECOND);
  dies.kill();
  await stays.post(A1, 0);
  await crowd.clock.advance(70 * MINUTE);
  expect((await crowd.database.connect("visitor").load()).alerts).toEqual([]);
  const before = crowd.sent.length;
  await dies.start();
  await crowd.clock.advance(10 * MINUTE);
  expect(crowd.sent).toHaveLength(before);
  expect(dies.instances()).toEqual([]);
});

test("all servers away for forty minutes: what was firing still is, and nothing is resolved by silence alone", async () => {
  const crowd = await Crowd.of(2);
  await crowd.member(0).post(A1);
  await crowd.clock.advance(MINUTE);
  for (const server of crowd.servers) server.kill();
  await crowd.clock.advance(40 * MINUTE);
  for (const server of crowd.servers) await server.start();
  await crowd.clock.advance(SECOND);
  await crowd.member(1).post(A1);
  await crowd.clock.advance(4 * MINUTE);
  expect(crowd.sent).toMatchObject([{ firing: ["1"], resolved: [] }]);
});
