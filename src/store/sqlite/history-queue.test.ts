import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import type { HistoryRow } from "../../core/interfaces/history.ts";
import { StorageError } from "../../core/interfaces/storage.ts";
import { HistoryQueue } from "./history-queue.ts";
import type { OpenPort, WriterPortEvents } from "./port.ts";
import { failureText, type HistoryTask } from "./protocol.ts";

/** A thread that answers when the test says so. */
class FakeThread {
  readonly asked: HistoryTask[] = [];
  terminated = false;

  constructor(readonly events: WriterPortEvents) {}

  async answer(answer: string | number): Promise<void> {
    this.events.onAnswer(answer);
    await settle();
  }
}

async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

let threads: FakeThread[] = [];
let isBusy = false;
const openPort: OpenPort = (events) => {
  const thread = new FakeThread(events);
  threads.push(thread);
  return {
    send: (message) => thread.asked.push(JSON.parse(message) as HistoryTask),
    terminate: () => {
      thread.terminated = true;
    },
  };
};
const thread = () => threads.at(-1) as FakeThread;

const newQueue = () =>
  new HistoryQueue(
    { path: "/data/alertmanager.db", historyRetention: 1, historyMaxBytes: 2, isBusy: () => isBusy },
    openPort,
  );

const rows = (count: number): HistoryRow[] =>
  Array.from({ length: count }, (_, i) => ({ at: i, kind: "reload", subject: `c${i}`, detail: {} }));

/** What has become of a promise so far. */
function watch(promise: Promise<void>): { state: string } {
  const watched = { state: "pending" };
  promise.then(
    () => {
      watched.state = "stored";
    },
    (error: StorageError) => {
      watched.state = error.message;
    },
  );
  return watched;
}

beforeEach(() => {
  threads = [];
  isBusy = false;
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test("events go to a thread bit by bit, and are stored when all bits are", async () => {
  const queue = newQueue();
  expect(threads).toHaveLength(0);
  const stored = watch(queue.store(rows(600)));
  const sizes: (number | undefined)[] = [];
  for (let i = 0; i < 3; i++) {
    expect(stored.state).toBe("pending");
    const { options, events: bit } = thread().asked[i] as HistoryTask;
    expect(options).toEqual({ path: "/data/alertmanager.db", historyRetention: 1, historyMaxBytes: 2 });
    sizes.push(bit?.events.length);
    await thread().answer(1_000 + i);
  }
  expect(sizes).toEqual([256, 256, 88]);
  expect(stored.state).toBe("stored");
  expect(queue.sizeBytes).toBe(1_002);
});

test("a bit is small, however many alerts its notifications are about", async () => {
  const about = Array.from({ length: 200 }, (_, i) => i.toString(16).padStart(16, "0"));
  const told = { at: 1, kind: "notification", change: "failed", subject: "k", detail: {}, about } as const;
  const queue = newQueue();
  const stored = [queue.store(Array.from({ length: 512 }, () => told)), queue.store(rows(64))].map(watch);
  const costs: number[] = [];
  for (let i = 0; i < thread().asked.length; i++) {
    const { events = [] } = thread().asked[i]?.events ?? {};
    costs.push(events.reduce((sum, one) => sum + (one.about?.length ?? 0), events.length));
    await thread().answer(1);
  }
  expect(stored.map(({ state }) => state)).toEqual(["stored", "stored"]);
  expect(costs.reduce((a, b) => a + b, 0)).toBe(512 * 201 + 64);
  expect(Math.max(...costs)).toBe(4 * 201);
  expect(costs.at(-1)).toBe(64);
});

test("while something else is stored the thread rests three times as long as it worked", async () => {
  const queue = newQueue();
  watch(queue.store(rows(600)));
  isBusy = true;
  jest.advanceTimersByTime(10);
  await thread().answer(1);
  watch(queue.store(rows(1)));
  jest.advanceTimersByTime(29);
  expect(thread().asked).toHaveLength(1);
  jest.advanceTimersByTime(2);
  expect(thread().asked).toHaveLength(2);

  isBusy = false;
  await thread().answer(1);
  expect(thread().asked).toHaveLength(3);
});

test("what fails is told to whom it belongs, and the rest is stored", async () => {
  const queue = newQueue();
  const stored = [queue.store(rows(1)), queue.store([{ ...rows(1)[0], at: -1 } as HistoryRow]), queue.store(rows(2))];
  const states = stored.map(watch);
  await thread().answer(failureText(new StorageError("full", "no room left on the disk")));
  await thread().answer(1);

  expect(states.map(({ state }) => state)).toEqual([
    "no room left on the disk",
    "/data/alertmanager.db: -1 is not a time an event can have",
    "stored",
  ]);
});

test("a thread that is lost loses what it was given, and another goes on", async () => {
  const queue = newQueue();
  const states = [queue.store(rows(1)), queue.store(rows(2))].map(watch);
  thread().events.onLost(new Error("out of memory"));
  await settle();
  expect(threads).toHaveLength(2);
  await thread().answer(1);

  expect(states.map(({ state }) => state)).toEqual([
    "/data/alertmanager.db: the thread that writes the history was lost: out of memory",
    "stored",
  ]);
});

test("without events for a while the file is closed and the thread ended, and started for the next", async () => {
  const queue = newQueue();
  watch(queue.store(rows(1)));
  await thread().answer(1);
  jest.advanceTimersByTime(30_000);
  expect(thread().asked.at(-1)?.events).toBeNull();
  const next = watch(queue.store(rows(1)));
  expect(threads).toHaveLength(1);
  await thread().answer(5);
  expect(threads.map(({ terminated }) => terminated)).toEqual([true, false]);
  await thread().answer(6);
  expect(next.state).toBe("stored");
});

test("closing stores what waits without a rest, then closes the file", async () => {
  const queue = newQueue();
  isBusy = true;
  const stored = watch(queue.store(rows(600)));
  await thread().answer(1);
  const closed = watch(queue.close());
  for (let i = 1; i < 4; i++) await thread().answer(1);

  expect(stored.state).toBe("stored");
  expect(closed.state).toBe("stored");
  expect(thread().asked.map((task) => task.events?.events.length)).toEqual([256, 256, 88, undefined]);
  expect(thread().terminated).toBe(true);
  expect(watch(newQueue().close()).state).toBe("pending");
  expect(threads).toHaveLength(1);
});

test("ended without waiting, it rejects what was not stored", async () => {
  const queue = newQueue();
  const states = [queue.store(rows(1)), queue.store(rows(1))].map(watch);
  queue.terminate();
  await settle();
  expect(states.map(({ state }) => state)).toEqual(["/data/alertmanager.db: closed", "/data/alertmanager.db: closed"]);
  expect(thread().terminated).toBe(true);
});
