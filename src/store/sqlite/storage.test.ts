import { afterEach, beforeEach, expect, jest, spyOn, test } from "bun:test";
import { StorageError } from "../../core/interfaces/storage.ts";
import { alertOf } from "../fixtures.ts";
import { Unpacker } from "./packing.ts";
import type { OpenPort, WriterPortEvents } from "./port.ts";
import { Answer, Ask, Meta, failureText } from "./protocol.ts";
import { SqliteStorage } from "./storage.ts";

const PATIENCE = 5_000;

/** A writer that answers when the test says so. */
class FakeWriter {
  readonly asked: string[] = [];
  terminated = false;

  constructor(readonly events: WriterPortEvents) {}

  /** The last `aliveAt` of each transaction it was given, which tells commits apart. */
  get transactions(): number[][] {
    return this.asked.filter((m) => m[0] === Ask.commit).map(aliveTimes);
  }

  async answer(answer: string | number): Promise<void> {
    this.events.onAnswer(answer);
    await settle();
  }
}

function aliveTimes(message: string): number[] {
  const rows = new Unpacker(message.slice(1));
  const times: number[] = [];
  while (!rows.done) {
    rows.number();
    expect(rows.text()).toBe(Meta.aliveAt);
    times.push(rows.number());
  }
  return times;
}

async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

const opened = (empty: boolean) =>
  Answer.opened + JSON.stringify({ empty, takenOver: true, sizeBytes: 1_000, historyBytes: 0 });

let writers: FakeWriter[] = [];
const openPort: OpenPort = (events) => {
  const writer = new FakeWriter(events);
  writers.push(writer);
  return {
    send: (message) => writer.asked.push(message),
    terminate: () => {
      writer.terminated = true;
    },
  };
};
const writer = () => writers.at(-1) as FakeWriter;

async function openStorage(empty = true): Promise<SqliteStorage> {
  const storage = new SqliteStorage(
    {
      path: "/data/alertmanager.db",
      sync: "normal",
      historyRetention: 1,
      historyMaxBytes: 1,
      patience: PATIENCE,
      onUnreadable: () => undefined,
    },
    openPort,
    () => {
      throw new Error("no history here");
    },
  );
  const opening = storage.open();
  await writer().answer(opened(empty));
  await opening;
  return storage;
}

/** What has become of a promise so far. */
function watch(promise: Promise<void>): { state: string } {
  const watched = { state: "pending" };
  promise.then(
    () => {
      watched.state = "stored";
    },
    (error: StorageError) => {
      watched.state = error.code;
    },
  );
  return watched;
}

async function pass(ms: number): Promise<void> {
  jest.advanceTimersByTime(ms);
  await settle();
}

