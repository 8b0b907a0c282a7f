import type { PreparedPosts } from "./alerts.ts";
import { Connection } from "./connection.ts";
import { cpuSeconds } from "../../test/support/process.ts";

export interface Throughput {
  readonly requestsPerSecond: number;
  readonly alertsPerSecond: number;
  /** CPU the server used, in microseconds for each alert. */
  readonly cpuMicrosPerAlert: number;
  /** CPU the load generator used, in microseconds for each request: what it took from the shared cores. */
  readonly ownCpuMicrosPerRequest: number;
}

/**
 * Posts round and round for `seconds`, after `warmUpSeconds` that do not count, over `connections` connections with one
 * request in flight each. From the second round on, each alert's endsAt moves on.
 */
export async function postFor(
  port: number,
  pid: number,
  posts: PreparedPosts,
  { seconds, warmUpSeconds, connections }: { seconds: number; warmUpSeconds: number; connections: number },
): Promise<Throughput> {
  let next = 0;
  let answered = 0;
  let running = true;
  const endsAt = Date.now() + 3_600_000;

  const drive = (connection: Connection) =>
    new Promise<void>((resolve, reject) => {
      const step = () => {
        if (!running) {
          connection.close();
          resolve();
          return;
        }
        const index = next % posts.requests.length;
        const round = Math.floor(next / posts.requests.length);
        next++;
        if (round > 0) posts.touch(index, endsAt + round * 1000);
        connection.send(posts.requests[index] as Uint8Array, onAnswer, reject);
      };
      const onAnswer = ({ status }: { status: number }) => {
        if (status !== 200) {
          reject(new Error(`POST /api/v2/alerts answered ${status}`));
          return;
        }
        answered++;
        step();
      };
      step();
    });

  const opened = await Promise.all(Array.from({ length: connections }, () => Connection.open(port)));
  const driven = Promise.all(opened.map(drive));
  const stopped = (async () => {
    await Bun.sleep(warmUpSeconds * 1000);
    const before = { at: performance.now(), answered, server: cpuSeconds(pid), own: process.cpuUsage() };
    await Bun.sleep(seconds * 1000);
    const own = process.cpuUsage(before.own);
    const elapsed = (performance.now() - before.at) / 1000;
    const requests = answered - before.answered;
    const cpu = cpuSeconds(pid) - before.server;
    running = false;
    return {
      requestsPerSecond: requests / elapsed,
      alertsPerSecond: (requests * posts.alertsPerRequest) / elapsed,
      cpuMicrosPerAlert: (cpu * 1e6) / (requests * posts.alertsPerRequest),
      ownCpuMicrosPerRequest: (own.user + own.system) / requests,
    };
  })();
  const [throughput] = await Promise.all([stopped, driven]);
  return throughput;
}

/** Posts each prepared request once, over `connections` connections. */
export async function postOnce(port: number, posts: PreparedPosts, connections: number): Promise<void> {
  let next = 0;
  const opened = await Promise.all(Array.from({ length: connections }, () => Connection.open(port)));
  await Promise.all(
    opened.map(async (connection) => {
      while (next < posts.requests.length) {
        const { status } = await connection.request(posts.requests[next++] as Uint8Array);
        if (status !== 200) throw new Error(`POST /api/v2/alerts answered ${status}`);
      }
      connection.close();
    }),
  );
}
