import { expect, test } from "bun:test";
import type { NotificationLogEntry } from "../core/interfaces/storage.ts";
import { Timestamp } from "../core/model/timestamp.ts";
import { plainSilence, silenceOf } from "../store/fixtures.ts";
import { addressOf, Replicas, type Replica } from "./cluster-harness.ts";

const [A, B, C] = [addressOf("a"), addressOf("b"), addressOf("c")];
const SECOND = 1000;

type Three = [Replica, Replica, Replica];
type Two = [Replica, Replica];

function clusterMetrics({ metrics }: Replica) {
  const { cluster } = metrics;
  if (cluster === undefined) throw new Error("metrics of a cluster were expected");
  return cluster;
}

function failedPeers(replica: Replica): number {
  return clusterMetrics(replica).failedPeers.read?.() ?? -1;
}

function entryOf(key: string, timestamp: number): NotificationLogEntry {
  return {
    key: `${key}:team/webhook/0`,
    groupKey: key,
    receiver: "team",
    integration: "webhook",
    index: 0,
    firing: ["00000000000000ff"],
    resolved: [],
    timestamp,
    expiresAt: timestamp + 3_600_000,
    receiverData: { thread: "7" },
  };
}

/** Stores a silence and tells of it, as the server does. */
function silence(replica: Replica, id: string, updatedAt = 1): void {
  const made = silenceOf(id, { updatedAt: new Timestamp(updatedAt) });
  replica.state.silencesById.set(id, made);
  replica.cluster.tellSilences([made]);
}

const silencesOf = ({ state }: Replica) => [...state.silencesById.keys()].sort();

test("replicas that were given each other see each other, by name", async () => {
  const replicas = new Replicas();

  const [a, b, c] = (await replicas.startAll("a", "b", "c")) as Three;

  for (const one of [a, b, c]) expect(one.members()).toEqual(["a", "b", "c"]);
  expect(b.cluster.view()).toEqual({
    name: "b",
    status: "settling",
    peers: [
      { name: "a", address: A },
      { name: "b", address: B },
      { name: "c", address: C },
    ],
  });
});

test("each waits a peer timeout for each name before its own", async () => {
  const replicas = new Replicas();

  const three = await replicas.startAll("c", "a", "b");

  expect(three.map(({ cluster }) => cluster.turn())).toEqual([30_000, 0, 15_000]);
});

test("members that were not given each other learn of each other", async () => {
  const replicas = new Replicas();
  await replicas.start("a");
  const b = await replicas.start("b", { peers: [A] });
  const c = await replicas.start("c", { peers: [A] });

  await replicas.clock.advance(2 * SECOND);
  replicas.network.kill(A);
  await replicas.clock.advance(10 * SECOND);

  // Without A in between they have only what they found out.
  expect(b.members()).toEqual(["b", "c"]);
  expect(c.members()).toEqual(["b", "c"]);
});

test("two that call each other at the same moment keep one connection", async () => {
  const replicas = new Replicas();
  const [a, b] = [replicas.create("a", { peers: [B] }), replicas.create("b", { peers: [A] })];

  const joined = Promise.all([a.cluster.join(a.state), b.cluster.join(b.state)]);
  await replicas.clock.advance(30 * SECOND);
  await joined;

  for (const one of [a, b]) {
    expect(one.members()).toEqual(["a", "b"]);
    expect(clusterMetrics(one).peersJoined.value).toBe(2);
    expect(clusterMetrics(one).peersLeft.value).toBe(0);
    expect(failedPeers(one)).toBe(0);
    expect(clusterMetrics(one).pings.with(one === a ? "b" : "a").counts[0]).toBeGreaterThan(25);
  }
});

test("a member that is killed stays for four probes, then has failed", async () => {
  const replicas = new Replicas();
  const [a, b] = (await replicas.startAll("a", "b", "c")) as Three;

  replicas.network.kill(C);
  await replicas.clock.advance(3.9 * SECOND);
  expect(a.members()).toEqual(["a", "b", "c"]);
  await replicas.clock.advance(1.2 * SECOND);

  for (const one of [a, b]) {
    expect(one.members()).toEqual(["a", "b"]);
    expect(failedPeers(one)).toBe(1);
    expect(clusterMetrics(one).peersLeft.value).toBe(1);
  }
  expect(a.log.join("")).toContain(`level=DEBUG source=mesh.ts`);
  expect(a.log.join("")).toMatch(/msg=NotifyLeave node=c addr=10\.0\.0\.3:9094\n.*msg="peer left" peer=c\n/);
});

