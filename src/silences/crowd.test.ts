import { expect, test } from "bun:test";
import { SILENCE_DEFAULTS } from "../config/plus/silences.ts";
import { labelSetFromObject } from "../core/model/labels.ts";
import { Timestamp } from "../core/model/timestamp.ts";
import { acknowledgementOf } from "../core/silencing/origin.ts";
import { silenceState } from "../core/silencing/state.ts";
import { MINUTE, route, SECOND } from "../dispatch/engine-harness.ts";
import { A1, Crowd, type Member } from "../dispatch/sharing/sharing-harness.ts";
import { bareMetrics } from "../metrics/bare.ts";
import { keepSilences, type SilenceKeeping } from "./index.ts";
import { ANN, scheduled } from "./silences-harness.ts";

const HOUR = 60 * MINUTE;
/** ms each leaves to those before it. */
const TURN = 3000;

/** Three servers on one database that look after silences. */
class Keeping {
  readonly keeping = new Map<Member, SilenceKeeping>();

  private constructor(readonly crowd: Crowd) {}

  static async start(): Promise<Keeping> {
    const timers = { group_wait: 0, group_interval: MINUTE, repeat_interval: 10 * MINUTE };
    const self = new Keeping(await Crowd.of(3, { route: route(timers) }));
    for (const member of self.crowd.servers) self.keep(member);
    await self.crowd.clock.advance(SECOND);
    return self;
  }

  keep(member: Member): void {
    const { engine, clock } = member;
    const settings = () => ({ ...SILENCE_DEFAULTS, reminder: { before: HOUR } });
    const turn = () => engine.turn(TURN);
    const parts = { engine, clock, log: member.logger(), metrics: bareMetrics(), settings, turn };
    this.keeping.set(member, keepSilences(parts));
  }

  of(i: number): SilenceKeeping {
    return this.keeping.get(this.crowd.member(i)) as SilenceKeeping;
  }

  /** How many silences of each state there are, which all the servers that are left agree on. */
  states(members: readonly Member[] = this.crowd.servers): Readonly<Record<string, number>> {
    const now = this.crowd.clock.now();
    const ids = members.map(({ engine }) =>
      [...engine.heldSilences.all()].map((one) => `${silenceState(one, now)} ${one.id}`).toSorted(),
    );
    for (const other of ids.slice(1)) expect(other).toEqual(ids[0] as string[]);
    const counts: Record<string, number> = {};
    for (const text of ids[0] ?? []) {
      const state = text.split(" ")[0] as string;
      counts[state] = (counts[state] ?? 0) + 1;
    }
    return counts;
  }

  isMuted(i: number, labels = A1): boolean {
    const { engine } = this.crowd.member(i);
    return engine.muting(labelSetFromObject(labels), this.crowd.clock.now()).silencedBy.length > 0;
  }

  async acknowledge(i: number): Promise<string> {
    const alert = this.crowd.member(i).engine.alert(labelSetFromObject(A1));
    if (alert === undefined) throw new Error("no such alert");
    const result = await this.of(i).acknowledgements.acknowledge(alert, { createdBy: "ann", comment: "" }, ANN);
    if (!result.ok) throw new Error(result.message);
    return result.id;
  }

  /** What was said since, in order. */
  told(from = 0): string[] {
    return this.crowd.sent
      .slice(from)
      .map(({ firing, resolved }) => [...firing, ...resolved.map((r) => `${r} over`)].join());
  }
}

/** Every twenty minutes for five. */
const often = scheduled({ timeZone: "UTC", cron: { expression: "*/20 * * * *", duration: 5 * MINUTE } });

test("each occurrence of a schedule is one silence, in force on all of them to the second", async () => {
  const k = await Keeping.start();
  await k.crowd.clock.advance(6 * MINUTE - SECOND);
  await k.of(1).schedules.put("s", often, ANN);
  await k.crowd.clock.advance(10 * SECOND);
  expect(k.states()).toEqual({ pending: 1 });

  await k.crowd.clock.advance(14 * MINUTE - 11 * SECOND);
  expect([0, 1, 2].map((i) => k.isMuted(i))).toEqual([false, false, false]);
  await k.crowd.clock.advance(SECOND);
  expect([0, 1, 2].map((i) => k.isMuted(i))).toEqual([true, true, true]);
  await k.crowd.clock.advance(30 * SECOND);
  expect(k.states()).toEqual({ active: 1, pending: 1 });

  await k.crowd.clock.advance(40 * MINUTE);
  expect(k.states()).toEqual({ active: 1, expired: 2, pending: 1 });
});

