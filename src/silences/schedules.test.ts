import { describe, expect, test } from "bun:test";
import { labelSetFromObject } from "../core/model/labels.ts";
import { silenceState } from "../core/silencing/state.ts";
import { MINUTE, SECOND, type WorldOptions } from "../dispatch/engine-harness.ts";
import { ANN, keptWorld, scheduled, type Kept } from "./silences-harness.ts";
import type { ScheduleContent } from "./schedule.ts";

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const A = labelSetFromObject({ alertname: "A" });

async function withSchedule(content: ScheduleContent, options: WorldOptions): Promise<Kept> {
  const kept = await keptWorld(options);
  await kept.keeping.schedules.put("s", content, ANN);
  return kept;
}

const isMuted = ({ w }: Kept) => w.engine.muting(A, w.clock.now()).silencedBy.length > 0;

/** State and start of each silence, in the order they begin. */
function silences({ w }: Kept): string[] {
  const now = w.clock.now();
  return [...w.engine.heldSilences.all()]
    .toSorted((a, b) => a.startsAt.compare(b.startsAt) || a.endsAt.compare(b.endsAt))
    .map((one) => `${silenceState(one, now)} ${new Date(one.startsAt.ms).toISOString().slice(5, 16)}`);
}

/** Lets time pass and gives the first and the last minute of each stretch in which the alert was muted. */
async function mutedMinutes(kept: Kept, minutes: number): Promise<string[]> {
  const stretches: [number, number][] = [];
  for (let n = 0; n < minutes; n++) {
    const now = kept.w.clock.now();
    const last = stretches.at(-1);
    if (isMuted(kept)) {
      if (last?.[1] === now - MINUTE) last[1] = now;
      else stretches.push([now, now]);
    }
    await kept.w.clock.advance(MINUTE);
  }
  return stretches.map((both) => both.map((ms) => new Date(ms).toISOString().slice(5, 16)).join(" to "));
}

describe("on a moved clock", () => {
  test.each([
    [
      "when clocks go forward",
      "2026-03-04T20:00:00Z",
      [
        "03-05T07:00 to 03-05T07:59",
        "03-06T07:00 to 03-06T07:59",
        "03-07T07:00 to 03-07T07:59",
        "03-08T07:00 to 03-08T07:59",
        "03-09T06:00 to 03-09T06:59",
        "03-10T06:00 to 03-10T06:59",
        "03-11T06:00 to 03-11T06:59",
      ],
    ],
    [
      "when clocks go back",
      "2026-10-28T20:00:00Z",
      [
        "10-29T06:00 to 10-29T06:59",
        "10-30T06:00 to 10-30T06:59",
        "10-31T06:00 to 10-31T06:59",
        "11-01T07:00 to 11-01T07:59",
        "11-02T07:00 to 11-02T07:59",
        "11-03T07:00 to 11-03T07:59",
        "11-04T07:00 to 11-04T07:59",
      ],
    ],
  ])(
    "mutes exactly its hours %s",
    async (_, start, expected) => {
      const kept = await withSchedule(scheduled(), { start: Date.parse(start) });

      expect(await mutedMinutes(kept, (7 * DAY) / MINUTE)).toEqual(expected);
    },
    120_000,
  );

  test("notifies before and after each of its hours and not within", async () => {
    const kept = await withSchedule(scheduled(), { start: Date.parse("2026-03-07T20:00:00Z") });
    const { w } = kept;
    const start = w.clock.now();
    await w.post({ alertname: "A" }, { endsIn: 100 * 60 });
    await w.clock.advance(2 * DAY);

    const hours = w.sent.map(({ at }) => new Date(start + at).toISOString().slice(5, 16));
    expect(hours.filter((at) => at >= "03-08T07:00" && at < "03-08T08:00")).toEqual([]);
    expect(hours.filter((at) => at >= "03-09T06:00" && at < "03-09T07:00")).toEqual([]);
    expect(hours.filter((at) => at >= "03-09T07:00" && at < "03-09T07:10")).toHaveLength(1);
    expect(hours.length).toBeGreaterThan(30);
  });

  test("stands where the wall clock is set while nobody looks", async () => {
    const kept = await withSchedule(scheduled(), { start: Date.parse("2026-06-01T20:00:00Z") });
    kept.w.clock.step(10 * HOUR + 30 * MINUTE);

    expect(isMuted(kept)).toBe(true);
    await kept.w.clock.advance(MINUTE);
    expect(silences(kept)).toEqual(["active 06-02T06:00", "pending 06-03T06:00"]);
  });
});

