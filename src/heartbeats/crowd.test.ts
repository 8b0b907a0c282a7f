import { expect, test } from "bun:test";
import { HEARTBEAT_DEFAULTS, heartbeatOf } from "../config/plus/heartbeats.ts";
import { Secret } from "../config/secret.ts";
import { MINUTE, route, SECOND } from "../dispatch/engine-harness.ts";
import { Crowd, type Member } from "../dispatch/sharing/sharing-harness.ts";
import { bareMetrics } from "../metrics/bare.ts";
import { Heartbeats } from "./heartbeats.ts";

const DOG = heartbeatOf({
  ...HEARTBEAT_DEFAULTS,
  name: "dog",
  matchers: 'alertname="Watchdog"',
  every: 5 * MINUTE,
  grace: MINUTE,
});
const CALL = heartbeatOf({
  ...HEARTBEAT_DEFAULTS,
  name: "out",
  url: new Secret("http://127.0.0.1:1/"),
  every: MINUTE,
});

/** Three servers on one database that watch for a heartbeat and send one. */
class Watching {
  readonly calls: { readonly by: string; readonly at: number }[] = [];

  private constructor(readonly crowd: Crowd) {}

  static async start(): Promise<Watching> {
    const crowd = await Crowd.of(3, { route: route({ group_wait: 0, group_interval: MINUTE }) });
    const self = new Watching(crowd);
    for (const member of crowd.servers) self.watch(member);
    await crowd.clock.advance(SECOND);
    return self;
  }

  watch(member: Member): void {
    const { engine, clock, store, name } = member;
    const heartbeats = new Heartbeats(
      {
        engine,
        clock,
        log: member.logger(),
        metrics: bareMetrics(),
        storeHealth: () => store.health(),
        replica: name,
        isCutOff: () => !store.sharing && engine.members.length > 1,
        caller: {
          call: async () => void this.calls.push({ by: name, at: clock.now() - this.crowd.began }),
          close: () => undefined,
        },
      },
      clock.now(),
    );
    heartbeats.use([DOG, CALL]);
  }

  /** The heartbeat comes to one of them each minute. */
  async beats(minutes: number, to: number): Promise<void> {
    for (let i = 0; i < minutes; i++) {
      await this.crowd.member(to).post({ alertname: "Watchdog", instance: "beat" });
      await this.crowd.clock.advance(MINUTE);
    }
  }

  /** What was said of the heartbeat, in order. */
  pages(): string[] {
    return this.crowd.sent.flatMap(({ firing, resolved }) => [
      ...firing.filter((name) => name === "").map(() => "missing"),
      ...resolved.filter((name) => name === "").map(() => "back"),
    ]);
  }

  /** Minutes in which not exactly one of them called. */
  wrongMinutes(from: number, to: number): number[] {
    const wrong: number[] = [];
    for (let at = from; at < to; at += MINUTE) {
      const count = this.calls.filter((call) => call.at >= at && call.at < at + MINUTE).length;
      if (count !== 1) wrong.push(at / MINUTE);
    }
    return wrong;
  }
}

test("one page, whichever of them hears it, and one call a minute", async () => {
  const w = await Watching.start();
  await w.beats(10, 2);
  expect(w.pages()).toEqual([]);
  await w.crowd.clock.advance(20 * MINUTE);
  expect(w.pages()).toEqual(["missing"]);
  await w.beats(3, 1);
  expect(w.pages()).toEqual(["missing", "back"]);
  expect(w.wrongMinutes(2 * MINUTE, 30 * MINUTE)).toEqual([]);
});

test("with the first of them killed the others go on", async () => {
  const w = await Watching.start();
  await w.beats(10, 2);
  w.crowd.member(0).kill();
  await w.beats(10, 2);
  expect(w.pages()).toEqual([]);
  await w.crowd.clock.advance(20 * MINUTE);
  expect(w.pages()).toEqual(["missing"]);
  expect(w.calls.filter(({ by, at }) => by === "a" && at > 11 * MINUTE)).toEqual([]);
  expect(w.wrongMinutes(12 * MINUTE, 40 * MINUTE)).toEqual([]);

  await w.crowd.member(0).start();
  w.watch(w.crowd.member(0));
  await w.crowd.clock.advance(20 * MINUTE);
  expect(w.pages()).toEqual(["missing"]);
  await w.beats(3, 2);
  expect(w.pages()).toEqual(["missing", "back"]);
});

test("the first of them, back after it stood still, resolves nothing that it has not heard", async () => {
  const w = await Watching.start();
  await w.beats(5, 2);
  w.crowd.member(0).standStill();
  await w.crowd.clock.advance(20 * MINUTE);
  expect(w.pages()).toEqual(["missing"]);
  await w.crowd.member(0).goOn();
  await w.crowd.clock.advance(20 * MINUTE);
  expect(w.pages()).toEqual(["missing"]);
  await w.beats(3, 2);
  expect(w.pages()).toEqual(["missing", "back"]);
});

test("a heartbeat that is missing stays so while the database is away", async () => {
  const w = await Watching.start();
  await w.beats(5, 2);
  await w.crowd.clock.advance(20 * MINUTE);
  for (const { shared } of w.crowd.servers) shared.up = false;
  await w.crowd.clock.advance(30 * MINUTE);
  for (const { shared } of w.crowd.servers) shared.up = true;
  await w.crowd.clock.advance(10 * MINUTE);
  expect(w.pages()).toEqual(["missing"]);
  await w.beats(3, 2);
  expect(w.pages()).toEqual(["missing", "back"]);
});
