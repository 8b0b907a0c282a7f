import { describe, expect, test } from "bun:test";
import type { Snapshot } from "../core/backup/newer.ts";
import { PERSON } from "../core/classification/precedence.ts";
import type { Classification } from "../core/model/classification.ts";
import { Timestamp } from "../core/model/timestamp.ts";
import { alertOf, classificationOf, silenceOf } from "../store/fixtures.ts";
import { configOf, equal, MINUTE, route, SECOND, world, type World } from "./engine-harness.ts";
import { settle } from "./manual-clock.ts";

const A1 = { alertname: "A", instance: "1" };
const A2 = { alertname: "A", instance: "2" };
const B1 = { alertname: "B", instance: "b" };

/** A server that has nothing, and whose clock says what another one's does. */
async function freshAt(other: World): Promise<World> {
  const fresh = await world({ route: other.config.route });
  await fresh.clock.advance(other.clock.now() - fresh.clock.now());
  return fresh;
}

async function takeIn(w: World, backup: Snapshot) {
  const counts = await w.engine.backups.takeIn(backup);
  await settle();
  return counts;
}

const names = (w: World) => w.engine.alerts().map((alert) => alert.labels.get("instance"));

describe("what alerts are classified as", () => {
  const said = (w: World, labels: Record<string, string>, classifier: string, ms = 0): Classification =>
    classificationOf(alertOf(labels), { classifier, classifiedAt: w.clock.now() + ms });

  test("comes with them, is stored, and gives way to what counts over it", async () => {
    const source = await world();
    await source.post(A1, { endsIn: 60 });
    await source.post(A2, { endsIn: 60 });
    const [one, two] = [said(source, A1, "llm"), said(source, A2, "llm")];
    source.engine.classifications.put(one);
    source.engine.classifications.put(two);
    const backup = await source.engine.backups.take();

    const fresh = await freshAt(source);
    await fresh.post(A2, { endsIn: 60 });
    const correction = said(fresh, A2, PERSON, -MINUTE);
    fresh.engine.classifications.put(correction);
    expect(await takeIn(fresh, backup)).toMatchObject({ classifications: { new: 1, older: 1 } });
    expect((await fresh.storage.load()).classifications).toEqual([one]);
    expect([...fresh.engine.classifications.all()]).toEqual([correction, one]);
    expect(await takeIn(fresh, backup)).toMatchObject({ classifications: { new: 0, older: 2 } });
  });

  test("stays away with an alert that has ended since", async () => {
    const w = await world();
    await w.post(A1, { endsIn: 60 });
    await w.clock.advance(MINUTE);
    w.engine.classifications.put(said(w, A1, "llm"));
    const backup = await w.engine.backups.take();
    await w.post(A1, { endsIn: 0 });
    await w.clock.advance(60 * MINUTE);
    expect(w.engine.classifications.size).toBe(0);

    expect(await takeIn(w, backup)).toMatchObject({ alerts: { new: 0 }, classifications: { new: 0, older: 1 } });
    expect(w.engine.classifications.size).toBe(0);
  });

  test("is in force and stored later where the store refuses it", async () => {
    const source = await world();
    await source.post(A1, { endsIn: 60 });
    source.engine.classifications.put(said(source, A1, "llm"));
    const fresh = await freshAt(source);
    fresh.storage.failNext("full", 3);
    await fresh.engine.backups.takeIn(await source.engine.backups.take()).catch(() => undefined);
    expect(fresh.engine.classifications.size).toBe(1);
    await fresh.clock.advance(MINUTE);

    expect((await fresh.storage.load()).classifications).toHaveLength(1);
  });
});

