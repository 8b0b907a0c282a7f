import { getStatus, type Target } from "./api.ts";
import { freePort } from "./port.ts";
import { Server } from "./server.ts";
import { eventually } from "./wait.ts";

/** Replicas that know each other; their names sort in the order of `members`, so members[0] has position 0. */
export interface Cluster extends AsyncDisposable {
  readonly members: readonly Server[];
  /** Where each listens for the others. */
  readonly ports: readonly number[];
}

export interface ClusterOptions {
  /** The text of every member's alertmanager.yml. */
  readonly config: string;
  readonly size: number;
  /** How long a member waits for each member before it to send a notification. */
  readonly peerTimeoutMs: number;
  /** Each is given all, itself included, as the Prometheus operator does; otherwise only the first. */
  readonly givenAll?: boolean;
  /** More flags of one member. */
  readonly args?: (index: number) => readonly string[];
  /** Members wait until the cluster has settled before they notify. */
  readonly settles?: boolean;
}

/** Starts servers joined by `--cluster.*` and waits until each sees all. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { config, size, peerTimeoutMs, givenAll = false, args, settles = false } = options;
  const ports = await Promise.all(Array.from({ length: size }, () => freePort()));
  const members: Server[] = [];
  for (const [index, clusterPort] of ports.entries()) {
    const given = givenAll ? ports : ports.slice(0, Math.min(index, 1));
    const flags = [
      `--cluster.peer-name=member-${index}`,
      `--cluster.peer-timeout=${peerTimeoutMs}ms`,
      ...given.map((port) => `--cluster.peer=127.0.0.1:${port}`),
      ...(args?.(index) ?? []),
    ];
    members.push(new Server({ config, clusterPort, settles, args: flags }, await freePort()));
  }
  const cluster: Cluster = {
    members,
    ports,
    async [Symbol.asyncDispose]() {
      await Promise.all(members.map((member) => member[Symbol.asyncDispose]()));
    },
  };
  try {
    // The others find the first one there when they join.
    await members[0]?.start();
    await Promise.all(members.slice(1).map((member) => member.start()));
    await Promise.all(members.map((member) => seesPeers(member, size)));
  } catch (error) {
    await cluster[Symbol.asyncDispose]();
    throw error;
  }
  return cluster;
}

/** Waits until `target` says it is ready and lists `count` members, itself included. */
export async function seesPeers(target: Target, count: number): Promise<void> {
  await eventually(`${target.url} sees ${count} members`, async () => {
    const { cluster } = await getStatus(target);
    return cluster.status === "ready" && cluster.peers.length === count;
  });
}