beforeEach(() => {
  writers = [];
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test("commits that come while a transaction runs share the next one", async () => {
  const storage = await openStorage();
  const first = watch(storage.commit({ aliveAt: 1 }));
  await settle();
  const others = [2, 3, 4].map((aliveAt) => watch(storage.commit({ aliveAt })));
  await settle();
  expect(writer().transactions).toEqual([[1]]);
  expect(storage.health()).toEqual({ state: "ok", queued: 4, sizeBytes: 1_000 });

  await writer().answer(2_000);
  expect(first.state).toBe("stored");
  expect(others.map((w) => w.state)).toEqual(["pending", "pending", "pending"]);
  expect(writer().transactions).toEqual([[1], [2, 3, 4]]);

  await writer().answer(3_000);
  expect(others.map((w) => w.state)).toEqual(["stored", "stored", "stored"]);
  expect(storage.health()).toEqual({ state: "ok", queued: 0, sizeBytes: 3_000 });
});

test("a transaction that fails rejects all that shared it, and the next one is stored", async () => {
  const storage = await openStorage();
  const both = [1, 2].map((aliveAt) => watch(storage.commit({ aliveAt })));
  await settle();

  await writer().answer(failureText(new StorageError("full", "no room left on the disk")));
  expect(both.map((w) => w.state)).toEqual(["full", "full"]);
  expect(storage.health()).toMatchObject({ state: "degraded", reason: "no room left on the disk", queued: 0 });

  const next = watch(storage.commit({ aliveAt: 3 }));
  await settle();
  await writer().answer(1);
  expect(next.state).toBe("stored");
  expect(storage.health().state).toBe("ok");
});

test("a batch that cannot be written down is rejected alone", async () => {
  const storage = await openStorage();
  const [good, bad, alsoGood] = [1, Number.NaN, 3].map((aliveAt) => watch(storage.commit({ aliveAt })));
  await settle();
  await writer().answer(1);

  expect([good?.state, bad?.state, alsoGood?.state]).toEqual(["stored", "failed", "stored"]);
});

test("a disk that hangs: commits are rejected after our patience, later ones wait no longer than that", async () => {
  const storage = await openStorage();
  const first = watch(storage.commit({ aliveAt: 1 }));
  await settle();
  const second = watch(storage.commit({ aliveAt: 2 }));
  await pass(PATIENCE - 1);
  const third = watch(storage.commit({ aliveAt: 3 }));
  expect([first.state, second.state, third.state]).toEqual(["pending", "pending", "pending"]);

  await pass(1);
  expect([first.state, second.state, third.state]).toEqual(["timeout", "timeout", "pending"]);
  expect(storage.health()).toMatchObject({
    state: "degraded",
    reason: "/data/alertmanager.db: the disk has not answered for 5000 ms",
  });

  await pass(PATIENCE - 1);
  expect(third.state).toBe("timeout");
});

test("a thread that was held up itself hears what was answered meanwhile before it gives up", async () => {
  const storage = await openStorage();
  const now = spyOn(performance, "now").mockReturnValue(0);
  try {
    const answered = watch(storage.commit({ aliveAt: 1 }));
    await settle();
    const unanswered = watch(storage.commit({ aliveAt: 2 }));
    now.mockReturnValue(PATIENCE + 200);
    await pass(PATIENCE);
    await writer().answer(1);
    expect([answered.state, unanswered.state]).toEqual(["stored", "pending"]);

    await pass(100);
    expect(unanswered.state).toBe("timeout");
  } finally {
    now.mockRestore();
  }
});

test("when the disk answers again, what was given up in the queue is not stored and what is new is", async () => {
  const storage = await openStorage();
  watch(storage.commit({ aliveAt: 1 }));
  await settle();
  watch(storage.commit({ aliveAt: 2 }));
  await pass(PATIENCE);
  const again = watch(storage.commit({ aliveAt: 3 }));

  await writer().answer(1);
  expect(writer().transactions).toEqual([[1], [3]]);
  expect(storage.health().state).toBe("ok");

  await writer().answer(1);
  expect(again.state).toBe("stored");
});

test("more than may wait is rejected at once", async () => {
  const storage = await openStorage();
  const large = alertOf({ alertname: "A" }, { generatorURL: "x".repeat(5_000_000) });
  const commits = Array.from({ length: 9 }, () => watch(storage.commit({ alerts: [large] })));
  await settle();

  const sevenPending = Array.from({ length: 7 }, () => "pending"); // 35 MB: more than 32 MiB
  expect(commits.map((w) => w.state)).toEqual([...sevenPending, "timeout", "timeout"]);
});

test("one transaction takes no more than 4 MiB and what is over goes into the next", async () => {
  const storage = await openStorage();
  const large = alertOf({ alertname: "A" }, { generatorURL: "x".repeat(3_000_000) });
  const commits = Array.from({ length: 3 }, () => watch(storage.commit({ alerts: [large] })));
  await settle();

  await writer().answer(1);
  expect(commits.map((w) => w.state)).toEqual(["stored", "stored", "pending"]);
});

test("a writer that is lost is started again with back-off, and what waits is stored then", async () => {
  const storage = await openStorage();
  const inFlight = watch(storage.commit({ aliveAt: 1 }));
  await settle();
  const waiting = watch(storage.commit({ aliveAt: 2 }));

  writer().events.onLost(new Error("out of memory"));
  await settle();
  expect([inFlight.state, waiting.state]).toEqual(["failed", "pending"]);
  const reason = "/data/alertmanager.db: the writer was lost: out of memory";
  expect(storage.health()).toMatchObject({ state: "degraded", reason, queued: 1 });

  await pass(99);
  expect(writers).toHaveLength(1);
  await pass(1);
  expect(writers).toHaveLength(2);
  await writer().answer(failureText(new StorageError("failed", "in use by another process")));
  expect(storage.health().reason).toBe("in use by another process");
  expect(writer().terminated).toBe(true);

  await pass(199);
  expect(writers).toHaveLength(2);
  await pass(1);
  expect(writers).toHaveLength(3);
  await writer().answer(opened(false));
  expect(writer().transactions).toEqual([[2]]);
  await writer().answer(1);
  expect(waiting.state).toBe("stored");
  expect(storage.health().state).toBe("ok");
});

test("while the writer is being started again commits are rejected after our patience", async () => {
  const storage = await openStorage();
  writer().events.onLost(new Error("gone"));
  const commit = watch(storage.commit({ aliveAt: 1 }));

  await pass(PATIENCE);

  expect(commit.state).toBe("timeout");
});

test("a database with alerts is loaded before anything is committed to it", async () => {
  const storage = await openStorage(false);

  await expect(storage.commit({ aliveAt: 1 })).rejects.toMatchObject({
    code: "failed",
    message: "/data/alertmanager.db: commit before load",
  });
});

test("closing waits for what is in flight, then closes the database", async () => {
  const storage = await openStorage();
  const commit = watch(storage.commit({ aliveAt: 1 }));
  await settle();
  const closed = watch(storage.close());
  await settle();
  expect(closed.state).toBe("pending");

  await writer().answer(1);
  expect(commit.state).toBe("stored");
  expect(writer().asked.at(-1)).toBe(Ask.close);
  await writer().answer(Answer.closed);
  expect(closed.state).toBe("stored");
  expect(writer().terminated).toBe(true);
});

test("closing gives up on a disk that hangs after our patience", async () => {
  const storage = await openStorage();
  const commit = watch(storage.commit({ aliveAt: 1 }));
  await settle();
  const closed = watch(storage.close());

  await pass(PATIENCE);

  expect([commit.state, closed.state]).toEqual(["timeout", "timeout"]);
  expect(writer().terminated).toBe(true);
});
