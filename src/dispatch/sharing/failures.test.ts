import { describe, expect, test } from "bun:test";
import { newMatcher } from "../../core/model/matcher.ts";
import { Timestamp } from "../../core/model/timestamp.ts";
import type { MemoryConnection } from "../../store/memory-database.ts";
import { configOf, MINUTE, route, SECOND } from "../engine-harness.ts";
import type { SendOutcome } from "../send.ts";
import { A1, Crowd, type Member } from "./sharing-harness.ts";

const SENT: SendOutcome = { kind: "sent", receiverData: undefined };

/** Has the next call of a method fail, with or without having been carried out. */
function failOnce(member: Member, name: "commit" | "finish" | "decide", { after = false } = {}): void {
  const { shared } = member;
  const original = shared[name] as (...args: unknown[]) => Promise<unknown>;
  const replaced = async (...args: unknown[]) => {
    Object.assign(shared, { [name]: original });
    if (after) await original(...args);
    throw new Error("the connection was lost");
  };
  Object.assign(shared, { [name]: replaced });
}

/** How the alerts in the database stand. */
async function stored(crowd: Crowd): Promise<string[]> {
  const { alerts } = await crowd.database.connect("visitor").load();
  return alerts.map(({ endsAt }) => (endsAt.ms <= crowd.clock.now() ? "resolved" : "firing"));
}

async function inForce(crowd: Crowd): Promise<string | undefined> {
  const visitor = await crowd.database.connect("visitor").sync({ name: "visitor", address: "", configHash: "" });
  return visitor.configHash;
}

/** The minutes from `t` to the end of each alert. */
const ends = (alerts: Iterable<{ readonly endsAt: Timestamp }>, t: number) =>
  [...alerts].map(({ endsAt }) => Math.round((endsAt.ms - t) / MINUTE));

describe("a commit the database missed", () => {
  test("does not overwrite what came after it", async () => {
    const crowd = await Crowd.of(2);
    await crowd.clock.advance(5.1 * SECOND);
    failOnce(crowd.member(0), "commit");
    await crowd.member(0).post(A1, 60);
    await crowd.member(0).post(A1, 0);
    await crowd.clock.advance(5 * MINUTE);
    expect(await stored(crowd)).toEqual(["resolved"]);
    expect(crowd.sent.filter(({ firing }) => firing.length > 0)).toEqual([]);
  });

  test("of a silence is made up for", async () => {
    const crowd = await Crowd.of(2);
    await crowd.member(0).post(A1, 60);
    await crowd.clock.advance(5 * SECOND);
    failOnce(crowd.member(0), "commit");
    const now = crowd.clock.now();
    const result = await crowd.member(0).engine.setSilence({
      id: "",
      matchers: [{ type: "=", name: "alertname", value: "A" }],
      startsAt: new Timestamp(now),
      endsAt: new Timestamp(now + 60 * MINUTE),
      createdBy: "me",
      comment: "c",
      annotations: {},
    });
    expect(result.ok).toBe(true);
    await crowd.clock.advance(10 * MINUTE);
    expect(crowd.servers.map((server) => [...server.engine.silences()].length)).toEqual([1, 1]);
    expect(crowd.sent).toEqual([]);
  });

  test("that removes an alert does not remove one that came back", async () => {
    const crowd = await Crowd.of(1);
    const server = crowd.member(0);
    await server.post(A1, 60);
    await crowd.clock.advance(MINUTE);
    await server.post(A1, 0);
    await crowd.clock.advance(6 * MINUTE);
    const missed: unknown[] = [];
    const original = server.shared.commit;
    const commit: MemoryConnection["commit"] = async (batch) => {
      if (missed.length > 0 || (batch.deletedAlerts?.length ?? 0) === 0) return original(batch);
      missed.push(batch);
      throw new Error("the connection was lost");
    };
    Object.assign(server.shared, { commit });
    for (let i = 0; missed.length === 0 && i < 4000; i++) await crowd.clock.advance(SECOND);
    await server.post(A1, 600);
    await crowd.clock.advance(5 * MINUTE);
    expect(await stored(crowd)).toEqual(["firing"]);
  });

  test("many times over, while looks go well, is to be without the database", async () => {
    const crowd = await Crowd.of(1);
    const server = crowd.member(0);
    const original = server.shared.commit;
    Object.assign(server.shared, { commit: () => Promise.reject(new Error("no room")) });
    for (let i = 0; i < 60; i++) {
      await server.post({ alertname: "A", instance: String(i % 5) }, i % 2 === 0 ? 60 : 0);
      await crowd.clock.advance(SECOND);
    }
    expect(server.store.health().state).toBe("degraded");
    let told = 0;
    const commit: MemoryConnection["commit"] = (batch) => {
      told++;
      return original(batch);
    };
    Object.assign(server.shared, { commit });
    await crowd.clock.advance(20 * SECOND);
    expect(server.store.sharing).toBe(true);
    expect(told).toBeLessThan(30);
    expect(await stored(crowd)).toHaveLength(5);
  });
});