describe("silences made ahead", () => {
  const START = { start: Date.parse("2026-06-01T20:00:00Z") };

  test("are those in force and the next one, ordinary ones that name the schedule", async () => {
    const kept = await withSchedule(scheduled(), START);
    expect(silences(kept)).toEqual(["pending 06-02T06:00"]);
    await kept.w.clock.advance(10 * HOUR);

    expect(silences(kept)).toEqual(["active 06-02T06:00", "pending 06-03T06:00"]);
    const [one] = kept.w.engine.silences();
    expect(one).toMatchObject({ createdBy: "ann", comment: "the nightly backup" });
    expect(one?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(one?.endsAt.ms).toBe((one?.startsAt.ms ?? 0) + HOUR);
    expect((await kept.w.storage.load()).silences).toHaveLength(2);
  });

  test("begin at once where a schedule is made within its time", async () => {
    const kept = await withSchedule(scheduled(), { start: Date.parse("2026-06-02T06:30:00Z") });

    expect(isMuted(kept)).toBe(true);
    await kept.w.clock.advance(30 * MINUTE);
    expect(isMuted(kept)).toBe(false);
  });

  test("those years ahead are found without going through all before", async () => {
    const kept = await withSchedule(scheduled({ cron: { expression: "*/5 * * * *", duration: 10 * MINUTE } }), START);
    const schedule = kept.keeping.schedules.get("s");
    const from = Date.parse("2033-06-02T06:02:00Z");
    const found =
      schedule === undefined ? undefined : kept.keeping.schedules.upcoming(schedule, kept.w.clock.now(), from).next();

    expect(new Date(found?.value?.startsAt ?? 0).toISOString()).toBe("2033-06-02T05:55:00.000Z");
  });

  test.each([
    ["pending", 0, ["expired 06-01T20:00", "pending 06-03T06:00"]],
    ["active", 10 * HOUR + 10 * MINUTE, ["expired 06-02T06:00", "pending 06-03T06:00"]],
  ])(
    "one that is ended while it is %s skips that one alone, over restarts and after it is collected",
    async (_, wait, expected) => {
      const kept = await withSchedule(scheduled(), START);
      const { w } = kept;
      await w.clock.advance(wait);
      const [one] = w.engine.heldSilences.all();
      await w.engine.expireSilence(one?.id ?? "");
      const schedule = kept.keeping.schedules.get("s");
      const [next] = schedule === undefined ? [] : kept.keeping.schedules.upcoming(schedule, w.clock.now());
      expect(next?.startsAt).toBe(Date.parse("2026-06-03T06:00:00Z"));
      await w.clock.advance(MINUTE);
      expect(silences(kept)).toEqual(expected);

      w.engine.heldSilences.collectGarbage(Infinity, 0);
      await w.restart();
      await w.clock.advance(Date.parse("2026-06-02T06:30:00Z") - w.clock.now());
      expect(isMuted(kept)).toBe(false);
      await w.clock.advance(DAY);
      expect(isMuted(kept)).toBe(true);
      await w.clock.advance(3 * DAY);
      expect(
        (await w.storage.load()).documents.filter(({ kind, content }) => kind !== "schedule" && content !== null),
      ).toEqual([]);
    },
  );

  test.each([
    [
      "changed",
      (kept: Kept) => kept.keeping.schedules.put("s", scheduled({ timeZone: "UTC" }), ANN),
      ["pending 06-03T02:00"],
    ],
    ["turned off", (kept: Kept) => kept.keeping.schedules.put("s", scheduled({ enabled: false }), ANN), []],
    ["removed", (kept: Kept) => kept.keeping.schedules.remove("s", ANN), []],
  ])("end with a schedule that is %s, and those of others do not", async (_, change, left) => {
    const kept = await withSchedule(scheduled(), START);
    await kept.keeping.schedules.put("other", scheduled({ cron: { expression: "0 5 * * *", duration: HOUR } }), ANN);
    await kept.w.clock.advance(10 * HOUR + 10 * MINUTE);
    expect(silences(kept)).toEqual(["active 06-02T06:00", "pending 06-02T09:00", "pending 06-03T06:00"]);

    await change(kept);

    expect(isMuted(kept)).toBe(false);
    const inForce = () => silences(kept).filter((one) => !one.startsWith("expired"));
    expect(inForce()).toEqual(["pending 06-02T09:00", ...left]);
    await kept.w.restart();
    expect(inForce()).toEqual(["pending 06-02T09:00", ...left]);
  });

  test("there are a thousand at most, each of which can be changed", async () => {
    const { keeping } = await keptWorld();
    const { schedules } = keeping;
    const off = scheduled({ enabled: false });
    for (let i = 0; i < 1000; i++) await schedules.put(`s${i}`, off, ANN);

    await expect(schedules.put("more", off, ANN)).rejects.toThrow(
      "there are 1000 schedules already, which is the most",
    );
    await schedules.put("s7", scheduled({ enabled: false, name: "changed" }), ANN);
    expect(schedules.get("s7")?.content.name).toBe("changed");
    await schedules.remove("s8", ANN);
    await schedules.put("more", off, ANN);
    expect(schedules.list()).toHaveLength(1000);
  });

  test("a schedule the store refuses is not in effect", async () => {
    const kept = await withSchedule(scheduled(), START);
    kept.w.storage.failNext("full");

    expect(await kept.keeping.schedules.remove("s", ANN).catch((e: Error) => e.message)).toContain("full");
    expect(silences(kept)).toEqual(["pending 06-02T06:00"]);
    expect(kept.keeping.schedules.list()).toHaveLength(1);
  });

  test.each([
    ["since before the one in force was made", 0, 3 * DAY + 10 * HOUR + 30 * MINUTE],
    ["since shortly before", 9 * HOUR, HOUR + 30 * MINUTE],
  ])("a server that was down %s mutes right from the start", async (_, before, down) => {
    const kept = await withSchedule(scheduled(), START);
    const { w } = kept;
    await w.clock.advance(before);
    await w.post({ alertname: "A" }, { endsIn: 200 * 60 });
    await w.clock.advance(SECOND);
    w.clock.step(down);

    await w.restart();
    expect(isMuted(kept)).toBe(true);
    await w.clock.advance(29 * MINUTE);
    expect(w.sent).toEqual([]);
    await w.clock.advance(10 * MINUTE);
    expect(w.sent).toHaveLength(1);
  });

  test("nothing comes of a schedule from which this server can make nothing", async () => {
    const kept = await keptWorld(START);
    await kept.w.engine.documents.put("schedule", "bad", { ...scheduled(), timeZone: "Mars/Olympus" });
    await kept.w.engine.documents.put("schedule", "good", scheduled());
    await kept.w.clock.advance(MINUTE);

    expect(silences(kept)).toEqual(["pending 06-02T06:00"]);
  });
});
