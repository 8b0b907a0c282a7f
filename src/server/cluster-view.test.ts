import { expect, test } from "bun:test";
import { clusterView } from "./cluster-view.ts";

const storage = { health: () => ({ state: "ok", queued: 0, sizeBytes: 1 }) as const };
const alone = { engine: { members: [] }, storage, shared: undefined, cluster: undefined };

test("a server that is alone has no members", () => {
  expect(clusterView(alone)).toMatchObject({ mode: "alone", members: [], redis: undefined });
});

test("servers of a cluster are its peers, ourselves among them", () => {
  const peers = ["a", "b"].map((name) => ({ name, address: `${name}:9094` }));
  const cluster = { view: () => ({ status: "ready", name: "b", peers }) as const };
  expect(clusterView({ ...alone, cluster })).toMatchObject({
    mode: "cluster",
    members: [
      { name: "a", address: "a:9094", self: false, configHash: null },
      { name: "b", self: true },
    ],
  });
});

test("servers on one database say which configuration they have", () => {
  const members = ["a", "b"].map((name) => ({ name, address: `${name}:9093`, configHash: "1" }));
  const shared = { replica: "a", redisHealth: () => ({ state: "degraded", reason: "gone" }) as never };
  expect(clusterView({ ...alone, engine: { members }, shared })).toMatchObject({
    mode: "postgres",
    members: [
      { name: "a", self: true, configHash: "1" },
      { name: "b", self: false },
    ],
    redis: { state: "degraded", reason: "gone" },
  });
});