describe("a configuration", () => {
  for (const offset of [0, 100, 300, 400, 600, 700, 900]) {
    test(`reloaded by one stays in force, ${offset} ms after the others looked`, async () => {
      const crowd = new Crowd();
      await crowd.start("a");
      await crowd.clock.advance(500);
      await crowd.start("b");
      await crowd.clock.advance(5 * SECOND + offset);
      await crowd.member(1).engine.apply(configOf({}, "2"));
      await crowd.clock.advance(MINUTE);
      expect(await inForce(crowd)).toBe("2");
    });
  }

  test("that is outdated tells nobody, and its server leaves the database alone", async () => {
    const crowd = await Crowd.of(2);
    await crowd.clock.advance(5 * SECOND);
    await crowd.member(1).engine.apply(configOf({ route: route({ group_by: ["instance"] }) }, "2"));
    await crowd.clock.advance(5 * SECOND);
    await crowd.member(0).post(A1, 60);
    let claims = 0;
    const { shared } = crowd.member(0);
    const original = shared.claim;
    const claim: MemoryConnection["claim"] = (...args) => {
      claims++;
      return original(...args);
    };
    Object.assign(shared, { claim });
    await crowd.clock.advance(4 * MINUTE);
    expect(crowd.sent).toMatchObject([{ by: "b", firing: ["1"] }]);
    expect(claims).toBe(0);
  });

  test("that is outdated loses no alert when the only server that heard it dies", async () => {
    const crowd = await Crowd.of(2);
    await crowd.clock.advance(5 * SECOND);
    await crowd.member(1).engine.apply(configOf({}, "2"));
    await crowd.clock.advance(5 * SECOND);
    await crowd.member(0).post(A1, 600);
    await crowd.clock.advance(3 * SECOND);
    crowd.member(0).kill();
    await crowd.clock.advance(60 * MINUTE);
    expect(crowd.sent[0]).toMatchObject({ by: "b", firing: ["1"] });
  });
});

describe("coming back to the database", () => {
  test("a page sent alone, of what the others have ended and settled, is followed by its end", async () => {
    const crowd = await Crowd.of(2);
    await crowd.member(0).post(A1, 60);
    await crowd.clock.advance(20 * SECOND);
    crowd.member(1).shared.up = false;
    await crowd.clock.advance(4 * SECOND);
    await crowd.member(0).post(A1, 0);
    await crowd.clock.advance(40 * SECOND);
    expect(crowd.sent).toMatchObject([{ by: "b", firing: ["1"] }]);
    crowd.member(1).shared.up = true;
    await crowd.clock.advance(30 * MINUTE);
    expect(crowd.sent.at(-1)).toMatchObject({ resolved: ["1"] });
    expect(crowd.sent).toHaveLength(2);
  });

  test("a join that breaks off is done again, and tells all", async () => {
    const crowd = await Crowd.of(1);
    const server = crowd.member(0);
    server.shared.up = false;
    await crowd.clock.advance(5 * SECOND);
    await server.post(A1, 60);
    await crowd.clock.advance(5 * SECOND);
    server.kill();
    await server.start({ up: false });
    await crowd.clock.advance(5 * SECOND);
    failOnce(server, "commit");
    server.shared.up = true;
    await crowd.clock.advance(MINUTE);
    expect(await stored(crowd)).toEqual(["firing"]);
  });

  test("what is still being sent since it was away is not sent by another claim as well", async () => {
    const crowd = await Crowd.of(1);
    const server = crowd.member(0);
    await crowd.clock.advance(5 * SECOND);
    server.shared.up = false;
    await crowd.clock.advance(5 * SECOND);
    crowd.outcome = () => new Promise((resolve) => crowd.clock.schedule(60 * SECOND, () => resolve(SENT)));
    await server.post(A1, 60);
    await crowd.clock.advance(40 * SECOND);
    server.shared.up = true;
    await crowd.clock.advance(10 * MINUTE);
    expect(crowd.sent).toHaveLength(1);
  });

  test("an end that moved on right before it went away is kept", async () => {
    const crowd = await Crowd.of(1);
    const server = crowd.member(0);
    await server.post(A1, 5);
    await crowd.clock.advance(61 * SECOND);
    const t = crowd.clock.now();
    await server.post(A1, 60);
    await crowd.clock.advance(1.2 * SECOND);
    server.shared.up = false;
    await crowd.clock.advance(8 * SECOND);
    server.shared.up = true;
    await crowd.clock.advance(10 * SECOND);
    expect(ends((await crowd.database.connect("visitor").load()).alerts, t)).toEqual([60]);
    expect(ends((await server.local.load()).alerts, t)).toEqual([60]);
  });
});

