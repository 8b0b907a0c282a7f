import { beforeEach, describe, expect, test } from "bun:test";
import { ManualClock } from "../dispatch/manual-clock.ts";
import { CircuitBreaker, type Permit } from "./breaker.ts";

const config = { failures: 3, failure_rate: 0.5, window: 60_000, open_duration: 30_000, slow_call: 10_000 };

describe("a circuit breaker", () => {
  let clock: ManualClock;
  let breaker: CircuitBreaker;
  let seen: string[];

  beforeEach(() => {
    clock = new ManualClock();
    seen = [];
    breaker = new CircuitBreaker(config, clock, {
      failed: () => seen.push("failure"),
      succeeded: () => seen.push("success"),
      changed: (from, to) => seen.push(`${from} -> ${to}`),
    });
  });

  function call(ok: boolean, took = 10): void {
    breaker.record(breaker.acquire() as Permit, ok, took);
  }

  function open(): void {
    for (let i = 0; i < 3; i++) call(false);
    seen = [];
  }

  test("stays closed below the threshold and opens at it", () => {
    call(false);
    call(false);
    expect(breaker.state).toBe("closed");

    call(false);

    expect(breaker.state).toBe("open");
    expect(breaker.acquire()).toBeUndefined();
    expect(seen).toEqual(["failure", "failure", "failure", "closed -> open"]);
  });

  test("stays closed while most calls succeed", () => {
    for (let i = 0; i < 4; i++) call(true);
    for (let i = 0; i < 3; i++) call(false);
    expect(breaker.state).toBe("closed");

    call(false);

    expect(breaker.state).toBe("open");
  });

  test("forgets failures older than the window", async () => {
    call(false);
    call(false);
    await clock.advance(60_000);
    call(false);
    call(false);
    expect(breaker.state).toBe("closed");

    call(false);

    expect(breaker.state).toBe("open");
  });

  test("counts a slow answer as a failure", () => {
    for (let i = 0; i < 3; i++) call(true, 10_000);

    expect(breaker.state).toBe("open");
  });

  test("lets a single probe through when its time is over", async () => {
    open();
    await clock.advance(29_999);
    expect(breaker.acquire()).toBeUndefined();
    await clock.advance(1);

    const probe = breaker.acquire();

    expect(probe).toBeDefined();
    expect(breaker.state).toBe("half_open");
    expect(breaker.acquire()).toBeUndefined();
  });

  test("closes when the probe succeeds, and has forgotten what was", async () => {
    open();
    await clock.advance(30_000);
    call(true);
    expect(breaker.state).toBe("closed");
    expect(seen).toEqual(["open -> half_open", "success", "half_open -> closed"]);

    call(false);
    call(false);

    expect(breaker.state).toBe("closed");
  });

  test("opens for another while when the probe fails", async () => {
    open();
    await clock.advance(30_000);
    call(false);
    expect(breaker.state).toBe("open");

    await clock.advance(29_999);
    expect(breaker.ready).toBe(false);
    await clock.advance(1);

    expect(breaker.ready).toBe(true);
  });

  test("lets another probe through in the place of one that was called off", async () => {
    open();
    await clock.advance(30_000);
    breaker.release(breaker.acquire() as Permit);

    expect(breaker.state).toBe("half_open");
    expect(breaker.acquire()).toBeDefined();
  });

  test("is not moved by calls that began before it opened", async () => {
    const early = breaker.acquire() as Permit;
    open();
    await clock.advance(30_000);
    const probe = breaker.acquire() as Permit;

    breaker.record(early, true, 10);
    breaker.release(early);

    expect(breaker.state).toBe("half_open");
    expect(breaker.acquire()).toBeUndefined();
    breaker.record(probe, true, 10);
    expect(breaker.state).toBe("closed");
  });
});
