import { expect, test } from "bun:test";
import { ManualClock, settle } from "../dispatch/manual-clock.ts";
import { notificationOf, openPlugin } from "./plugins-harness.ts";
import type { Launch, ProcessEvents } from "./process.ts";
import type { FromPlugin, ToPlugin } from "./protocol.ts";

const MIB = 2 ** 20;

const empty = () => new ReadableStream<Uint8Array>({ start: (controller) => controller.close() });

/** Processes that do what the test says. */
function twin() {
  const processes: { sent: ToPlugin[]; events: ProcessEvents; memory: number; killed: boolean; starts: number }[] = [];
  const clock = new ManualClock();
  const launch: Launch = (_, events) => {
    const process = { sent: [] as ToPlugin[], events, memory: 50 * MIB, killed: false, starts: clock.elapsed() };
    processes.push(process);
    return {
      stdout: empty(),
      stderr: empty(),
      gone: Promise.resolve(),
      send: (message) => process.sent.push(message),
      memory: () => process.memory,
      terminate: () => {},
      kill: () => (process.killed = true),
    };
  };
  const last = () => processes.at(-1) as (typeof processes)[number];
  return {
    clock,
    plugin: openPlugin("/p.ts", launch, {}, clock),
    last,
    /** ms at which each was started. */
    starts: () => processes.map((process) => process.starts),
    tell: (message: FromPlugin) => last().events.onMessage(message),
    end: (reason: string) => last().events.onEnd(reason),
    /** Numbers of the calls it was given. */
    calls: () => last().sent.flatMap((message) => (message.type === "call" ? [message.id] : [])),
  };
}

const READY: FromPlugin = { type: "ready", apiVersion: 1, name: "it", methods: ["classify", "publish"] };
const OK = { ok: true };

test("a process that ends again and again is started after waits that double up to a minute", async () => {
  const { clock, starts, end, plugin } = twin();
  const waits: number[] = [];
  for (let i = 1; i < 10; i++) {
    const ended = clock.elapsed();
    end("it exited with 1");
    while (starts().length === i) await clock.advance(500);
    waits.push(clock.elapsed() - ended);
  }
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  expect(plugin.metric("restarts_total", "mine")).toBe(9);
});

test("one that ran for a minute begins anew", async () => {
  const { clock, starts, tell, end } = twin();
  end("it exited with 1");
  await clock.advance(1000);
  tell(READY);
  await clock.advance(60_000);
  end("it exited with 1");
  await clock.advance(1000);
  expect(starts()).toEqual([0, 1000, 62_000]);
});

test("while it starts calls wait, while it is down they do not", async () => {
  const { clock, tell, end, last, plugin } = twin();
  const early = plugin.publish();
  await settle();
  tell(READY);
  await settle();
  expect(last().sent).toMatchObject([
    { type: "start", options: {} },
    { type: "call", id: 1, method: "publish", timeout: 5000 },
  ]);
  tell({ type: "answer", id: 1, value: OK });
  expect(await early).toEqual({ ok: true });

  end("it exited with 1");
  expect(await plugin.publish()).toMatchObject({ ok: false, retry: true });
  await clock.advance(1000);
  const later = plugin.publish();
  await settle();
  tell({ type: "unusable", error: "no more" });
  expect(await later).toMatchObject({ error: "plugin mine: it is not running: no more", retry: true });
  expect(plugin.metric("calls_total", "mine", "unavailable")).toBe(2);
});

test("one that does not get ready in ten seconds is ended", async () => {
  const { clock, last, plugin } = twin();
  const first = last();
  await clock.advance(9900);
  expect(first.killed).toBe(false);
  await clock.advance(200);
  expect(first.killed).toBe(true);
  expect(plugin.text()).toContain('reason="it was not ready within 10s"');
});

