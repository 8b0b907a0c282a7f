import { describe, expect, test } from "bun:test";
import type { ClassReceivers } from "../core/interfaces/classification.ts";
import { pause } from "./clock.ts";
import { configOf, equal, MINUTE, route, SECOND, world, type World, type WorldOptions } from "./engine-harness.ts";

const A1 = { alertname: "A", instance: "1" };
const A2 = { alertname: "A", instance: "2" };
const A3 = { alertname: "A", instance: "3" };

/** Has `extra` told of some instances, and wait for some. */
class Classes implements ClassReceivers {
  readonly names = ["extra"];
  readonly wanted = new Set<string>();
  readonly pending = new Set<string>();
  longest = 0;
  world: World | undefined;

  wants: ClassReceivers["wants"] = (_, { labels }) => this.wanted.has(labels.get("instance"));
  wait: ClassReceivers["wait"] = (_, { labels }) => (this.pending.has(labels.get("instance")) ? this.longest : 0);

  async settled(alerts: Parameters<ClassReceivers["settled"]>[0], ms: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.world as World;
    const until = clock.elapsed() + ms;
    while (clock.elapsed() < until && !signal.aborted && alerts.some((alert) => this.wait("extra", alert) > 0)) {
      await pause(clock, SECOND, signal);
    }
  }
}

async function worldWith(options: WorldOptions = {}): Promise<{ w: World; classes: Classes }> {
  const classes = new Classes();
  const w = await world(options);
  classes.world = w;
  w.config = { ...w.config, classReceivers: classes };
  await w.engine.apply(w.config);
  return { w, classes };
}

const told = (w: World, receiver: string) =>
  w.sent
    .filter((sent) => sent.receiver === receiver)
    .map(({ at, reason, firing, resolved }) => [at / SECOND, reason, firing.join(), resolved.join()] as const);

describe("a receiver of a class", () => {
  test("is told of alerts of that class alone, beside the group's own, and of their end", async () => {
    const { w, classes } = await worldWith();
    classes.wanted.add("1");
    await w.post(A1, { endsIn: 3 });
    await w.post(A2, { endsIn: 60 });
    await w.clock.advance(6 * MINUTE);

    expect(told(w, "r")).toEqual([
      [30, "first notification", "1,2", ""],
      [330, "some alerts resolved", "2", "1"],
    ]);
    expect(told(w, "extra")).toEqual([
      [30, "first notification", "1", ""],
      [330, "all alerts resolved", "", "1"],
    ]);
  });

  test("is told of what it was told to begin with, whatever it is taken for later", async () => {
    const { w, classes } = await worldWith();
    classes.wanted.add("1");
    await w.post(A1, { endsIn: 8 });
    await w.post(A2, { endsIn: 60 });
    await w.clock.advance(MINUTE);
    classes.wanted.clear();
    classes.wanted.add("2");
    await w.clock.advance(11 * MINUTE);

    expect(told(w, "extra")).toEqual([
      [30, "first notification", "1", ""],
      [330, "new alerts added", "1,2", ""],
      [630, "some alerts resolved", "2", "1"],
    ]);
  });

  test("is told of nothing that is muted, and hears nothing of an end while it is", async () => {
    const { w, classes } = await worldWith({
      inhibitRules: [
        {
          name: "",
          sourceMatchers: [equal("alertname", "Mute")],
          targetMatchers: [equal("alertname", "A")],
          equal: [],
        },
      ],
    });
    classes.wanted.add("1").add("2");
    await w.post({ alertname: "Mute" }, { endsIn: 60 });
    await w.post(A1, { endsIn: 60 });
    await w.clock.advance(6 * MINUTE);

    expect(told(w, "extra")).toEqual([]);
  });

  test("does not hear that what it was told of has ended because it was muted", async () => {
    const { w, classes } = await worldWith({
      inhibitRules: [
        { name: "", sourceMatchers: [equal("alertname", "Mute")], targetMatchers: [equal("instance", "1")], equal: [] },
      ],
    });
    classes.wanted.add("1");
    await w.post(A1, { endsIn: 60 });
    await w.post(A2, { endsIn: 60 });
    await w.clock.advance(MINUTE);
    await w.post({ alertname: "Mute" }, { endsIn: 60 });
    await w.clock.advance(10 * MINUTE);

    expect(told(w, "extra")).toEqual([[30, "first notification", "1", ""]]);
  });

  test("is told once of an alert that several routes take, and not at all where one of them leads to it", async () => {
    const both = { ...route({ receiver: "r2" }), continue: false };
    const first = { ...route({ receiver: "r1" }), continue: true };
    const own = { ...route({ receiver: "extra", matchers: [equal("instance", "2")] }), continue: true };
    const { w, classes } = await worldWith({ route: route({ routes: [own, first, both] }) });
    classes.wanted.add("1").add("2");
    await w.post(A1, { endsIn: 60 });
    await w.post(A2, { endsIn: 60 });
    await w.clock.advance(MINUTE);

    expect(told(w, "r1")).toEqual([[30, "first notification", "1,2", ""]]);
    expect(told(w, "r2")).toEqual([[30, "first notification", "1,2", ""]]);
    expect(
      told(w, "extra")
        .map(([, , firing]) => firing)
        .toSorted(),
    ).toEqual(["1", "2"]);
  });

  test("that fails is tried again with the next flush, and the group's own is not told twice for it", async () => {
    const { w, classes } = await worldWith();
    classes.wanted.add("1");
    await w.post(A1, { endsIn: 60 });
    // The group's own goes first.
    w.outcomes.push({ kind: "sent", receiverData: undefined }, { kind: "failed", error: "no", refused: true });
    await w.clock.advance(6 * MINUTE);

    expect(told(w, "extra").map(([at, reason]) => [at, reason])).toEqual([
      [30, "first notification"],
      [330, "first notification"],
    ]);
    expect(told(w, "r")).toHaveLength(1);
  });

  test("keeps to its rate", async () => {
    const { w, classes } = await worldWith({ rateLimits: new Map([["extra", { every: 4 * MINUTE, burst: 1 }]]) });
    classes.wanted.add("1").add("2");
    await w.post({ ...A1, alertname: "A" }, { endsIn: 60 });
    await w.post({ ...A2, alertname: "B" }, { endsIn: 60 });
    await w.clock.advance(6 * MINUTE);

    expect(told(w, "extra").map(([at]) => at)).toEqual([30, 330]);
    expect(told(w, "r").map(([at]) => at)).toEqual([30, 30]);
  });

  test("is told under the same key of what was not known to have arrived before a restart", async () => {
    const { w, classes } = await worldWith();
    classes.wanted.add("1");
    await w.post(A1, { endsIn: 60 });
    w.outcomes.push({ kind: "sent", receiverData: undefined }, new Promise(() => undefined));
    await w.clock.advance(40 * SECOND);
    const before = w.sent.find(({ receiver }) => receiver === "extra");
    await w.restart();
    await w.clock.advance(MINUTE);

    const after = w.sent.filter(({ receiver }) => receiver === "extra");
    expect(after.map(({ key }) => key)).toEqual([before?.key as string, before?.key as string]);
    expect(told(w, "r")).toHaveLength(1);
  });
});

