import { getStatus } from "./api.ts";
import { freePort } from "./port.ts";
import type { TestPostgres } from "./postgres.ts";
import type { TestRedis } from "./redis.ts";
import { Server, type ServerOptions } from "./server.ts";
import { eventually } from "./wait.ts";

/** Servers that share one database. */
export interface Replicas extends AsyncDisposable {
  readonly members: readonly Server[];
}

export interface ReplicasOptions {
  readonly config: string;
  readonly postgres: Pick<TestPostgres, "url">;
  readonly redis?: Pick<TestRedis, "url">;
  /** How many; 3 unless told. */
  readonly count?: number;
  readonly args?: readonly string[];
  /** More of the environment of one of them. */
  readonly env?: (index: number) => Readonly<Record<string, string>>;
}

/** Starts them one after another and waits until each lists all. Their names are `replica-0` and so on. */
export async function startReplicas(options: ReplicasOptions): Promise<Replicas> {
  const { count = 3 } = options;
  const members: Server[] = [];
  const replicas: Replicas = {
    members,
    async [Symbol.asyncDispose]() {
      await Promise.all(members.map((member) => member[Symbol.asyncDispose]()));
    },
  };
  try {
    for (let index = 0; index < count; index++) {
      const member = new Server(replicaOptions(options, index), await freePort());
      members.push(member);
      await member.start();
    }
    await Promise.all(members.map((member) => seesReplicas(member, count)));
  } catch (error) {
    await replicas[Symbol.asyncDispose]();
    throw error;
  }
  return replicas;
}

export function replicaOptions(options: ReplicasOptions, index: number): ServerOptions {
  return {
    config: options.config,
    ...(options.args !== undefined && { args: options.args }),
    env: {
      ALERTMANAGER_POSTGRES_URL: options.postgres.url,
      ...(options.redis !== undefined && { ALERTMANAGER_REDIS_URL: options.redis.url }),
      ALERTMANAGER_REPLICA_NAME: `replica-${index}`,
      ...options.env?.(index),
    },
  };
}

export async function seesReplicas(server: Server, count: number): Promise<void> {
  await eventually(`${server.url} sees ${count} replicas`, async () => {
    return (await getStatus(server)).cluster.peers.length === count;
  });
}
