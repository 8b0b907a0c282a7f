import { getStatus, type Target } from "./api.ts";
import { freePort } from "./port.ts";
import { Server } from "./server.ts";
import { eventually } from "./wait.ts";

/** Replicas that know each other; their names sort in the order of `members`, so members[0] has position 0. */
export interface Cluster extends AsyncDisposable {
  readonly members: readonly Server[];
}

/**
 * Starts `size` servers joined by `--cluster.*` and waits until each sees all. `peerTimeoutMs` is how long a member
 * waits for each member before it.
 */
export async function startCluster(config: string, size: number, peerTimeoutMs: number): Promise<Cluster> {
  const members: Server[] = [];
  const cluster: Cluster = {
    members,
    async [Symbol.asyncDispose]() {
      await Promise.all(members.map((member) => member[Symbol.asyncDispose]()));
    },
  };
  const firstPort = await freePort();
  for (let index = 0; index < size; index++) {
    const options = {
      config,
      clusterPort: index === 0 ? firstPort : await freePort(),
      args: [
        `--cluster.peer-name=member-${index}`,
        `--cluster.peer-timeout=${peerTimeoutMs}ms`,
        ...(index === 0 ? [] : [`--cluster.peer=127.0.0.1:${firstPort}`]),
      ],
    };
    members.push(new Server(options, await freePort()));
  }
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
