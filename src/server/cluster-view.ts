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
    const members = engine.members.map((member) => ({ ...pick(member), self: member.name === shared.replica }));
    return { mode: "postgres", members, store, redis: shared.redisHealth() };
  }
  if (cluster === undefined) return { mode: "alone", members: [], store, redis: undefined };
  const { name: self, peers } = cluster.view();
  const members = peers.map(({ name, address }) => ({ name, address, self: name === self, configHash: null }));
  return { mode: "cluster", members, store, redis: undefined };
}

function pick({ name, address, configHash }: Engine["members"][number]) {
  return { name, address, configHash };
}