describe("a wait for a class", () => {
  test("ends when the class is known, and delays nobody else", async () => {
    const { w, classes } = await worldWith();
    classes.longest = MINUTE;
    classes.pending.add("1");
    await w.post(A1, { endsIn: 60 });
    await w.clock.advance(40 * SECOND);
    expect(told(w, "r")).toEqual([[30, "first notification", "1", ""]]);
    classes.pending.clear();
    classes.wanted.add("1");
    await w.clock.advance(2 * SECOND);

    expect(told(w, "extra")).toEqual([[41, "first notification", "1", ""]]);
    await w.clock.advance(10 * MINUTE);
    expect(told(w, "r")).toHaveLength(1);
  });

  test("ends after as long as it may take, with what is known then", async () => {
    const { w, classes } = await worldWith();
    classes.longest = MINUTE;
    classes.pending.add("1");
    classes.wanted.add("1");
    await w.post(A1, { endsIn: 60 });
    await w.clock.advance(3 * MINUTE);

    expect(told(w, "extra")).toEqual([[90, "first notification", "1", ""]]);
  });

  test("never makes the group's next flush late", async () => {
    const { w, classes } = await worldWith();
    classes.longest = 60 * MINUTE;
    classes.pending.add("1").add("2");
    await w.post(A1, { endsIn: 60 });
    await w.clock.advance(MINUTE);
    await w.post(A2, { endsIn: 60 });
    await w.clock.advance(5 * MINUTE);

    expect(told(w, "r")).toEqual([
      [30, "first notification", "1", ""],
      [330, "new alerts added", "1,2", ""],
    ]);
  });

  test("of very many groups keeps none of them waiting that has no place any more", async () => {
    const { w, classes } = await worldWith();
    classes.longest = MINUTE;
    for (let i = 0; i < 600; i++) {
      classes.pending.add(String(i));
      classes.wanted.add(String(i));
      await w.engine.ingest([
        {
          labels: { alertname: `A${i}`, instance: String(i) },
          annotations: {},
          startsAt: undefined,
          endsAt: undefined,
          generatorURL: "",
        },
      ]);
    }
    await w.clock.advance(31 * SECOND);
    expect(told(w, "r")).toHaveLength(600);
    expect(told(w, "extra")).toHaveLength(100);
    await w.clock.advance(MINUTE);
    expect(told(w, "extra")).toHaveLength(600);
  });

  test("that a reload cuts off begins anew", async () => {
    const { w, classes } = await worldWith();
    classes.longest = MINUTE;
    classes.pending.add("1");
    await w.post(A3, { endsIn: 60 });
    await w.post(A1, { endsIn: 60 });
    await w.clock.advance(40 * SECOND);
    await w.engine.apply({ ...configOf({}, "2"), classReceivers: classes });
    classes.pending.clear();
    classes.wanted.add("1");
    await w.clock.advance(MINUTE);

    expect(told(w, "extra").map(([, , firing]) => firing)).toEqual(["1"]);
    expect(told(w, "r")).toHaveLength(1);
  });
});
