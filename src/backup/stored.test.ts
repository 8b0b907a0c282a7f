import { describe, expect, test } from "bun:test";
import type { Snapshot } from "../core/backup/newer.ts";
import type { HistoryRow, Stored } from "../core/interfaces/storage.ts";
import { Timestamp } from "../core/model/timestamp.ts";
import { alertOf, silenceOf, T0 } from "../store/fixtures.ts";
import { createMemoryStorage } from "../store/memory.ts";
import { HistoryAppender } from "./append-history.ts";
import { heardUntil, StoredDestination } from "./stored.ts";

const MINUTE = 60_000;
const firing = alertOf({ alertname: "firing" }, { endsAt: new Timestamp(T0 + 4 * MINUTE) });
const ended = alertOf({ alertname: "ended" }, { endsAt: new Timestamp(T0 - MINUTE) });

async function storedWith(aliveAt: number | undefined): Promise<Stored> {
  const storage = createMemoryStorage();
  await storage.commit({ alerts: [firing, ended], ...(aliveAt !== undefined && { aliveAt }) });
  return storage.load();
}

describe("the time nobody heard, which the next start adds to ends that are ahead,", () => {
  test("begins when the backup was taken, for a directory that never had a server", async () => {
    expect(heardUntil(await storedWith(undefined), T0)).toEqual({ aliveAt: T0, extendedAlerts: [] });
  });

  test("begins when the directory's server stopped, if that was after the backup", async () => {
    expect(heardUntil(await storedWith(T0 + 1), T0)).toEqual({});
  });

  test("is added up to the backup where its server had stopped before, to what was firing then", async () => {
    const { aliveAt, extendedAlerts } = heardUntil(await storedWith(T0), T0 + 60 * MINUTE);

    expect(aliveAt).toBe(T0 + 60 * MINUTE);
    expect(extendedAlerts?.map(({ labels, endsAt }) => [labels.get("alertname"), endsAt.ms])).toEqual([
      ["firing", T0 + 64 * MINUTE],
    ]);
  });
});

test("what was cut off while it was stored is stored whole the next time", async () => {
  const storage = createMemoryStorage();
  const backup: Snapshot = {
    takenAt: T0,
    alerts: Array.from({ length: 5_000 }, (_, i) => alertOf({ alertname: `A${i}` })),
    silences: [silenceOf("s")],
    groups: [
      { routeId: "r", groupFingerprint: "0000000000000001", nextFlushAt: T0 + 0.5, flushes: 1, configHash: "c" },
    ],
    notificationLog: [],
    outbox: [],
    classifications: [],
    documents: [],
  };
  const destination = async () =>
    new StoredDestination({
      storage,
      stored: await storage.load(),
      now: T0,
      deafUntil: undefined,
      first: () => ({ aliveAt: T0 }),
    });
  let commits = 0;
  const commit = storage.commit.bind(storage);
  storage.commit = (batch) => (++commits > 3 ? Promise.reject(new Error("killed")) : commit(batch));

  await expect((await destination()).takeIn(backup)).rejects.toThrow("killed");
  const half = await storage.load();
  expect([half.alerts.length, half.silences.length, half.groups.length]).toEqual([2_000, 1, 0]);
  storage.commit = commit;
  expect(await (await destination()).takeIn(backup)).toMatchObject({
    alerts: { new: 3_000, older: 2_000 },
    silences: { new: 0, older: 1 },
    groups: { new: 1, older: 0 },
  });

  const whole = await storage.load();
  expect([whole.alerts.length, whole.groups.map(({ nextFlushAt }) => nextFlushAt)]).toEqual([5_000, [T0]]);
});

test("lines of history are added once, however often they come", async () => {
  const storage = createMemoryStorage();
  const row = (at: number, n: number): HistoryRow => ({ at, kind: "silence", subject: "s", detail: { n } });
  await storage.commit({ history: [row(1, 1), row(2, 2), row(3, 3)] });

  const first = new HistoryAppender(storage);
  await first.append([row(0, 0), row(2, 2)]);
  await first.append([row(3, 4), row(3, 4)]);
  expect(await first.finish()).toEqual({ new: 2, older: 2 });
  const second = new HistoryAppender(storage);
  await second.append([row(0, 0), row(3, 4)]);
  expect(await second.finish()).toEqual({ new: 0, older: 2 });

  expect(storage.history).toEqual([row(0, 0), row(1, 1), row(2, 2), row(3, 3), row(3, 4)]);
});