describe("a backup taken in by a server that has nothing", () => {
  test("repeats no page, and news of the same group is told at the group's own pace", async () => {
    const source = await world();
    await source.post(A1, { endsIn: 60 });
    await source.clock.advance(2 * MINUTE);
    expect(source.sent).toHaveLength(1);

    const fresh = await freshAt(source);
    const counts = await takeIn(fresh, await source.engine.backups.take());
    expect(counts).toMatchObject({ alerts: { new: 1, older: 0 }, notificationLog: { new: 1 }, groups: { new: 1 } });
    await fresh.post(A2, { endsIn: 60 });
    await fresh.clock.advance(10 * MINUTE);

    // The group flushed at 0:30 and does so again at 5:30, not group_wait after it was made here.
    expect(fresh.sent.map(({ at, firing }) => [at / MINUTE, firing.join()])).toEqual([[5.5, "1,2"]]);
  });

  test("is stored: a restart finds everything", async () => {
    const source = await world();
    await source.post(A1, { endsIn: 60 });
    await source.engine.setSilence({
      id: "",
      matchers: [equal("alertname", "B")],
      startsAt: new Timestamp(source.clock.now()),
      endsAt: new Timestamp(source.clock.now() + 60 * MINUTE),
      createdBy: "ann",
      comment: "c",
      annotations: {},
    });
    await source.clock.advance(MINUTE);

    const fresh = await freshAt(source);
    await takeIn(fresh, await source.engine.backups.take());
    await fresh.restart();

    expect(names(fresh)).toEqual(["1"]);
    expect([...fresh.engine.silences()]).toHaveLength(1);
    await fresh.post(B1, { endsIn: 60 });
    await fresh.clock.advance(3 * MINUTE);
    expect(fresh.sent).toEqual([]);
  });

  test("makes good a decision whose outcome nobody knows, under the same key, with the same alerts", async () => {
    const source = await world();
    source.outcomes.push(new Promise(() => undefined));
    await source.post(A1, { endsIn: 60 });
    await source.post(A2, { endsIn: 60 });
    await source.clock.advance(31 * SECOND);
    expect(source.sent).toHaveLength(1);

    const fresh = await freshAt(source);
    expect(await takeIn(fresh, await source.engine.backups.take())).toMatchObject({ decisions: { new: 1 } });
    await fresh.clock.advance(MINUTE);

    expect(fresh.sent).toMatchObject([{ key: source.sent[0]?.key, firing: ["1", "2"] }]);
  });

  test("that was started after the backup was taken does not resolve what it could not hear of", async () => {
    const source = await world();
    await source.post(A1, { endsIn: 4 });
    await source.clock.advance(2 * MINUTE);
    const backup = await source.engine.backups.take();
    const fresh = await world({ start: source.clock.now() + 30 * MINUTE });
    await fresh.clock.advance(MINUTE);

    await takeIn(fresh, backup);
    await fresh.clock.advance(30 * SECOND);
    expect(fresh.sent).toEqual([]);
    expect(names(fresh)).toEqual(["1"]);
    // Two minutes were left to it when the backup was taken, and were when this server began to listen.
    await fresh.clock.advance(10 * MINUTE);
    expect(fresh.sent).toMatchObject([{ resolved: ["1"], firing: [] }]);
  });
});