test("a member behind a network that swallows everything fails just as well", async () => {
  const replicas = new Replicas();
  const [a] = (await replicas.startAll("a", "b")) as Two;

  replicas.network.cut(A, B);
  await replicas.clock.advance(11 * SECOND);

  expect(a.members()).toEqual(["a"]);
  expect(failedPeers(a)).toBe(1);
  expect(clusterMetrics(a).healthScore.read?.()).toBeGreaterThan(2);
});

test("a failed member is called again and given what it missed", async () => {
  const replicas = new Replicas();
  const [a, b] = (await replicas.startAll("a", "b")) as Two;
  replicas.network.cut(A, B);
  await replicas.clock.advance(12 * SECOND);
  silence(a, "one");
  silence(b, "two");

  replicas.network.heal();
  await replicas.clock.advance(21 * SECOND);

  for (const one of [a, b]) {
    expect(one.members()).toEqual(["a", "b"]);
    expect(silencesOf(one)).toEqual(["one", "two"]);
    expect(failedPeers(one)).toBe(0);
  }
  const calls = [a, b].map((one) => clusterMetrics(one).reconnections.value);
  expect(Math.max(...calls)).toBe(1);
  expect(a.log.join("")).toContain('msg="peer rejoined" peer=b');
});

test("a member that ends in order is gone at once and has not failed", async () => {
  const replicas = new Replicas();
  const [a, b, c] = (await replicas.startAll("a", "b", "c")) as Three;

  const left = c.cluster.leave();
  await replicas.clock.advance(10);
  await left;

  await replicas.clock.advance(30 * SECOND);
  for (const one of [a, b]) {
    expect(one.members()).toEqual(["a", "b"]);
    expect(failedPeers(one)).toBe(0);
    expect(clusterMetrics(one).peersLeft.value).toBe(1);
  }
});

test("what was told last arrives although its teller leaves", async () => {
  const replicas = new Replicas();
  const [a, b] = (await replicas.startAll("a", "b")) as Two;
  silence(b, "first");
  await replicas.clock.advance(10);

  silence(b, "last");
  const left = b.cluster.leave();
  await replicas.clock.advance(10);
  await left;

  expect(silencesOf(a)).toEqual(["first", "last"]);
});

test("leaving a member that does not read takes ten seconds", async () => {
  const replicas = new Replicas();
  const [, b] = (await replicas.startAll("a", "b")) as Two;
  replicas.network.cut(A, B);

  let left = false;
  void b.cluster.leave().then(() => (left = true));
  await replicas.clock.advance(9.9 * SECOND);
  // Nobody holds up the end but the connection whose closing is not confirmed.
  await replicas.clock.advance(0.2 * SECOND);

  expect(left).toBe(true);
});

test("documents are told to all, removed ones too, and given to one that starts later", async () => {
  const replicas = new Replicas();
  const [a, b] = (await replicas.startAll("a", "b")) as Two;
  const rows = [
    { kind: "schedule", key: "kept \ud800", updatedAt: 5, content: { text: "a\nb" } },
    { kind: "schedule", key: "removed", updatedAt: 6, content: null },
  ];
  a.state.mergeDocuments(rows);
  a.cluster.tellDocuments(rows);
  await replicas.clock.advance(SECOND);
  expect([...b.state.documents()]).toEqual(rows);

  const c = await replicas.start("c", { peers: [B] });
  await replicas.clock.advance(SECOND);

  expect([...c.state.documents()]).toEqual(rows);
});

test("one that starts again under another name takes the place of what ran at its address", async () => {
  const replicas = new Replicas();
  const [a, b] = (await replicas.startAll("a", "b", "c")) as Three;
  replicas.network.kill(C);

  await replicas.start("x", { peers: [A, B] }, C);
  await replicas.clock.advance(20);

  for (const one of [a, b]) {
    expect(one.members()).toEqual(["a", "b", "x"]);
    await replicas.clock.advance(10 * SECOND);
    expect(failedPeers(one)).toBe(0);
  }
});