test("with the first of them killed, and the second standing still, the third makes the next ones", async () => {
  const k = await Keeping.start();
  await k.of(0).schedules.put("s", often, ANN);
  await k.crowd.clock.advance(10 * SECOND);
  const [first, second, third] = k.crowd.servers as [Member, Member, Member];
  first.kill();
  await k.crowd.clock.advance(20 * MINUTE + 30 * SECOND);
  expect(k.states([second, third])).toEqual({ active: 1, expired: 1, pending: 1 });
  second.standStill();
  await k.crowd.clock.advance(40 * MINUTE);
  expect(k.states([third])).toEqual({ active: 1, expired: 3, pending: 1 });
  expect(k.isMuted(2)).toBe(true);

  await second.goOn();
  await first.start();
  k.keep(first);
  await k.crowd.clock.advance(MINUTE);
  expect(k.states()).toEqual({ active: 1, expired: 3, pending: 1 });
});

test("one acknowledged at two of them at once is told of as soon as it fires anew", async () => {
  const k = await Keeping.start();
  await k.crowd.member(0).post(A1, 600);
  await k.crowd.clock.advance(10 * SECOND);
  expect(k.told()).toEqual(["1"]);
  // Twice on one of them is one.
  const ids = await Promise.all([k.acknowledge(0), k.acknowledge(0), k.acknowledge(2)]);
  expect(ids[0]).toBe(ids[1] as string);
  await k.crowd.clock.advance(40 * MINUTE);
  expect(k.told(1)).toEqual([]);

  await k.crowd.member(1).post(A1, 0);
  await k.crowd.clock.advance(5 * SECOND);
  const now = k.crowd.clock.now();
  for (const { engine } of k.crowd.servers) {
    const acknowledgements = [...engine.heldSilences.all()].filter((one) => acknowledgementOf(one) !== undefined);
    expect(acknowledgements.map((one) => silenceState(one, now))).toEqual(["expired", "expired"]);
  }
  await k.crowd.member(2).post(A1, 600);
  await k.crowd.clock.advance(2 * MINUTE);
  expect(k.told(1)).toEqual(["1"]);
});

test("an acknowledgement lasts while its alert fires, whoever of them is killed, and ends once", async () => {
  const k = await Keeping.start();
  await k.crowd.member(0).post(A1, 600);
  await k.crowd.clock.advance(10 * SECOND);
  await k.acknowledge(1);
  const [first, second, third] = k.crowd.servers as [Member, Member, Member];
  first.kill();
  await k.crowd.clock.advance(40 * MINUTE);
  expect(k.states([second, third])).toEqual({ active: 1 });
  expect(k.told(1)).toEqual([]);
  await third.post(A1, 0);
  await k.crowd.clock.advance(2 * MINUTE);
  expect(k.states([second, third])).toEqual({ expired: 1 });
  expect(k.told(1)).toEqual(["1 over"]);
});

test("who is reminded of a silence that ends is reminded once", async () => {
  const k = await Keeping.start();
  await k.crowd.member(0).post(A1, 600);
  await k.crowd.clock.advance(10 * SECOND);
  const now = new Timestamp(k.crowd.clock.now());
  const result = await k.crowd.member(1).engine.setSilence({
    id: "",
    matchers: [{ type: "=", name: "instance", value: "1" }],
    startsAt: now,
    endsAt: new Timestamp(now.ms + 2 * HOUR),
    createdBy: "ann",
    comment: "",
    annotations: {},
  });
  expect(result.ok).toBe(true);
  await k.crowd.clock.advance(HOUR + 5 * MINUTE);
  k.crowd.member(0).kill();
  await k.crowd.clock.advance(4 * MINUTE);
  expect(k.told(1)).toEqual([""]);
  for (const { engine } of k.crowd.servers.slice(1)) {
    expect(engine.alerts().filter(({ labels }) => labels.get("alertname") === "SilenceExpiring")).toHaveLength(1);
  }
});
