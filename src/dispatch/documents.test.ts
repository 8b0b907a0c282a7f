import { describe, expect, test } from "bun:test";
import { StorageError } from "../core/interfaces/storage.ts";
import { MINUTE, SECOND, world, type World } from "./engine-harness.ts";
import { settle } from "./manual-clock.ts";
import { Crowd } from "./sharing/sharing-harness.ts";

const DAY = 24 * 60 * MINUTE;

function told(w: World): unknown[] {
  const changes: unknown[] = [];
  w.engine.documents.watch("schedule", (key, content) => changes.push([key, content]));
  return changes;
}

test("a document is there once it is stored, is told of, and survives a kill", async () => {
  const w = await world();
  const changes = told(w);
  await w.engine.documents.put("schedule", "a", { name: "A" });
  await w.engine.documents.put("schedule", "b", { name: "B" });
  await w.engine.documents.put("token", "a", 7);
  await w.engine.documents.put("schedule", "a", { name: "A2" });
  await w.engine.documents.remove("schedule", "b");
  await w.engine.documents.remove("schedule", "nobody's");
  expect(changes).toEqual([
    ["a", { name: "A" }],
    ["b", { name: "B" }],
    ["a", { name: "A2" }],
    ["b", null],
  ]);

  await w.restart();

  const { documents } = w.engine;
  expect(documents.list("schedule").map(({ key, content }) => [key, content])).toEqual([["a", { name: "A2" }]]);
  expect([documents.get("schedule", "b"), documents.get("token", "a")]).toEqual([undefined, 7]);
});

test("a document the store refuses does not take effect", async () => {
  const w = await world();
  await w.engine.documents.put("schedule", "a", "before");
  const changes = told(w);
  w.storage.failNext("full");

  expect(await w.engine.documents.put("schedule", "a", "after").catch((e: unknown) => e)).toBeInstanceOf(StorageError);
  await w.clock.advance(MINUTE);

  expect([w.engine.documents.get("schedule", "a"), changes]).toEqual(["before", []]);
  expect((await w.storage.load()).documents.map(({ content }) => content)).toEqual(["before"]);
});

test("what is put twice at once is as it was put last, even where the clock goes back", async () => {
  const w = await world();
  await Promise.all(["first", "second", "a third"].map((text) => w.engine.documents.put("schedule", "a", text)));
  w.clock.step(-MINUTE);
  await w.engine.documents.put("schedule", "b", 1);
  await w.engine.documents.put("schedule", "b", 0);

  await w.restart();

  expect([w.engine.documents.get("schedule", "a"), w.engine.documents.get("schedule", "b")]).toEqual(["a third", 0]);
});

test("a removal is remembered for a week", async () => {
  const w = await world();
  await w.engine.documents.put("schedule", "a", "x");
  await w.engine.documents.remove("schedule", "a");

  await w.clock.advance(7 * DAY - MINUTE);
  expect((await w.storage.load()).documents).toHaveLength(1);
  await w.clock.advance(20 * MINUTE);
  expect((await w.storage.load()).documents).toEqual([]);
});

test("a backup brings what is newer in it, and nothing that was removed since", async () => {
  const source = await world();
  await source.engine.documents.put("schedule", "kept", "source");
  await source.engine.documents.put("schedule", "removed since", "source");
  const backup = await source.engine.backups.take();
  await source.clock.advance(SECOND);
  const other = await world({ start: source.clock.now() });
  await other.engine.documents.put("schedule", "removed since", "x");
  await other.engine.documents.remove("schedule", "removed since");
  const changes = told(other);

  const { documents } = await other.engine.backups.takeIn(backup);
  await settle();

  expect([documents, changes]).toEqual([{ new: 1, older: 1 }, [["kept", "source"]]]);
  await other.restart();
  expect(other.engine.documents.list("schedule").map(({ key }) => key)).toEqual(["kept"]);
});

describe("on a shared database", () => {
  const contents = (crowd: Crowd) => crowd.servers.map(({ engine }) => engine.documents.get("schedule", "a"));

  test("a document is known to all within a second, and to what starts from their copies", async () => {
    const crowd = await Crowd.of(2);
    await crowd.member(0).engine.documents.put("schedule", "a", "x");
    await crowd.clock.advance(SECOND);
    expect(contents(crowd)).toEqual(["x", "x"]);

    crowd.member(1).kill();
    await crowd.member(1).start({ up: false });
    expect(contents(crowd)).toEqual(["x", "x"]);
  });

  test("what was put and removed while the database was away is brought together by time", async () => {
    const crowd = await Crowd.of(2);
    const [one, two] = [crowd.member(0), crowd.member(1)];
    await one.engine.documents.put("schedule", "a", "x");
    await one.engine.documents.put("schedule", "b", "x");
    await crowd.clock.advance(MINUTE);
    one.shared.up = false;
    await crowd.clock.advance(MINUTE);
    await two.engine.documents.put("schedule", "a", "earlier");
    await two.engine.documents.remove("schedule", "b");
    await crowd.clock.advance(SECOND);
    await one.engine.documents.put("schedule", "a", "later");
    one.shared.up = true;
    await crowd.clock.advance(10 * SECOND);

    expect(contents(crowd)).toEqual(["later", "later"]);
    for (const { engine, local } of [one, two]) {
      expect(engine.documents.list("schedule").map(({ key }) => key)).toEqual(["a"]);
      expect((await local.load()).documents.find(({ key }) => key === "b")?.content).toBeNull();
    }
  });

  test("whoever was away longer than removals are remembered does not bring back what was removed", async () => {
    const crowd = await Crowd.of(2);
    const two = crowd.member(1);
    two.kill();
    const removed = { kind: "schedule", key: "a", updatedAt: crowd.clock.now() - 9 * DAY, content: "x" };
    await two.local.commit({ documents: [removed], sharedUntil: crowd.clock.now() - 8 * DAY });

    await two.start();
    await crowd.clock.advance(10 * SECOND);

    expect(contents(crowd)).toEqual([undefined, undefined]);
    expect((await two.local.load()).documents).toEqual([]);
  });
});