test("one that does not answer in time, and a second more, is ended; others that wait for it hear so", async () => {
  const { clock, tell, last, plugin } = twin();
  tell(READY);
  const slow = plugin.classify();
  await clock.advance(3000);
  const other = plugin.publish();
  await clock.advance(2900);
  expect(last().killed).toBe(false);
  await clock.advance(100);
  expect(last().killed).toBe(true);
  expect(await slow).toBeUndefined();
  expect(await other).toEqual({
    ok: false,
    retry: true,
    error: "plugin mine: it did not answer within 5s",
    reason: "other",
  });
  expect(plugin.metric("calls_total", "mine", "timeout")).toBe(1);
  expect(plugin.metric("calls_total", "mine", "error")).toBe(1);
});

test("one that uses more memory than it may is ended", async () => {
  const { clock, tell, last, plugin } = twin();
  tell(READY);
  last().memory = 256 * MIB;
  await clock.advance(1000);
  expect(last().killed).toBe(false);
  last().memory++;
  await clock.advance(250);
  expect(last().killed).toBe(true);
  expect(plugin.text()).toContain('reason="it used 257MiB of memory; it may have 256MiB"');
});

test("one that answers what it was not asked is ended", async () => {
  const { tell, last, plugin } = twin();
  tell(READY);
  tell({ type: "answer", id: 7, value: OK });
  expect(last().killed).toBe(true);
  expect(plugin.text()).toContain("it answered what it was not asked");
});

test("who no longer waits is answered at once, and the plugin is told and still owes an answer", async () => {
  const { clock, tell, last, plugin } = twin();
  tell(READY);
  const controller = new AbortController();
  const call = plugin.publish(notificationOf(), controller.signal);
  await settle();
  controller.abort();
  expect(await call).toMatchObject({ ok: false, retry: true, reason: "contextCanceled" });
  expect(last().sent.at(-1)).toEqual({ type: "cancel", id: 1 });
  await clock.advance(6000);
  expect(last().killed).toBe(true);
});

test("four alerts are classified at a time, and the others wait for their turn", async () => {
  const { tell, calls, plugin } = twin();
  tell(READY);
  const asked = Array.from({ length: 6 }, () => plugin.classify());
  await settle();
  expect(calls()).toEqual([1, 2, 3, 4]);
  tell({ type: "answer", id: 2 });
  await settle();
  expect(calls()).toEqual([1, 2, 3, 4, 5]);
  for (const id of [1, 3, 4, 5]) tell({ type: "answer", id });
  await settle();
  tell({ type: "answer", id: 6 });
  expect(await Promise.all(asked)).toEqual(Array(6).fill(undefined));
  expect(plugin.metric("calls_total", "mine", "ok")).toBe(6);
});

test("a wrong answer is not tried again: who knows what was sent", async () => {
  const { tell, plugin } = twin();
  tell(READY);
  const call = plugin.publish();
  await settle();
  tell({ type: "answer", id: 1, value: "done" });
  expect(await call).toEqual({
    ok: false,
    retry: false,
    error: "plugin mine: its answer is wrong: ok is missing; expected true or false",
    reason: "other",
  });
  expect(plugin.metric("calls_total", "mine", "invalid")).toBe(1);
});

test("a notification that is too long is refused, and the plugin goes on", async () => {
  const { tell, last, plugin } = twin();
  tell(READY);
  last().sent.push = () => {
    throw new Error("a message of 20000000 bytes, more than the 16777216 allowed");
  };
  expect(await plugin.publish()).toMatchObject({ ok: false, error: expect.stringContaining("it cannot be given") });
  expect(plugin.metric("up", "mine")).toBe(1);
});

test("a plugin is asked for nothing it has not", async () => {
  const { tell, calls, plugin } = twin();
  tell({ ...READY, methods: ["classify"] });
  expect(await plugin.publish()).toMatchObject({ ok: false, error: "plugin mine: it has no publish" });
  expect(calls()).toEqual([]);
});

test("once it is closed it is not started again", async () => {
  const { clock, starts, end, plugin } = twin();
  end("it exited with 1");
  await plugin[Symbol.asyncDispose]();
  await clock.advance(120_000);
  expect(starts()).toEqual([0]);
});
