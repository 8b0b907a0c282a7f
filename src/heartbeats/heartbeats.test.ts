import { describe, expect, test } from "bun:test";
import { notificationHappening } from "../../test/support/happenings.ts";
import { HEARTBEAT_DEFAULTS, heartbeatOf, type HeartbeatText } from "../config/plus/heartbeats.ts";
import { Secret } from "../config/secret.ts";
import type { StoreHealth } from "../core/interfaces/storage.ts";
import { MINUTE, route, SECOND, world, type World } from "../dispatch/engine-harness.ts";
import { createLogger } from "../server/logger.ts";
import { bareMetrics } from "../metrics/bare.ts";
import { Heartbeats } from "./heartbeats.ts";

const WATCHDOG: Partial<HeartbeatText> = {
  name: "dog",
  matchers: 'alertname="Watchdog"',
  every: 5 * MINUTE,
  grace: MINUTE,
};
const CALL: Partial<HeartbeatText> = { name: "out", url: new Secret("http://127.0.0.1:1/hush"), every: MINUTE };

const of = (text: Partial<HeartbeatText>) => heartbeatOf({ ...HEARTBEAT_DEFAULTS, ...text });

/** A server that watches for one heartbeat on a moved clock; what it calls is written down instead. */
async function watching(text: Partial<HeartbeatText> = WATCHDOG) {
  const own = await world({ route: route({ group_wait: 0 }) });
  const calls: number[] = [];
  const answers: (string | undefined)[] = [];
  const health: { now: StoreHealth } = { now: { state: "ok", queued: 0, sizeBytes: 0 } };
  let cutOff = false;
  const start = () => {
    const heartbeats = new Heartbeats(
      {
        engine: own.engine,
        clock: own.clock,
        log: createLogger({
          level: "debug",
          format: "logfmt",
          write: (line) => own.log.push(line),
          now: () => own.clock.now(),
        }),
        metrics: bareMetrics(),
        storeHealth: () => health.now,
        replica: undefined,
        isCutOff: () => cutOff,
        caller: {
          call: () => {
            calls.push(own.clock.elapsed());
            return Promise.resolve(answers.shift());
          },
          close: () => undefined,
        },
      },
      own.clock.now(),
    );
    heartbeats.use([of(text)]);
    return heartbeats;
  };
  return {
    world: own,
    calls,
    answers,
    health,
    heartbeats: start(),
    start,
    cutOff: (is: boolean) => {
      cutOff = is;
    },
  };
}

/** What was sent of heartbeats: minutes since the start, firing or resolved. */
function pages({ sent }: World): [number, string][] {
  return sent
    .filter(({ firing, resolved }) => [...firing, ...resolved].includes("HeartbeatMissing"))
    .map(({ at, firing }) => [Math.round(at / MINUTE), firing.length > 0 ? "firing" : "resolved"]);
}

const beat = (own: World) => own.post({ alertname: "Watchdog" });

describe("a heartbeat that is expected", () => {
  test("pages when it stays away, once, and is resolved when it is back", async () => {
    const { world: own, heartbeats } = await watching();
    for (let i = 0; i < 5; i++) {
      await beat(own);
      await own.clock.advance(5 * MINUTE);
    }
    expect(pages(own)).toEqual([]);
    expect(heartbeats.states().get("dog")?.state).toBe("ok");
    await own.clock.advance(20 * MINUTE);
    expect(pages(own)).toEqual([[26, "firing"]]);
    expect(heartbeats.states().get("dog")?.state).toBe("missing");
    await beat(own);
    await own.clock.advance(6 * MINUTE - SECOND);
    expect(pages(own)).toEqual([
      [26, "firing"],
      [46, "resolved"],
    ]);
    expect(heartbeats.states().get("dog")?.state).toBe("ok");
  });

  test("that never comes is missing after a whole period", async () => {
    const { world: own, heartbeats } = await watching();
    await own.clock.advance(6 * MINUTE - 2 * SECOND);
    expect(heartbeats.states().get("dog")?.state).toBe("never");
    expect(pages(own)).toEqual([]);
    await own.clock.advance(4 * SECOND);
    expect(pages(own)).toEqual([[6, "firing"]]);
  });

  test("is not made by the end of its alert, nor by the alert of its own being missing", async () => {
    const { world: own } = await watching({ ...WATCHDOG, matchers: 'alertname=~".+"' });
    await own.post({ alertname: "Watchdog" }, { endsIn: 0 });
    await own.clock.advance(30 * MINUTE);
    expect(pages(own)).toEqual([[6, "firing"]]);
  });

  test("is given a whole period after a restart, and stays missing over one", async () => {
    const { world: own, heartbeats, start } = await watching();
    await beat(own);
    await own.clock.advance(4 * MINUTE);
    heartbeats.stop();
    await own.clock.advance(60 * MINUTE);
    await own.restart();
    const next = start();
    await own.clock.advance(6 * MINUTE - 2 * SECOND);
    expect(pages(own)).toEqual([]);
    await own.clock.advance(4 * SECOND);
    expect(pages(own)).toEqual([[70, "firing"]]);

    next.stop();
    await own.clock.advance(2 * MINUTE);
    await own.restart();
    const third = start();
    expect(third.states().get("dog")?.state).toBe("missing");
    await own.clock.advance(30 * MINUTE);
    expect(pages(own)).toEqual([[70, "firing"]]);
    await beat(own);
    await own.clock.advance(5 * MINUTE);
    expect(pages(own).at(-1)?.[1]).toBe("resolved");
  });

  test("is given a whole period after we stood still, and after the database was away", async () => {
    const { world: own, cutOff } = await watching();
    await beat(own);
    own.clock.step(60 * MINUTE);
    await own.clock.advance(6 * MINUTE - 2 * SECOND);
    expect(pages(own)).toEqual([]);
    await beat(own);
    cutOff(true);
    await own.clock.advance(30 * MINUTE);
    cutOff(false);
    await own.clock.advance(5 * MINUTE);
    expect(pages(own)).toEqual([]);
    await own.clock.advance(2 * MINUTE);
    expect(pages(own)).toHaveLength(1);
  });

  test("that is taken away while it is missing takes its alert along", async () => {
    const { world: own, heartbeats } = await watching();
    await own.clock.advance(7 * MINUTE);
    heartbeats.use([of({ ...WATCHDOG, every: 10 * MINUTE })]);
    await own.clock.advance(6 * MINUTE);
    expect(pages(own)).toEqual([[6, "firing"]]);
    heartbeats.use([]);
    await own.clock.advance(6 * MINUTE);
    expect(pages(own).map(([, status]) => status)).toEqual(["firing", "resolved"]);
  });
});