test("one that starts again under its name is the same member, and has its state back", async () => {
  const replicas = new Replicas();
  const [a, b, c] = (await replicas.startAll("a", "b", "c")) as Three;
  silence(c, "one");
  c.cluster.tellLogEntry(entryOf("{}", replicas.clock.now()));
  await replicas.clock.advance(SECOND);
  replicas.network.kill(C);

  const again = await replicas.start("c", { peers: [A, B] });

  expect(silencesOf(again)).toEqual(["one"]);
  expect([...again.state.entriesByKey.keys()]).toEqual(["{}:team/webhook/0"]);
  await replicas.clock.advance(10 * SECOND);
  for (const one of [a, b]) {
    expect(one.members()).toEqual(["a", "b", "c"]);
    expect(failedPeers(one)).toBe(0);
    expect(clusterMetrics(one).peersLeft.value).toBe(0);
  }
});

test("one that moves to another address and keeps its name is the same member", async () => {
  const replicas = new Replicas();
  const [a] = (await replicas.startAll("a", "b")) as Two;
  replicas.network.kill(B);
  await replicas.clock.advance(3 * SECOND);

  await replicas.start("b", { peers: [A] }, addressOf("z"));

  expect(a.cluster.view().peers).toEqual([
    { name: "a", address: A },
    { name: "b", address: addressOf("z") },
  ]);
  expect(clusterMetrics(a).peersUpdate.value).toBe(1);
});

test("two cut off from each other are members still, by a third, which tells on what it is told", async () => {
  const replicas = new Replicas();
  const [a, b, c] = (await replicas.startAll("a", "b", "c")) as Three;
  replicas.network.cut(A, B);
  await replicas.clock.advance(60 * SECOND);

  silence(a, "one");
  b.cluster.tellLogEntry(entryOf("{}", replicas.clock.now()));
  await replicas.clock.advance(SECOND);

  for (const one of [a, b, c]) expect(one.members()).toEqual(["a", "b", "c"]);
  expect(silencesOf(b)).toEqual(["one"]);
  expect(a.state.entriesByKey.size).toBe(1);
  expect(c.metrics.silences.gossipMessagesPropagated.value).toBe(1);
  expect(c.metrics.nflog.gossipMessagesPropagated.value).toBe(1);
  expect(clusterMetrics(a).peersLeft.value).toBe(0);
});

test("a change arrives at once, as it was, and is told once to each", async () => {
  const replicas = new Replicas();
  const [a, b, c] = (await replicas.startAll("a", "b", "c")) as Three;
  const made = silenceOf("one", {
    startsAt: new Timestamp(1, 5),
    annotations: { ticket: "é" },
    comment: "a\nb",
  });
  const entry = entryOf('{}/{a="b"}:{c="d"}', replicas.clock.now());

  a.cluster.tellSilences([made]);
  a.cluster.tellLogEntry(entry);
  await replicas.clock.advance(2);

  for (const one of [b, c]) {
    expect([...one.state.silencesById.values()].map(plainSilence)).toEqual([plainSilence(made)]);
    expect([...one.state.entriesByKey.values()]).toEqual([entry]);
    expect(clusterMetrics(one).messagesReceived.with("update").value).toBe(2);
    expect(one.metrics.silences.gossipMessagesPropagated.value).toBe(0);
  }
  expect(clusterMetrics(a).messagesSent.with("update").value).toBe(4);
});

test("changes that follow each other are told together, a gossip interval apart", async () => {
  const replicas = new Replicas();
  const [a, b] = (await replicas.startAll("a", "b")) as Two;

  for (let i = 0; i < 100; i++) {
    silence(a, "one", i + 1);
    await replicas.clock.advance(10);
  }
  await replicas.clock.advance(200);

  expect(b.state.silencesById.get("one")?.updatedAt.ms).toBe(100);
  expect(clusterMetrics(b).messagesReceived.with("update").value).toBeLessThanOrEqual(7);
});

test("ten thousand silences pass", async () => {
  const replicas = new Replicas();
  const a = await replicas.start("a");
  for (let i = 0; i < 10_000; i++) a.state.silencesById.set(`s${i}`, silenceOf(`s${i}`));

  const b = await replicas.start("b", { peers: [A] });

  expect(b.state.silencesById.size).toBe(10_000);
  expect(clusterMetrics(b).messagesReceived.with("full_state").value).toBe(1);
});

