import { expect, test } from "bun:test";
import { notificationHappening } from "../../test/support/happenings.ts";
import type { Happening, NotificationHappening } from "../core/interfaces/observing.ts";
import { EMPTY_LABELS } from "../core/model/labels.ts";
import { ManualClock, settle } from "../dispatch/manual-clock.ts";
import { createLogger } from "../server/logger.ts";
import { createMemoryStorage } from "../store/memory.ts";
import { Recorder } from "./recorder.ts";

function setUp(replica?: string) {
  const clock = new ManualClock();
  const storage = createMemoryStorage();
  let dropped = 0;
  const log = createLogger({ level: "debug", format: "logfmt", write: () => undefined, now: () => 0 });
  const recorder = new Recorder({ storage, clock, log, onDropped: (events) => (dropped += events), replica });
  const kept = () => storage.history.map(({ kind, change }) => `${kind} ${change}`);
  return { clock, storage, recorder, kept, dropped: () => dropped };
}

const login = (subject: string, origin: Happening["origin"] = "here"): Happening => ({
  kind: "access",
  change: "login",
  at: 1,
  origin,
  subject,
  actor: { name: "ann", via: "token" },
  detail: {},
});

const told = (
  change: NotificationHappening["change"],
  reason: NotificationHappening["reason"],
): NotificationHappening =>
  notificationHappening({ change, reason, key: "k", groupKey: "g", receiver: "r", duration: undefined });

test("what happens within a moment is stored together", async () => {
  const { clock, storage, recorder } = setUp();
  for (let i = 0; i < 10; i++) recorder.happened(login(String(i)));
  expect(storage.batches).toHaveLength(0);
  await clock.advance(100);
  expect(storage.batches).toHaveLength(1);
  expect(storage.history.map(({ subject }) => subject)).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
});

test("while the store hangs so much is kept and the rest dropped and counted; what was kept is stored later", async () => {
  const { clock, storage, recorder, dropped } = setUp();
  const goOn = storage.hold();
  recorder.happened(login("first"));
  await clock.advance(100);
  for (let i = 0; i < 70_000; i++) recorder.happened(login(String(i)));
  expect(dropped()).toBe(10_000);
  goOn();
  await recorder.stop();
  expect(storage.history).toHaveLength(60_001);
});

test("what the store refuses is dropped and counted", async () => {
  const { clock, storage, recorder, dropped, kept } = setUp();
  storage.failNext("full");
  recorder.happened(login("a"));
  await clock.advance(100);
  recorder.happened(login("b"));
  await clock.advance(100);
  expect([dropped(), kept()]).toEqual([1, ["access login"]]);
});

test("where several servers keep one history, each keeps its own part; without, what others did is kept too", async () => {
  for (const replica of ["one", undefined]) {
    const { clock, storage, recorder } = setUp(replica);
    recorder.happened(login("ours"));
    recorder.happened(login("theirs", "elsewhere"));
    await clock.advance(100);
    expect(storage.history.map(({ subject }) => subject)).toEqual(
      replica === undefined ? ["ours", "theirs"] : ["ours"],
    );
    expect(storage.history[0]?.replica).toBe(replica);
  }
});

test("that nothing is sent is kept once, until something is, and never that nothing is new", async () => {
  const { clock, recorder, kept } = setUp();
  recorder.happened(told("skipped", "silenced"));
  recorder.happened(told("skipped", "silenced"));
  recorder.happened(told("skipped", "deduplicated"));
  recorder.happened(told("delivered", "first notification"));
  recorder.happened(told("skipped", "silenced"));
  await clock.advance(100);
  await settle();
  expect(kept()).toEqual(["notification skipped", "notification delivered", "notification skipped"]);
});

test("events stay in their order while a shared clock steps back a little, and follow one that is set", async () => {
  const { clock, storage, recorder } = setUp();
  for (const at of [5000, 4990, 4995, 5001, 100]) recorder.happened({ ...login(String(at)), at });
  await clock.advance(100);
  expect(storage.history.map(({ at }) => at).toSorted((a, b) => a - b)).toEqual([100, 5000, 5000, 5000, 5001]);
});

test("the first try and the outcome of a notification are found by its alerts, the tries in between by its key", async () => {
  const { clock, storage, recorder } = setUp();
  const alerts = { firing: ["00000000000000aa"], alerts: [EMPTY_LABELS] };
  const tried = (attempt: number, isFinal: boolean) =>
    recorder.happened({ ...told("failed", "first notification"), ...alerts, attempt, isFinal });
  tried(1, false);
  tried(2, false);
  tried(3, false);
  tried(3, true);
  await clock.advance(100);
  expect(storage.history.map(({ subject, about }) => [subject, about?.length ?? 0])).toEqual([
    ["k", 1],
    ["k", 0],
    ["k", 0],
    ["k", 1],
  ]);
});