describe("a heartbeat that is sent", () => {
  test("calls every so often, and shows what went wrong", async () => {
    const { world: own, calls, answers, heartbeats } = await watching(CALL);
    await own.clock.advance(2 * MINUTE + 2 * SECOND);
    expect(calls).toHaveLength(3);
    expect(heartbeats.states().get("out")).toMatchObject({ state: "ok", lastError: undefined });
    answers.push("answered 500", "answered 500", undefined);
    await own.clock.advance(2 * MINUTE);
    expect(heartbeats.states().get("out")).toMatchObject({ state: "failing", lastError: "answered 500" });
    expect(own.log.filter((line) => line.includes("A heartbeat is not sent"))).toHaveLength(1);
    await own.clock.advance(MINUTE);
    expect(heartbeats.states().get("out")).toMatchObject({ state: "ok" });
    expect(own.log.join("\n")).not.toContain("hush");
  });

  test("is not while the store is degraded", async () => {
    const { world: own, calls, health, heartbeats } = await watching(CALL);
    await own.clock.advance(2 * SECOND);
    health.now = { state: "degraded", reason: "disk full", queued: 1, sizeBytes: 0 };
    await own.clock.advance(5 * MINUTE);
    expect(calls).toHaveLength(1);
    expect(heartbeats.states().get("out")?.lastError).toBe("not called: the store is degraded: disk full");
    health.now = { state: "ok", queued: 0, sizeBytes: 0 };
    await own.clock.advance(MINUTE);
    expect(calls).toHaveLength(2);
  });

  test("is not while notifications fail, until one succeeds or ten minutes have passed", async () => {
    const { world: own, calls, heartbeats } = await watching(CALL);
    const ended = (change: "failed" | "delivered") =>
      own.engine.observers.happened(notificationHappening({ change, at: own.clock.now(), receiver: "r" }));
    await own.clock.advance(2 * SECOND);
    ended("failed");
    await own.clock.advance(3 * MINUTE);
    expect(calls).toHaveLength(1);
    expect(heartbeats.states().get("out")?.lastError).toBe("not called: notifications of r/webhook[0] fail");
    ended("delivered");
    await own.clock.advance(MINUTE);
    expect(calls).toHaveLength(2);
    ended("failed");
    await own.clock.advance(11 * MINUTE);
    expect(calls.length).toBeGreaterThan(2);
  });
});

describe("what is no heartbeat is refused", () => {
  test.each([
    [{ name: "a b" }, 'name: "a b" is not allowed'],
    [{ every: 10 }, "every: expected at least 1s"],
    [{ matchers: "" }, "matchers: expected either"],
    [{ matchers: "{}" }, 'matchers: "{}" fits every alert'],
    [{ matchers: 'a!="b"' }, "fits every alert"],
    [{ matchers: "a=~(" }, "matchers:"],
    [{ labels: { alertname: "x" } }, "labels: alertname is not allowed"],
    [{ url: new Secret("http://hush/") }, "matchers: expected either"],
    [{ matchers: "", url: new Secret("ftp://hush/") }, "url: expected an http or https URL"],
  ] satisfies [Partial<HeartbeatText>, string][])("%#", (text, message) => {
    const make = () => of({ ...WATCHDOG, ...text });
    expect(make).toThrow(message);
    expect(make).not.toThrow("hush");
  });
});