test("for a member that does not read, 200 messages are kept; then it is given everything", async () => {
  const replicas = new Replicas();
  const [a, b] = (await replicas.startAll("a", "b")) as Two;
  replicas.network.congest(A, B, true);
  // Each is a message of its own. The first one is written, and found to be one too many.
  const comment = "x".repeat(70_000);
  const made = Array.from({ length: 301 }, (_, i) => silenceOf(`s${i}`, { comment }));
  a.state.mergeSilences(made);

  a.cluster.tellSilences(made);
  await replicas.clock.advance(SECOND);

  const { messagesPruned, messagesQueued, oversizedDropped } = clusterMetrics(a);
  expect(messagesQueued.read?.()).toBe(200);
  expect([messagesPruned.value, oversizedDropped.with("sil").value]).toEqual([100, 100]);
  expect(silencesOf(b)).toEqual(["s0"]);

  replicas.network.congest(A, B, false);
  await replicas.clock.advance(SECOND);

  expect(b.state.silencesById.size).toBe(301);
  expect(messagesQueued.read?.()).toBe(0);
});

test("a member that never reads is given up, and all it missed comes when it is back", async () => {
  const replicas = new Replicas();
  const [a, b] = (await replicas.startAll("a", "b")) as Two;
  replicas.network.congest(A, B, true);

  silence(a, "one");
  silence(a, "two");
  await replicas.clock.advance(30 * SECOND);

  expect(a.members()).toEqual(["a", "b"]);
  expect(silencesOf(b)).toEqual(["one", "two"]);
  expect(a.refused.with("stalled").value).toBe(1);
});

test("once a minute all there is is exchanged, both ways", async () => {
  const replicas = new Replicas();
  const [a, b] = (await replicas.startAll("a", "b")) as Two;
  // As if the news had been lost.
  a.state.silencesById.set("one", silenceOf("one"));
  b.state.silencesById.set("two", silenceOf("two"));

  await replicas.clock.advance(62 * SECOND);

  for (const one of [a, b]) expect(silencesOf(one)).toEqual(["one", "two"]);
});

test("a peer that was given and is not there has failed from the start, and is forgotten in the end", async () => {
  const replicas = new Replicas();
  const a = await replicas.start("a", { peers: [B], reconnectTimeout: 30 * SECOND });

  expect(failedPeers(a)).toBe(1);
  expect(a.log.join("")).toContain(
    'msg="failed to join cluster" err="1 error occurred:\\n\\t* failed to join 10.0.0.2:9094: dial tcp 10.0.0.2:9094: connect: connection refused\\n\\n"\n',
  );
  expect(a.log.join("")).toContain("level=INFO source=cluster.ts:");
  expect(a.log.join("")).toContain('msg="will retry joining cluster every 10s"\n');
  await replicas.clock.advance(29 * SECOND);
  expect(clusterMetrics(a).reconnectionsFailed.value).toBe(2);
  expect(clusterMetrics(a).refreshJoinFailed.value).toBe(1);
  expect(a.log.findLast((line) => line.includes("WARN"))).toEndWith(
    'msg=failure msg=refresh addr=10.0.0.2:9094 err="1 error occurred:\\n\\t* failed to join 10.0.0.2:9094: dial tcp 10.0.0.2:9094: connect: connection refused\\n\\n"\n',
  );

  await replicas.clock.advance(2 * SECOND);
  expect(failedPeers(a)).toBe(0);
});

test("the names of peers are looked up again", async () => {
  const replicas = new Replicas();
  let found: readonly string[] = [];
  const a = await replicas.start("a", { lookup: async () => found, peers: [] });
  const b = await replicas.start("b", { lookup: async () => found, peers: ["replicas:9094"] });
  expect(b.members()).toEqual(["b"]);

  found = ["10.0.0.1", "10.0.0.2"];
  await replicas.clock.advance(16 * SECOND);

  expect(a.members()).toEqual(["a", "b"]);
  expect(clusterMetrics(b).refreshJoin.value).toBe(1);
});

test("names that nobody knew at the start are looked up every two seconds for a while", async () => {
  const replicas = new Replicas();
  let known = false;
  let asked = 0;
  const lookup = async (host: string): Promise<readonly string[]> => {
    asked++;
    if (!known) throw new Error(`getaddrinfo ENOTFOUND ${host}`);
    return ["10.0.0.1"];
  };
  await replicas.start("a");
  const b = await replicas.start("b", { peers: ["replicas:9094"], unresolved: ["replicas:9094"], lookup });
  expect(b.log.join("")).toContain("\\t* failed to resolve replicas:9094: lookup replicas: no such host\\n");
  await replicas.clock.advance(5 * SECOND);
  expect([b.members(), asked]).toEqual([["b"], 2]);

  known = true;
  await replicas.clock.advance(2 * SECOND);

  expect(b.members()).toEqual(["a", "b"]);
});

