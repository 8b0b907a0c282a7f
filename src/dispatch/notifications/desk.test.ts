import { describe, expect, test } from "bun:test";
import { StorageError } from "../../core/interfaces/storage.ts";
import { MINUTE, SECOND, world, type World } from "../engine-harness.ts";
import { settle } from "../manual-clock.ts";
import type { SendOutcome } from "../send.ts";
import { A1, A2, Crowd } from "../sharing/sharing-harness.ts";
import type { KnownNotification } from "./known.ts";

const UNKNOWN: SendOutcome = { kind: "unknown", error: "context deadline exceeded" };
const FAILED: SendOutcome = { kind: "failed", error: "unexpected status code 503", refused: false };

async function only({ engine }: Pick<World, "engine">): Promise<KnownNotification> {
  const all = await engine.notifications.list();
  expect(all).toHaveLength(1);
  return all[0] as KnownNotification;
}

describe("a server for itself", () => {
  test("sends again what failed, at once and under another key", async () => {
    const w = await world();
    w.outcomes.push(FAILED);
    await w.post(A1);
    await w.clock.advance(30 * SECOND);
    expect(await only(w)).toMatchObject({ state: "failed", last: { detail: expect.stringContaining("503") } });
    expect(await w.engine.notifications.retry(await only(w), false)).toBe("done");
    await w.clock.advance(0);
    await settle();
    expect(w.sent.map(({ reason }) => reason)).toEqual(["first notification", "first notification"]);
    expect(w.sent[0]?.key).not.toBe(w.sent[1]?.key as string);
    expect((await only(w)).state).toBe("delivered");
    await w.clock.advance(4 * MINUTE);
    expect(w.sent).toHaveLength(2);
  });

  test("makes good what is of unknown outcome, at once and under the same key", async () => {
    const w = await world();
    w.outcomes.push(UNKNOWN);
    await w.post(A1);
    await w.clock.advance(30 * SECOND);
    expect((await only(w)).state).toBe("unknown");
    expect(await w.engine.notifications.retry(await only(w), false)).toBe("done");
    await w.clock.advance(0);
    await settle();
    expect(w.sent).toHaveLength(2);
    expect(w.sent[0]?.key).toBe(w.sent[1]?.key as string);
  });

  test("lets go of what is of unknown outcome, over a restart too, and tells what is new", async () => {
    const w = await world();
    w.outcomes.push(UNKNOWN);
    await w.post(A1, { endsIn: 60 });
    await w.clock.advance(30 * SECOND);
    expect(await w.engine.notifications.drop(await only(w), "somebody")).toBe("done");
    expect((await only(w)).state).toBe("dropped");
    await w.restart();
    expect((await only(w)).state).toBe("dropped");
    await w.clock.advance(10 * MINUTE);
    expect(w.sent).toHaveLength(1);
    await w.post(A2, { endsIn: 60 });
    await w.clock.advance(5 * MINUTE);
    expect(w.sent.at(-1)).toMatchObject({ reason: "new alerts added", firing: ["1", "2"] });
    expect((await only(w)).state).toBe("delivered");
  });

  test("has nothing to let go of where it was delivered, and sends that again only by force", async () => {
    const w = await world();
    await w.post(A1);
    await w.clock.advance(30 * SECOND);
    const { notifications } = w.engine;
    expect(await notifications.drop(await only(w), "somebody")).toBe("delivered");
    expect(await notifications.retry(await only(w), false)).toBe("delivered");
    expect(await notifications.retry(await only(w), true)).toBe("done");
    await w.clock.advance(0);
    await settle();
    expect(w.sent).toHaveLength(2);
  });
});

describe("what cannot be stored", () => {
  test.each([
    ["a failed one that is dropped", FAILED, "failed"],
    ["one of unknown outcome that is dropped", UNKNOWN, "unknown"],
  ] as const)("leaves %s as it was, over a restart too, and tells it in the end", async (_, outcome, state) => {
    for (const failing of [1, 2]) {
      const w = await world();
      w.outcomes.push(outcome);
      await w.post(A1, { endsIn: 60 });
      await w.clock.advance(30 * SECOND);
      const known = await only(w);
      expect(known.state).toBe(state);
      // The first thing stored is who drops it, the second that it counts as told.
      if (failing === 1) w.storage.failNext("full");
      const dropped = w.engine.notifications.drop(known, "somebody");
      if (failing === 2) w.storage.failNext("full", 1);
      await expect(dropped).rejects.toThrow(StorageError);
      expect((await only(w)).state).toBe(state);
      await w.clock.advance(10 * SECOND);
      expect((await only(w)).state).toBe(state);
      await w.clock.advance(5 * MINUTE);
      expect(w.sent).toHaveLength(2);
      expect((await only(w)).state).toBe("delivered");
      await w.restart();
      await w.clock.advance(10 * MINUTE);
      expect(w.sent).toHaveLength(2);
    }
  });

  test("has a delivered one not sent again", async () => {
    const w = await world();
    await w.post(A1, { endsIn: 60 });
    await w.clock.advance(30 * SECOND);
    const known = await only(w);
    w.storage.failNext("full");

    await expect(w.engine.notifications.retry(known, true)).rejects.toThrow(StorageError);

    expect((await only(w)).entry).toEqual(known.entry);
    await w.clock.advance(10 * MINUTE);
    await w.restart();
    await w.clock.advance(10 * MINUTE);
    expect(w.sent).toHaveLength(1);
  });
});