describe("one call that fails", () => {
  test("does not have a delivered notification repeated", async () => {
    const crowd = await Crowd.of(2);
    await crowd.member(0).post(A1, 60);
    for (const server of crowd.servers) failOnce(server, "finish");
    await crowd.clock.advance(30 * MINUTE);
    expect(crowd.sent).toHaveLength(1);
    expect(crowd.duplicates).toBe(0);
  });

  test("after it got through does not send one decision under two keys", async () => {
    const crowd = await Crowd.of(1, { fallback: "f" });
    crowd.outcome = (_, { receiver }) =>
      Promise.resolve(receiver === "f" ? SENT : { kind: "failed", error: "400", refused: true });
    failOnce(crowd.member(0), "decide", { after: true });
    await crowd.member(0).post(A1, 600);
    await crowd.clock.advance(12 * MINUTE);
    const told = crowd.sent.filter(({ to }) => to === "f");
    expect(new Set(told.map(({ key }) => key)).size).toBe(1);
  });

  test("does not leave alerts put in from outside without anybody who flushes them", async () => {
    const crowd = await Crowd.of(1);
    const elsewhere = new Crowd();
    await (await elsewhere.start("old")).post(A1, 60);
    const { alerts } = await elsewhere.database.connect("copy").load();
    await crowd.clock.advance(SECOND);
    await crowd.database.connect("restore").commit({ alerts });
    failOnce(crowd.member(0), "commit");
    await crowd.clock.advance(20 * MINUTE);
    expect(crowd.sent).toHaveLength(1);
  });
});

test("groups of a receiver that hangs, however many, do not delay those of another", async () => {
  const crowd = await Crowd.of(1, {
    route: route({
      group_by: ["instance"],
      routes: [route({ receiver: "q", group_by: ["instance"], matchers: [newMatcher("=", "alertname", "B")] })],
    }),
  });
  const server = crowd.member(0);
  crowd.outcome = (_, { receiver }) => (receiver === "q" ? Promise.resolve(SENT) : new Promise(() => undefined));
  const now = crowd.clock.now();
  await server.engine.ingest(
    Array.from({ length: 2100 }, (_, i) => ({
      labels: { alertname: "A", instance: String(i) },
      annotations: {},
      startsAt: new Timestamp(now),
      endsAt: new Timestamp(now + 60 * MINUTE),
      generatorURL: "",
    })),
  );
  await crowd.clock.advance(40 * SECOND);
  await server.post({ alertname: "B", instance: "b" }, 60);
  await crowd.clock.advance(35 * SECOND);
  expect(crowd.sent.filter(({ firing }) => firing.includes("b"))).toHaveLength(1);
});

describe("a database server that takes over without the last changes", () => {
  test.each([
    ["at once", 0],
    ["after nobody could be reached for a while", 20 * SECOND],
  ])("%s is told what it does not have, and nothing is sent twice", async (_, away) => {
    const crowd = await Crowd.of(2);
    await crowd.member(0).post(A1, 600);
    await crowd.clock.advance(MINUTE);
    const takeOver = crowd.database.copy();

    await crowd.member(0).post({ alertname: "B", instance: "3" }, 600);
    await crowd.member(1).engine.setSilence({
      id: "",
      matchers: [{ type: "=", name: "alertname", value: "C" }],
      startsAt: new Timestamp(crowd.clock.now()),
      endsAt: new Timestamp(crowd.clock.now() + 600 * MINUTE),
      createdBy: "me",
      comment: "c",
      annotations: {},
    });
    await crowd.clock.advance(40 * SECOND);
    const sent = crowd.sent.length;
    expect(crowd.sent.flatMap(({ firing }) => firing)).toEqual(["1", "3"]);
    for (const { shared } of crowd.servers) shared.up = away === 0;
    await crowd.clock.advance(away);
    takeOver();
    for (const { shared } of crowd.servers) shared.up = true;
    await crowd.clock.advance(20 * MINUTE);

    for (const server of crowd.servers) expect(server.instances()).toEqual(["1", "3"]);
    const { alerts, silences, notificationLog } = await crowd.database.connect("visitor").load();
    expect([alerts.length, silences.length, notificationLog.length]).toEqual([2, 1, 2]);
    expect(crowd.sent.slice(sent)).toEqual([]);
  });
});