test("members with another label are strangers", async () => {
  const replicas = new Replicas();
  const a = await replicas.start("a", { label: "one" });
  const b = await replicas.start("b", { label: "two", peers: [A] });

  await replicas.clock.advance(20 * SECOND);

  expect(a.members()).toEqual(["a"]);
  expect(b.members()).toEqual(["b"]);
  expect(a.refused.with("label").value).toBeGreaterThan(0);
  expect(b.log.join("")).toContain("it refuses members with our --cluster.label");
  const warned = [...a.log, ...b.log].filter((line) => line.includes("No cluster with what is at this address"));
  expect(warned).toHaveLength(2);
  expect([...a.log, ...b.log].join("")).not.toContain("two");
});

test("of two live servers with one name neither takes the other for a member", async () => {
  const replicas = new Replicas();
  const a = await replicas.start("same", {}, A);
  const b = await replicas.start("same", { peers: [A] }, B);

  for (const one of [a, b]) {
    expect(one.members()).toEqual(["same"]);
    expect(clusterMetrics(one).peerNameConflicts.value).toBe(1);
    expect(one.log.join("")).toContain("level=WARN source=mesh.ts");
    expect(one.log.join("")).toContain('msg="Found conflicting peer IDs" peer=same\n');
  }
});

test("a third that takes the name of a live member is refused by those who know it", async () => {
  const replicas = new Replicas();
  const [a] = (await replicas.startAll("a", "b")) as Two;

  const impostor = await replicas.start("b", { peers: [A] }, C);

  expect(impostor.members()).toEqual(["b"]);
  expect(a.cluster.view().peers[1]).toEqual({ name: "b", address: B });
  expect(clusterMetrics(a).peerNameConflicts.value).toBe(1);
  expect(clusterMetrics(impostor).peerNameConflicts.value).toBe(1);
});

test("a server that was given its own address, too, is alone and well", async () => {
  const replicas = new Replicas();
  const a = await replicas.start("a", { peers: [A] });

  await replicas.clock.advance(20 * SECOND);

  expect(a.members()).toEqual(["a"]);
  expect(failedPeers(a)).toBe(0);
  expect(clusterMetrics(a).peerNameConflicts.value).toBe(0);
  expect(a.log.join("")).not.toContain("WARN");
});

test("it has settled when three looks in a row find as many members as before, at the next", async () => {
  const replicas = new Replicas();
  const a = await replicas.start("a");
  let settled = false;
  void a.cluster.settled.then(() => (settled = true));

  // Four looks two seconds apart, then one more.
  await replicas.clock.advance(9.9 * SECOND);
  expect([settled, a.cluster.view().status]).toEqual([false, "settling"]);
  await replicas.clock.advance(0.2 * SECOND);

  expect([settled, a.cluster.view().status]).toEqual([true, "ready"]);
  const lines = a.log.filter((line) => line.includes("gossip")).map((line) => line.replace(/.*(msg=)/, "$1"));
  expect(lines).toEqual([
    'msg="Waiting for gossip to settle..." interval=2s\n',
    'msg="gossip not settled" polls=0 before=0 now=1 elapsed=2s\n',
    'msg="gossip looks settled" elapsed=4s\n',
    'msg="gossip looks settled" elapsed=6s\n',
    'msg="gossip looks settled" elapsed=8s\n',
    'msg="gossip settled; proceeding" elapsed=10s\n',
  ]);
});

test("it goes on after the settle timeout whatever comes", async () => {
  const replicas = new Replicas();
  const a = await replicas.start("a", { settleTimeout: 5 * SECOND });

  await replicas.clock.advance(5 * SECOND);

  expect(a.cluster.view().status).toBe("ready");
  expect(a.log.at(-1)).toEndWith('msg="gossip not settled but continuing anyway" polls=2 elapsed=5s\n');
});

test("without a settle timeout it does not wait at all", async () => {
  const replicas = new Replicas();
  const a = replicas.create("a", { settleTimeout: 0 });

  await a.cluster.join(a.state);

  expect(a.cluster.view().status).toBe("ready");
  await a.cluster.settled;
});
