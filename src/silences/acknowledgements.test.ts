import { describe, expect, test } from "bun:test";
import { labelSetFromObject } from "../core/model/labels.ts";
import { silenceState } from "../core/silencing/state.ts";
import { MINUTE, SECOND, route } from "../dispatch/engine-harness.ts";
import { ANN, keptWorld, type Kept } from "./silences-harness.ts";

const HOUR = 60 * MINUTE;
const A = { alertname: "A", instance: "one" };
const B = { alertname: "A", instance: "two" };

async function acknowledged(kept: Kept, labels = A): Promise<string> {
  const alert = kept.w.engine.alert(labelSetFromObject(labels));
  if (alert === undefined) throw new Error("no such alert");
  const result = await kept.keeping.acknowledgements.acknowledge(alert, { createdBy: "ann", comment: "on it" }, ANN);
  if (!result.ok) throw new Error(result.message);
  return result.id;
}

const sentSince = ({ w }: Kept, from: number) =>
  w.sent.slice(from).map(({ firing, resolved }) => [...firing, ...resolved.map((one) => `${one} resolved`)].join());

function state({ w }: Kept, id: string): string {
  const silence = w.engine.heldSilences.get(id);
  return silence === undefined ? "gone" : silenceState(silence, w.clock.now());
}

/** Fires, is told, and is acknowledged. */
async function firing(options = {}): Promise<{ kept: Kept; id: string }> {
  const kept = await keptWorld({ route: route({ repeat_interval: 10 * MINUTE }), ...options });
  await kept.w.post(A, { endsIn: 600 });
  await kept.w.clock.advance(MINUTE);
  expect(sentSince(kept, 0)).toEqual(["one"]);
  return { kept, id: await acknowledged(kept) };
}

test("an acknowledged alert is told of no more while it fires, however often it is sent again", async () => {
  const { kept, id } = await firing();
  for (let i = 0; i < 12; i++) {
    await kept.w.clock.advance(10 * MINUTE);
    await kept.w.post(A, { endsIn: 600 });
  }

  expect(sentSince(kept, 1)).toEqual([]);
  expect(kept.keeping.acknowledgements.list().map((one) => one.id)).toEqual([id]);
  expect(await acknowledged(kept)).toBe(id);
});

test("its silence matches all of its labels and no other alert of the group", async () => {
  const { kept, id } = await firing();
  await kept.w.post(B, { endsIn: 600 });
  await kept.w.clock.advance(5 * MINUTE);

  expect(sentSince(kept, 1)).toEqual(["two"]);
  expect(kept.w.engine.silence(id)?.matcherSets).toEqual([
    [
      expect.objectContaining({ name: "alertname", value: "A" }),
      expect.objectContaining({ name: "instance", value: "one" }),
    ],
  ]);
});

describe("an end of the alert", () => {
  test.each([
    ["that is told", async ({ w }: Kept) => w.post(A, { endsIn: 0 })],
    ["by its own time", async ({ w }: Kept) => w.clock.advance(601 * MINUTE)],
  ])("%s is told, ends the acknowledgement, and what fires anew is told", async (_, end) => {
    const { kept, id } = await firing();
    await end(kept);
    await kept.w.clock.advance(5 * MINUTE);

    expect(sentSince(kept, 1)).toEqual(["one resolved"]);
    expect(state(kept, id)).toBe("expired");
    await kept.w.post(A, { endsIn: 600 });
    await kept.w.clock.advance(6 * MINUTE);
    expect(sentSince(kept, 2)).toEqual(["one"]);
  });

  test("followed by a new beginning before anybody flushed ends it too", async () => {
    const { kept, id } = await firing();
    await kept.w.post(A, { endsIn: 0 });
    await kept.w.clock.advance(SECOND);
    await kept.w.post(A, { endsIn: 600 });
    await kept.w.clock.advance(16 * MINUTE);

    expect(state(kept, id)).toBe("expired");
    expect(sentSince(kept, 1)).toContain("one");
  });

  test("of one that was acknowledged before anybody was told is told to nobody", async () => {
    const kept = await keptWorld();
    await kept.w.post(A, { endsIn: 600 });
    await acknowledged(kept);
    await kept.w.clock.advance(MINUTE);
    await kept.w.post(A, { endsIn: 0 });
    await kept.w.clock.advance(10 * MINUTE);

    expect(kept.w.sent).toEqual([]);
  });

  test("is told while others of its group fire on", async () => {
    const { kept } = await firing();
    await kept.w.post(B, { endsIn: 600 });
    await kept.w.clock.advance(15 * MINUTE);
    const before = kept.w.sent.length;
    await kept.w.post(A, { endsIn: 0 });
    await kept.w.clock.advance(5 * MINUTE);

    expect(sentSince(kept, before)).toEqual(["two,one resolved"]);
  });

  test("does not end, or lift, what somebody else silenced", async () => {
    const { kept } = await firing();
    const now = kept.w.clock.timestamp();
    const endsAt = kept.w.engine.heldSilences.get(kept.keeping.acknowledgements.list()[0]?.id ?? "")?.endsAt ?? now;
    const matchers = [{ type: "=" as const, name: "alertname", value: "A" }];
    const own = await kept.w.engine.setSilence({
      id: "",
      matchers,
      startsAt: now,
      endsAt,
      createdBy: "bob",
      comment: "",
      annotations: {},
    });
    await kept.w.post(A, { endsIn: 0 });
    await kept.w.clock.advance(10 * MINUTE);

    expect(sentSince(kept, 1)).toEqual([]);
    expect(state(kept, own.ok ? own.id : "")).toBe("active");
  });
});

test("an acknowledgement survives a restart and ends with an alert that ended meanwhile", async () => {
  const { kept, id } = await firing();
  await kept.w.clock.advance(MINUTE);
  await kept.w.restart();
  await kept.w.clock.advance(30 * MINUTE);
  expect([state(kept, id), sentSince(kept, 1)]).toEqual(["active", []]);

  await kept.w.post(A, { endsIn: 0 });
  await kept.w.restart();
  await kept.w.clock.advance(6 * MINUTE);
  expect([state(kept, id), sentSince(kept, 1)]).toEqual(["expired", ["one resolved"]]);
});

test("an acknowledgement lasts for a day at most, or as long as is set", async () => {
  const kept = await keptWorld({ route: route({ repeat_interval: 10 * MINUTE }) });
  kept.settings = { ...kept.settings, acknowledgement: { max: 2 * HOUR } };
  await kept.w.post(A, { endsIn: 6000 });
  await acknowledged(kept);
  await kept.w.clock.advance(2 * HOUR);
  expect(kept.w.sent).toEqual([]);
  await kept.w.clock.advance(6 * MINUTE);

  expect(sentSince(kept, 0)).toEqual(["one"]);
});

test("one whose alert is not known ends, but not before its sender has had the time to send it again", async () => {
  const { kept, id } = await firing();
  await kept.w.clock.advance(MINUTE);
  await kept.w.storage.commit({ deletedAlerts: [labelSetFromObject(A).fingerprint] });
  await kept.w.restart();
  await kept.w.clock.advance(14 * MINUTE);
  expect(state(kept, id)).toBe("active");

  await kept.w.clock.advance(3 * MINUTE);
  expect(state(kept, id)).toBe("expired");
});
