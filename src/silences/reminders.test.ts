import { expect, test } from "bun:test";
import { Timestamp } from "../core/model/timestamp.ts";
import { MINUTE, SECOND, route } from "../dispatch/engine-harness.ts";
import { keptWorld, type Kept } from "./silences-harness.ts";

const HOUR = 60 * MINUTE;

async function silenced(kept: Kept, minutes: number, id = "", alertname = "A"): Promise<string> {
  const { w } = kept;
  const held = w.engine.heldSilences.get(id);
  const now = new Timestamp(w.clock.now());
  const result = await w.engine.setSilence({
    id,
    matchers: [{ type: "=", name: "alertname", value: alertname }],
    startsAt: held?.startsAt ?? now,
    endsAt: new Timestamp(now.ms + minutes * MINUTE),
    createdBy: "ann",
    comment: "repairing",
    annotations: {},
  });
  if (!result.ok) throw new Error(result.message);
  return result.id;
}

async function reminding(): Promise<Kept> {
  const kept = await keptWorld({ route: route({ group_wait: SECOND, group_interval: MINUTE }) });
  kept.settings = { ...kept.settings, reminder: { before: HOUR } };
  return kept;
}

const reminders = ({ w }: Kept) =>
  w.engine
    .alerts()
    .filter(({ labels, endsAt }) => labels.get("alertname") === "SilenceExpiring" && endsAt.ms > w.clock.now());

const told = ({ w }: Kept) =>
  w.sent.map(({ firing, resolved }) => [...firing, ...resolved.map((name) => `-${name}`)].join());

test("an alert says that a silence of a firing alert is about to end, and is over when it has", async () => {
  const kept = await reminding();
  await kept.w.post({ alertname: "A" }, { endsIn: 600 });
  const id = await silenced(kept, 180);
  await kept.w.clock.advance(2 * HOUR - MINUTE);
  expect(reminders(kept)).toEqual([]);
  await kept.w.clock.advance(2 * MINUTE);

  const [reminder] = reminders(kept);
  expect(reminder?.labels.toObject()).toEqual({
    alertname: "SilenceExpiring",
    created_by: "ann",
    severity: "info",
    silence_id: id,
  });
  expect(reminder?.annotations.toObject()).toMatchObject({ matchers: '{alertname="A"}', comment: "repairing" });
  expect(reminder?.endsAt.ms).toBe(kept.w.engine.silence(id)?.endsAt.ms as number);
  expect(told(kept)).toEqual(["SilenceExpiring"]);
  await kept.w.clock.advance(62 * MINUTE);
  expect(reminders(kept)).toEqual([]);
  expect(told(kept)).toContain("-SilenceExpiring");
});

test.each([
  ["is made longer", async (kept: Kept, id: string) => void (await silenced(kept, 180, id))],
  ["is ended", async ({ w }: Kept, id: string) => void (await w.engine.expireSilence(id))],
  ["matches nothing that fires any more", async ({ w }: Kept) => w.post({ alertname: "A" }, { endsIn: 0 })],
])("it is over once the silence %s", async (_, change) => {
  const kept = await reminding();
  await kept.w.post({ alertname: "A" }, { endsIn: 600 });
  const id = await silenced(kept, 90);
  await kept.w.clock.advance(40 * MINUTE);
  expect(reminders(kept)).toHaveLength(1);

  await change(kept, id);
  await kept.w.clock.advance(2 * MINUTE);

  expect(reminders(kept)).toEqual([]);
});

test("nobody is reminded of a silence of nothing, of a short one, or without being asked", async () => {
  const kept = await reminding();
  await kept.w.post({ alertname: "A" }, { endsIn: 600 });
  await silenced(kept, 61, "", "Other");
  await silenced(kept, 59);
  await kept.w.clock.advance(5 * MINUTE);
  expect(reminders(kept)).toEqual([]);

  kept.settings = { ...kept.settings, reminder: { before: undefined } };
  await silenced(kept, 61);
  await kept.w.clock.advance(5 * MINUTE);
  expect(reminders(kept)).toEqual([]);
});

test("an active silence is noted, and counted, once it has matched nothing for an hour", async () => {
  const kept = await keptWorld();
  const { effect } = kept.keeping;
  const id = await silenced(kept, 600);
  const note = () => {
    const silence = kept.w.engine.heldSilences.get(id);
    return silence === undefined ? "gone" : effect.note(silence);
  };
  await kept.w.clock.advance(60 * MINUTE);
  expect([note(), effect.matchingNothing]).toEqual([null, 0]);
  await kept.w.clock.advance(2 * MINUTE);
  expect(note()).toStartWith("matches no firing alert, and has not since 2026-01-05T12:01:00.000Z");
  expect(effect.matchingNothing).toBe(1);

  await kept.w.post({ alertname: "A" }, { endsIn: 600 });
  await kept.w.clock.advance(MINUTE);
  expect([note(), effect.matchingNothing]).toEqual([null, 0]);
});
