import type { Server } from "../../config/plus/url.ts";
import { askOnce, openClient, type Target } from "./client.ts";

type How = Pick<Target, "tls" | "password" | "patience" | "clock" | "signal">;

/**
 * Asks the sentinels in turn who the master is.
 * @throws Error when none knows
 */
export async function findMaster(sentinels: readonly Server[], masterName: string, how: How): Promise<Server> {
  let last = "";
  for (const server of sentinels) {
    try {
      const master = await ask({ ...how, server, user: "", database: 0, protocol: 2 }, masterName);
      if (master !== undefined) return master;
      last = `${server.host}:${server.port} does not know it`;
    } catch (error) {
      last = `${server.host}:${server.port}: ${(error as Error).message}`;
    }
  }
  throw new Error(`no sentinel names the master ${JSON.stringify(masterName)}: ${last}`);
}

async function ask(sentinel: Target, masterName: string): Promise<Server | undefined> {
  const client = await openClient(sentinel);
  const answer = await askOnce(client, ["SENTINEL", "GET-MASTER-ADDR-BY-NAME", masterName], sentinel);
  client.destroy();
  return Array.isArray(answer) ? { host: String(answer[0]), port: Number(answer[1]) } : undefined;
}
