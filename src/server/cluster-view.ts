import type { ClusterView } from "../api/plus/cluster/index.ts";
import type { Cluster } from "../cluster/index.ts";
import type { Storage } from "../core/interfaces/storage.ts";
import type { Engine } from "../dispatch/engine.ts";
import type { SharedStore } from "./shared-store.ts";

export interface ClusterParts {
  readonly engine: Pick<Engine, "members">;
  readonly storage: Pick<Storage, "health">;
  /** Undefined for a server that has its store for itself. */
  readonly shared: Pick<SharedStore, "replica" | "redisHealth"> | undefined;
  readonly cluster: Pick<Cluster, "view"> | undefined;
}

/** The servers that act as one with this one. */
export function clusterView({ engine, storage, shared, cluster }: ClusterParts): ClusterView {
  const store = storage.health();
  if (shared !== undefined) {
    const members = engine.members.map((one) => member(one.name, one.address, shared.replica, one.configHash));
    return { mode: "postgres", members, store, redis: shared.redisHealth() };
  }
  if (cluster === undefined) return { mode: "alone", members: [], store, redis: undefined };
  const { name: self, peers } = cluster.view();
  const members = peers.map(({ name, address }) => member(name, address, self, null));
  return { mode: "cluster", members, store, redis: undefined };
}

function member(name: string, address: string, self: string | undefined, configHash: string | null) {
  return { name, address, self: name === self, configHash, lastSeenAt: null };
}
