import { expect, test } from "bun:test";
import type { Happening, Observer } from "../core/interfaces/observing.ts";
import { bareMetrics } from "../metrics/bare.ts";
import { ManualClock, settle } from "../dispatch/manual-clock.ts";
import type { WriteEvent } from "./streamed.ts";
import { EventStreams, type Subscription } from "./streams.ts";

const write: WriteEvent = (event, id) =>
  JSON.stringify({
    id,
    subject: "subject" in event ? event.subject : null,
    detail: "detail" in event ? event.detail : event,
  });

function setup() {
  const clock = new ManualClock();
  const observers = new Set<Observer>();
  const { add } = bareMetrics();
  const state = { health: { state: "ok" } as { state: "ok" | "degraded"; reason?: string } };
  const streams = new EventStreams({
    clock,
    metrics: { add },
    observe(observer) {
      observers.add(observer);
      return () => observers.delete(observer);
    },
    health: () => state.health,
  });
  let n = 0;
  const happen = (count = 1, detail: Readonly<Record<string, unknown>> = {}) => {
    for (let i = 0; i < count; i++) {
      const subject = String(++n);
      const one: Happening = {
        kind: "config",
        change: "applied",
        at: clock.now(),
        origin: "here",
        subject,
        actor: undefined,
        detail,
      };
      for (const observer of observers) observer.happened(one);
    }
  };
  const listen = async (more: Partial<Subscription> = {}) => {
    const gone = new AbortController();
    const told = streams.listen({ lastId: undefined, wants: () => true, write, gone: gone.signal, ...more });
    const heard: string[] = [];
    const ended = (async () => {
      for await (const text of told) heard.push(text);
    })();
    await settle();
    const text = () => heard.join("");
    return {
      text,
      subjects: () => [...text().matchAll(/"subject":"(\d+)"/g)].map((match) => Number(match[1])),
      lastId: () => [...text().matchAll(/^id: (.+)$/gm)].at(-1)?.[1],
      leave: () => gone.abort(),
      ended,
    };
  };
  return { clock, observers, streams, happen, listen, state };
}

const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

test("listeners are told what happens, each of what they want", async () => {
  const { clock, happen, listen } = setup();
  const all = await listen();
  const none = await listen({ wants: () => false });
  happen(3);
  await clock.advance(100);
  expect(all.subjects()).toEqual([1, 2, 3]);
  expect(all.text()).toContain("event: config\ndata: {");
  expect(none.subjects()).toEqual([]);
});

test("who comes back is told what they missed, and nothing twice", async () => {
  const { clock, happen, listen } = setup();
  const first = await listen();
  happen(2);
  await clock.advance(100);
  first.leave();
  await first.ended;
  happen(3);
  await clock.advance(60_000);
  const again = await listen({ lastId: first.lastId() });
  happen(1);
  await clock.advance(100);
  expect(again.subjects()).toEqual([3, 4, 5, 6]);
  expect(again.text()).not.toContain("event: reset");
});

test("who wants little of it may come back after any number of others", async () => {
  const { clock, happen, listen } = setup();
  const first = await listen({ wants: () => false });
  happen(9000);
  await clock.advance(15_000);
  happen(9000);
  await clock.advance(15_000);
  first.leave();
  await first.ended;
  const again = await listen({ lastId: first.lastId(), wants: () => false });
  expect(again.text()).not.toContain("event: reset");
});

test.each([
  ["of another server or an earlier run", "0badcafe-1"],
  ["that is nothing of ours", "17"],
])("an ID %s is answered with a reset", async (_, lastId) => {
  const { clock, happen, listen } = setup();
  const one = await listen({ lastId });
  happen(1);
  await clock.advance(100);
  expect(one.text()).toMatch(/^retry: 2000\n\nevent: reset\ndata: {"reason":"[^"]+"}\n\nid: [0-9a-f]{8}-0\n\n/);
  expect(one.subjects()).toEqual([1]);
});

test("who was away for longer than events are kept is told so", async () => {
  const { clock, happen, listen } = setup();
  const stays = await listen();
  const first = await listen();
  first.leave();
  await first.ended;
  for (let i = 0; i < 3; i++) {
    happen(5000);
    await clock.advance(100);
  }
  const again = await listen({ lastId: first.lastId() });
  expect(again.text()).toContain("event: reset");
  expect(stays.subjects()).toEqual(upTo(1, 15_000));
});

test("nothing is kept while nobody has listened for long", async () => {
  const { clock, observers, happen, listen } = setup();
  expect(observers.size).toBe(0);
  const first = await listen();
  expect(observers.size).toBe(1);
  first.leave();
  await first.ended;
  await clock.advance(121_000);
  expect(observers.size).toBe(0);
  happen(1);
  const again = await listen({ lastId: first.lastId() });
  expect(again.text()).toContain("event: reset");
});

test("who does not read is cut off, and the others are not", async () => {
  const { clock, happen, listen, streams } = setup();
  const reads = await listen();
  const gone = new AbortController();
  const slow = streams.listen({ lastId: undefined, wants: () => true, write, gone: gone.signal });
  await slow.next();
  for (let i = 0; i < 4; i++) {
    happen(3000);
    await clock.advance(100);
  }
  expect((await slow.next()).done).toBe(true);
  expect(reads.subjects()).toEqual(upTo(1, 12_000));
});

test("large events bound what is kept", async () => {
  const { clock, happen, listen } = setup();
  const stays = await listen();
  const first = await listen();
  first.leave();
  await first.ended;
  for (let i = 0; i < 8; i++) {
    happen(10, { text: "x".repeat(100_000) });
    await clock.advance(100);
  }
  expect(stays.subjects()).toHaveLength(80);
  expect((await listen({ lastId: first.lastId() })).text()).toContain("event: reset");
});

test("there are signs of life, and the health is told where it changes", async () => {
  const { clock, listen, state } = setup();
  const one = await listen();
  await clock.advance(31_000);
  expect(one.text().match(/^:$/gm)).toHaveLength(2);
  state.health = { state: "degraded", reason: "the disk is full" };
  await clock.advance(3000);
  expect(one.text()).toContain('event: health\ndata: {"id":');
  expect(one.text()).toContain("the disk is full");
});

test("a stream ends after a while, and whoever comes back misses nothing", async () => {
  const { clock, happen, listen } = setup();
  const first = await listen();
  await clock.advance(3_600_000 - 1000);
  happen(1);
  await clock.advance(2000);
  await first.ended;
  happen(1);
  await clock.advance(2000);
  const again = await listen({ lastId: first.lastId() });
  expect([...first.subjects(), ...again.subjects()]).toEqual([1, 2]);
});

test("closing ends all streams and lets nobody else in", async () => {
  const { listen, streams } = setup();
  const one = await listen();
  streams.close();
  await one.ended;
  expect(streams.hasRoom).toBe(false);
  expect((await listen()).text()).toBe("");
});

test("so many can listen, and more when some have left", async () => {
  const { listen, streams } = setup();
  const all = await Promise.all(Array.from({ length: 200 }, () => listen()));
  expect(streams.hasRoom).toBe(false);
  all[0]?.leave();
  await all[0]?.ended;
  expect(streams.hasRoom).toBe(true);
});