describe("several servers", () => {
  test("send again what failed, each time one of them", async () => {
    const crowd = await Crowd.of(2);
    const [a, b] = [crowd.member(0), crowd.member(1)];
    crowd.outcome = () => Promise.resolve(FAILED);
    await a.post(A1, 60);
    await crowd.clock.advance(31 * SECOND);
    expect(crowd.sent).toHaveLength(1);
    const sender = crowd.sent[0]?.by === "a" ? a : b;
    crowd.outcome = () => Promise.resolve({ kind: "sent", receiverData: undefined });
    expect(await sender.engine.notifications.retry(await only(sender), false)).toBe("done");
    await crowd.clock.advance(5 * SECOND);
    expect(crowd.sent).toHaveLength(2);
    expect((await only(a)).state).toBe("delivered");
    expect((await only(b)).state).toBe("delivered");
    await crowd.clock.advance(4 * MINUTE);
    expect(crowd.sent).toHaveLength(2);
  });

  test("leave alone what one of them is sending", async () => {
    const crowd = await Crowd.of(2);
    let end: (outcome: SendOutcome) => void = () => undefined;
    crowd.outcome = () => new Promise((resolve) => (end = resolve));
    await crowd.member(0).post(A1, 60);
    await crowd.clock.advance(31 * SECOND);
    for (const { engine } of crowd.servers) {
      const known = await only({ engine });
      expect(known.state).toBe("pending");
      expect(await engine.notifications.retry(known, true)).toBe("busy");
      expect(await engine.notifications.drop(known, "somebody")).toBe("busy");
    }
    end({ kind: "sent", receiverData: undefined });
    await crowd.clock.advance(5 * SECOND);
    expect(crowd.sent).toHaveLength(1);
  });

  test("change nothing of what was delivered while one of them tells the group's other integration", async () => {
    const crowd = await Crowd.of(2, { integrations: 2 });
    let calls = 0;
    crowd.outcome = () =>
      calls++ === 0 ? Promise.resolve({ kind: "sent", receiverData: undefined }) : new Promise(() => undefined);
    await crowd.member(0).post(A1, 60);
    await crowd.clock.advance(33 * SECOND);
    for (const { engine } of crowd.servers) {
      const all = await engine.notifications.list();
      expect(all.map(({ state }) => state).toSorted()).toEqual(["delivered", "pending"]);
      const delivered = all.find(({ state }) => state === "delivered") as KnownNotification;
      expect(await engine.notifications.retry(delivered, true)).toBe("busy");
      const again = (await engine.notifications.list()).find(({ key }) => key === delivered.key);
      expect(again?.entry).toEqual(delivered.entry);
    }
  });

  test("make good what is of unknown outcome under the same key, whoever is asked", async () => {
    const crowd = await Crowd.of(2);
    crowd.outcome = () => Promise.resolve(UNKNOWN);
    await crowd.member(0).post(A1, 60);
    await crowd.clock.advance(31 * SECOND);
    const other = crowd.sent[0]?.by === "a" ? crowd.member(1) : crowd.member(0);
    expect((await only(other)).state).toBe("unknown");
    crowd.outcome = () => Promise.resolve({ kind: "sent", receiverData: undefined });
    expect(await other.engine.notifications.retry(await only(other), false)).toBe("done");
    await crowd.clock.advance(5 * SECOND);
    expect(crowd.sent).toHaveLength(2);
    expect(crowd.sent[0]?.key).toBe(crowd.sent[1]?.key as string);
  });

  test("let go of what is of unknown outcome, whoever is asked, and of nothing that was tried again meanwhile", async () => {
    const crowd = await Crowd.of(2);
    crowd.outcome = () => Promise.resolve(UNKNOWN);
    await crowd.member(0).post(A1, 60);
    await crowd.clock.advance(31 * SECOND);
    const [sender, other] =
      crowd.sent[0]?.by === "a" ? [crowd.member(0), crowd.member(1)] : [crowd.member(1), crowd.member(0)];
    const known = await only(other);
    expect(known.state).toBe("unknown");
    expect(await other.engine.notifications.drop(known, "somebody")).toBe("done");
    await crowd.clock.advance(2 * SECOND);
    for (const server of crowd.servers) expect((await only(server)).state).toBe("dropped");
    expect(await sender.engine.notifications.drop(known, "somebody else")).toBe("busy");
    await crowd.clock.advance(10 * MINUTE);
    expect(crowd.sent).toHaveLength(1);

    crowd.outcome = () => Promise.resolve({ kind: "sent", receiverData: undefined });
    await sender.post(A2, 60);
    await crowd.clock.advance(5 * MINUTE);
    expect(crowd.sent.at(-1)?.firing).toEqual(["1", "2"]);
  });
});