describe("a backup taken in by a server that has been listening", () => {
  test("brings nothing back that is newer there", async () => {
    const w = await world();
    await w.post(A1, { endsIn: 60 });
    await w.post(B1, { endsIn: 60 });
    await w.clock.advance(2 * MINUTE);
    const backup = await w.engine.backups.take();
    await w.post(A1, { endsIn: 0 });
    await w.clock.advance(5 * MINUTE);
    const { length } = w.sent;

    expect(await takeIn(w, backup)).toMatchObject({
      alerts: { new: 0, older: 2 },
      notificationLog: { new: 0, older: 2 },
    });
    await w.clock.advance(20 * MINUTE);

    expect(w.sent.slice(length)).toEqual([]);
    expect(await w.engine.groups()).toHaveLength(1);
  });

  test("does not bring back what was told to be resolved since and has been forgotten", async () => {
    const w = await world();
    await w.post(A1, { endsIn: 24 * 60 });
    await w.clock.advance(2 * MINUTE);
    const backup = await w.engine.backups.take();
    await w.post(A1, { endsIn: 0 });
    await w.clock.advance(40 * MINUTE);
    expect(names(w)).toEqual([]);
    const { length } = w.sent;

    expect(await takeIn(w, backup)).toMatchObject({ alerts: { new: 0, older: 1 } });
    await w.clock.advance(20 * MINUTE);

    expect(w.sent.slice(length)).toEqual([]);
  });

  test("leaves an alert resolved whose end has long passed, and tells nobody who was not told of it", async () => {
    const source = await world();
    await source.post(A1, { endsIn: 1 });
    await source.clock.advance(10 * SECOND);
    const backup = await source.engine.backups.take();
    const w = await world();
    await w.clock.advance(60 * MINUTE);
    await w.restart();

    await takeIn(w, backup);
    await w.clock.advance(10 * MINUTE);

    expect(w.sent).toEqual([]);
    expect(await w.engine.groups()).toEqual([]);
  });

  test("takes an alert that was updated later, made one with what it knows", async () => {
    const source = await world();
    await source.clock.advance(MINUTE);
    await source.post(A1, { endsIn: 60, annotations: { summary: "newer" } });
    const w = await world();
    await w.post(A1, { endsIn: 30 });
    const began = w.clock.now();
    await w.clock.advance(2 * MINUTE);

    expect(await takeIn(w, await source.engine.backups.take())).toMatchObject({ alerts: { new: 1, older: 0 } });

    const [alert] = w.engine.alerts();
    expect(alert?.startsAt.ms).toBe(began);
    expect(alert?.annotations.get("summary")).toBe("newer");
  });

  test("takes the later of two versions of a silence, and none that has long ended", async () => {
    const w = await world();
    const now = w.clock.now();
    const at = (ms: number) => new Timestamp(now + ms);
    const ends = { startsAt: at(0), endsAt: at(60 * MINUTE) };
    const backup = (comment: string, updated: number): Snapshot => ({
      takenAt: now,
      alerts: [],
      groups: [],
      notificationLog: [],
      outbox: [],
      classifications: [],
      documents: [],
      silences: [
        silenceOf("s", { ...ends, comment, updatedAt: at(updated) }),
        silenceOf("ended", { endsAt: at(-121 * 60 * MINUTE) }),
      ],
    });

    expect((await takeIn(w, backup("first", 2))).silences).toEqual({ new: 1, older: 1 });
    expect((await takeIn(w, backup("older", 1))).silences).toEqual({ new: 0, older: 2 });
    expect((await takeIn(w, backup("newer", 3))).silences).toEqual({ new: 1, older: 1 });
    expect([...w.engine.silences()].map(({ comment }) => comment)).toEqual(["newer"]);
  });

  test("does not take timers of another configuration", async () => {
    const source = await world();
    await source.post(A1, { endsIn: 60 });
    await source.clock.advance(2 * MINUTE);
    const w = await freshAt(source);
    await w.engine.apply(configOf({ route: route() }, "2"));

    const backup = await source.engine.backups.take();
    expect(await takeIn(w, { ...backup, notificationLog: [] })).toMatchObject({ groups: { new: 0, older: 1 } });
    await w.clock.advance(SECOND);

    // Older than group_wait: told at once, as upstream does.
    expect(w.sent).toHaveLength(1);
  });
});

test("what the store refuses is in force all the same, and said to be not stored", async () => {
  const w = await world();
  w.storage.failNext("full", 5);
  const backup: Snapshot = {
    takenAt: w.clock.now(),
    alerts: [
      alertOf(A1, { updatedAt: new Timestamp(w.clock.now()), endsAt: new Timestamp(w.clock.now() + 60 * MINUTE) }),
    ],
    silences: [],
    groups: [],
    notificationLog: [],
    outbox: [],
    classifications: [],
    documents: [],
  };

  await expect(w.engine.backups.takeIn(backup)).rejects.toMatchObject({ code: "full" });
  expect(names(w)).toEqual(["1"]);
  await w.clock.advance(MINUTE);
  await w.restart();
  expect(names(w)).toEqual(["1"]);
});
