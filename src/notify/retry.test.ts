import { describe, expect, test } from "bun:test";
import type { PublishResult } from "../core/interfaces/publishing.ts";
import { labelSet, EMPTY_LABELS } from "../core/model/labels.ts";
import type { FailureReason, Notification } from "../core/model/notification.ts";
import { Timestamp } from "../core/model/timestamp.ts";
import { ManualClock, settle } from "../dispatch/manual-clock.ts";
import type { SendOutcome } from "../dispatch/send.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import { Counter, Histogram } from "../metrics/instruments.ts";
import { createSend } from "./retry.ts";

const NOTIFICATION: Notification = {
  groupKey: "{}:{}",
  groupLabels: EMPTY_LABELS,
  routeLabels: EMPTY_LABELS,
  receiver: "team",
  alerts: [
    {
      labels: labelSet([["alertname", "Up"]]),
      annotations: EMPTY_LABELS,
      startsAt: new Timestamp(0),
      endsAt: new Timestamp(0),
      updatedAt: new Timestamp(0),
      generatorURL: "",
      timeout: false,
      status: "firing",
    },
  ],
  reason: "first notification",
  now: 0,
  repeatInterval: 0,
  receiverData: {},
  idempotencyKey: "k",
};

type Answer = PublishResult | "hang" | { readonly after: number; readonly result: PublishResult };

const OK: PublishResult = { ok: true, receiverData: { ts: "1" } };
const busy = (error: string, retryAfter?: number): PublishResult => ({
  ok: false,
  retry: true,
  error,
  reason: "serverError",
  ...(retryAfter === undefined ? {} : { retryAfter }),
});
const refused: PublishResult = { ok: false, retry: false, error: "no", reason: "clientError" };

/** Sends to a receiver that answers as told, the last answer for ever. */
function start(answers: readonly Answer[], { deadline = 10_000, random = 0.5 } = {}) {
  const clock = new ManualClock();
  const stopping = new AbortController();
  const attempts: number[] = [];
  const lines: string[] = [];
  const failed: FailureReason[] = [];
  const counters = {
    notifications: new Counter(),
    requests: new Counter(),
    requestsFailed: new Counter(),
    latency: new Histogram([1]),
  };
  let open = 0;
  let overlapping = false;
  const publish = async (signal: AbortSignal): Promise<PublishResult> => {
    attempts.push(clock.elapsed());
    overlapping ||= open > 0;
    open++;
    const answer = answers[Math.min(attempts.length, answers.length) - 1] as Answer;
    if (answer === "hang") await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    else if ("after" in answer) await new Promise<void>((resolve) => void clock.schedule(answer.after, resolve));
    open--;
    if (answer === "hang") return busy("cut off");
    return "after" in answer ? answer.result : answer;
  };
  const line = (level: string) => (message: string, attrs?: object) =>
    void lines.push(`${level} ${message} ${JSON.stringify(attrs)}`);
  const log: Logger = {
    debug: line("debug"),
    info: line("info"),
    warn: line("warn"),
    error: line("error"),
    enabled: () => true,
    with: () => log,
  };
  const send = createSend({
    clock,
    log,
    random: () => random,
    metrics: {
      integration: () => ({
        ...counters,
        failed: (reason) => ({ value: 0, inc: () => void failed.push(reason) }) as Counter,
      }),
    },
  });
  const target = {
    receiver: "team",
    type: "webhook",
    index: 1,
    sendResolved: true,
    publisher: { type: "webhook", publish: (_: Notification, signal: AbortSignal) => publish(signal) },
  };
  let outcome: SendOutcome | undefined;
  void send(target, NOTIFICATION, { deadline, stopping: stopping.signal }).then((o) => (outcome = o));
  return {
    clock,
    stopping,
    attempts,
    lines,
    failed,
    counters,
    overlapping: () => overlapping,
    outcome: () => outcome,
  };
}

