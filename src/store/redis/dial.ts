import type { RedisSettings } from "../../config/plus/redis.ts";
import type { Clock } from "../../dispatch/clock.ts";
import { askOnce, openClient, readPassword, type Client, type Target } from "./client.ts";
import { findMaster } from "./sentinel.ts";

/** ms to connect to a server in; to a sentinel, of which there are several, a third of that. */
const PATIENCE = 3000;

/**
 * Opens a connection to the server that takes writes. Files with passwords and certificates are read now.
 *
 * @param signal ends it
 * @throws Error
 */
export async function dial(settings: RedisSettings, clock: Clock, signal: AbortSignal): Promise<Client> {
  const { servers, master_name: masterName, tls, user, database } = settings;
  const password = settings.password?.reveal() ?? (await readPassword(settings.password_file));
  const how = { tls, user, password, database, protocol: 3, patience: PATIENCE, clock, signal } as const;
  const [first] = servers;
  if (first === undefined) throw new Error("there is no server to connect to");
  if (masterName === "") return openClient({ ...how, server: first });
  const sentinelPassword = await readPassword(settings.sentinel_password_file);
  const patience = PATIENCE / 3;
  const server = await findMaster(servers, masterName, { tls, password: sentinelPassword, patience, clock, signal });
  return openMaster({ ...how, server });
}

/** Until a failover is through, sentinels may name a server that has just become a replica. */
async function openMaster(target: Target): Promise<Client> {
  const client = await openClient(target);
  const answer = await askOnce(client, ["ROLE"], target);
  const role = Array.isArray(answer) ? String(answer[0]) : "server of an unknown kind";
  if (role === "master") return client;
  client.destroy();
  throw new Error(`${target.server.host}:${target.server.port}, the master by its sentinels, says it is a ${role}`);
}