describe("attempts", () => {
  test("follow one another after half a second, growing by half, up to a minute", async () => {
    const run = start([busy("away")], { deadline: 10 * 60_000 });
    await run.clock.advance(10 * 60_000);
    const gaps = run.attempts.slice(1).map((at, i) => at - (run.attempts[i] as number));
    expect(gaps.slice(0, 4)).toEqual([500, 750, 1125, 1687.5]);
    expect(Math.max(...gaps)).toBe(60_000);
  });

  test.each([
    [0, 250],
    [0.5, 500],
    [0.999, 749.5],
  ])("are spread by half of the interval either way (%d)", async (random, gap) => {
    const run = start([busy("away"), OK], { random });
    await run.clock.advance(2000);
    expect(run.attempts[1]).toBeCloseTo(gap, 5);
  });

  test("have their time counted from the beginning of the one before, and never overlap", async () => {
    const run = start([{ after: 300, result: busy("slow") }, { after: 5000, result: busy("slow") }, OK]);
    await run.clock.advance(9000);
    expect(run.attempts).toEqual([0, 500, 5500]);
    expect(run.overlapping()).toBe(false);
    expect(run.outcome()).toEqual({ kind: "sent", receiverData: { ts: "1" } });
  });

  test("wait at least for what a Retry-After asks", async () => {
    const run = start([busy("slow down", 3000), OK]);
    await run.clock.advance(9000);
    expect(run.attempts).toEqual([0, 3000]);
  });

  test("do not outlive the deadline for a Retry-After beyond it", async () => {
    const run = start([busy("slow down", 60_000), OK]);
    await run.clock.advance(10_000);
    expect(run.attempts).toEqual([0]);
    expect(run.outcome()).toEqual({
      kind: "failed",
      error: "team/webhook[1]: notify retry canceled after 1 attempts: slow down",
      refused: false,
    });
  });
});

describe("what is told", () => {
  test("a success at once is told at debug, a later one at info", async () => {
    const first = start([OK]);
    await first.clock.advance(0);
    expect(first.lines).toEqual([
      `debug Notify success {"attempts":1,"duration":"0s","numAlerts":1,"alerts":"[Up[${NOTIFICATION.alerts[0]?.labels.fingerprint.slice(0, 7)}][active]]"}`,
    ]);
    const second = start([busy("away"), OK]);
    await second.clock.advance(1000);
    expect(second.lines[1]).toBe(`info Notify success {"attempts":2,"duration":"0s","numAlerts":1}`);
  });

  test("a failure is told again only when its text has changed", async () => {
    const run = start([busy("a"), busy("a"), busy("b"), busy("a"), OK]);
    await run.clock.advance(10_000);
    expect(run.lines.filter((line) => line.startsWith("warn"))).toEqual([
      `warn Notify attempt failed, will retry later {"attempts":1,"err":"a"}`,
      `warn Notify attempt failed, will retry later {"attempts":3,"err":"b"}`,
      `warn Notify attempt failed, will retry later {"attempts":4,"err":"a"}`,
    ]);
  });

  test("each attempt is counted, and the failure of the whole once with its reason", async () => {
    const run = start([busy("a"), refused]);
    await run.clock.advance(1000);
    expect(run.outcome()).toEqual({
      kind: "failed",
      error: "team/webhook[1]: notify retry canceled due to unrecoverable error after 2 attempts: no",
      refused: true,
    });
    const { requests, requestsFailed, latency } = run.counters;
    expect([requests.value, requestsFailed.value, latency.counts, run.failed]).toEqual([2, 2, [2, 0], ["clientError"]]);
  });
});

describe("the end of the flush", () => {
  test("keeps the last failure that came before it", async () => {
    const run = start([busy("away"), "hang"]);
    await run.clock.advance(10_000);
    expect(run.outcome()).toEqual({
      kind: "unknown",
      error: "team/webhook[1]: notify retry canceled after 2 attempts: away",
    });
    expect(run.failed).toEqual(["serverError"]);
  });

  test("stands for itself where nothing came before it, and leaves open whether an unanswered attempt arrived", async () => {
    const run = start(["hang"]);
    await run.clock.advance(10_000);
    expect(run.outcome()).toEqual({
      kind: "unknown",
      error: "team/webhook[1]: notify retry canceled after 1 attempts: context deadline exceeded",
    });
    expect(run.failed).toEqual(["contextDeadlineExceeded"]);
  });

  test("between two attempts is a failure: the last answer is known", async () => {
    const run = start(Array.from({ length: 100 }, () => busy("away")));
    await run.clock.advance(10_000);
    expect(run.outcome()).toMatchObject({ kind: "failed", refused: false });
  });

  test("by a reload leaves the outcome unknown", async () => {
    const run = start(["hang"]);
    await settle();
    run.stopping.abort();
    await settle();
    expect(run.outcome()).toEqual({
      kind: "unknown",
      error: "team/webhook[1]: notify retry canceled after 1 attempts: context canceled",
    });
    expect(run.failed).toEqual(["contextCanceled"]);
  });
});

test("a publisher that throws is not tried again", async () => {
  const run = start([
    {
      after: 0,
      get result(): PublishResult {
        throw new Error("broken");
      },
    },
  ]);
  await run.clock.advance(100);
  expect(run.outcome()).toEqual({
    kind: "failed",
    error: "team/webhook[1]: notify retry canceled due to unrecoverable error after 1 attempts: broken",
    refused: true,
  });
});
