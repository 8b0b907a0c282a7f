// Called by `scripts/bench ha`: servers that share Postgres, and Redis, beside one that keeps everything in SQLite.
import { startPostgres } from "../../test/support/postgres.ts";
import { startRedis } from "../../test/support/redis.ts";
import { startReplicas, type Replicas } from "../../test/support/replicas.ts";
import { startServer, type Server } from "../../test/support/server.ts";
import { postAlerts } from "../../test/support/api.ts";
import { preparePosts } from "./alerts.ts";
import { Connection, getRequest } from "./connection.ts";
import { postFor } from "./load.ts";

const CONNECTIONS = 16;
const POOL = 12_800;
const SAMPLES = 60;

const config = (url: string) => `
route:
  receiver: hook
  group_by: [alertname, cluster]
  group_wait: 0s
  routes:
    - matchers: [alertname!~"Latency.*"]
      receiver: nobody
receivers:
  - name: hook
    webhook_configs: [{url: "${url}"}]
  - name: nobody
`;

let arrived: (() => void) | undefined;
const hook = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch: async (request) => {
    await request.arrayBuffer();
    arrived?.();
    return new Response();
  },
});
const text = config(`http://127.0.0.1:${hook.port}/`);

/**
 * Load on all servers at once: alerts a second over all, and microseconds of the servers' CPU for each.
 * @param apart whether each server is posted alerts of its own, or all the same, as Prometheus does
 */
async function load(servers: readonly Server[], apart: boolean): Promise<{ perSecond: number; cpu: number }> {
  const results = await Promise.all(
    servers.map((server, i) =>
      postFor(server.port, server.pid, preparePosts(server.port, apart ? i * POOL : 0, POOL, 64), {
        seconds: 5,
        warmUpSeconds: 2,
        connections: CONNECTIONS,
      }),
    ),
  );
  const perSecond = results.reduce((sum, { alertsPerSecond }) => sum + alertsPerSecond, 0);
  const cpu = results.reduce((sum, r) => sum + r.cpuMicrosPerAlert * r.alertsPerSecond, 0) / perSecond;
  return { perSecond, cpu };
}

/** ms from the answer to a POST on one server until a GET on another shows the alert. */
async function seen(from: Server, to: Server): Promise<string> {
  const times: number[] = [];
  const connection = await Connection.open(to.port);
  for (let i = 0; i < SAMPLES; i++) {
    const alertname = `Seen${i}`;
    await postAlerts(from, { labels: { alertname, load: "no" } });
    const begin = performance.now();
    const request = getRequest(to.port, `/api/v2/alerts?filter=alertname%3D%22${alertname}%22`);
    for (;;) {
      const { bodyBytes } = await connection.request(request);
      if (bodyBytes > 10) break;
    }
    times.push(performance.now() - begin);
  }
  connection.close();
  return percentiles(times);
}

/** ms from a POST until the webhook has it. */
async function told(server: Server, prefix: string): Promise<string> {
  const times: number[] = [];
  for (let i = 0; i < SAMPLES * 4; i++) {
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    const begin = performance.now();
    await postAlerts(server, { labels: { alertname: `Latency${prefix}${i}` } });
    await arrival;
    if (i >= SAMPLES) times.push(performance.now() - begin);
  }
  return percentiles(times);
}

function percentiles(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1);
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`;
}

const line = (what: string, figure: string) => console.log(`${what.padEnd(58)} ${figure}`);
const figures = ({ perSecond, cpu }: { perSecond: number; cpu: number }) =>
  `${Math.round(perSecond).toLocaleString("en")} alerts/s, ${cpu.toFixed(1)} us of CPU an alert`;

{
  await using server = await startServer({ config: text });
  line("one server on SQLite, POSTs of 64", figures(await load([server], true)));
}
{
  await using server = await startServer({ config: text });
  line("one server on SQLite, POST to webhook", await told(server, "a"));
}

async function withReplicas(count: number, redis: boolean, run: (replicas: Replicas) => Promise<void>): Promise<void> {
  await using postgres = await startPostgres();
  await using link = redis ? await startRedis() : undefined;
  await using replicas = await startReplicas({
    config: text,
    postgres,
    count,
    ...(link !== undefined && { redis: link }),
  });
  await run(replicas);
}

for (const [count, apart, what] of [
  [1, true, ""],
  [3, false, ", the same to each"],
  [3, true, ", others to each"],
] as const) {
  await withReplicas(count, false, async ({ members }) => {
    line(`${count} on Postgres, POSTs of 64${what}`, figures(await load(members, apart)));
  });
}
for (const redis of [false, true]) {
  await withReplicas(3, redis, async ({ members }) => {
    const [a, b] = members as [Server, Server];
    const on = redis ? "three on Postgres and Redis" : "three on Postgres";
    line(`${on}, POST on one to GET on another`, await seen(a, b));
    line(`${on}, POST to webhook`, await told(a, "b"));
  });
}
await hook.stop(true);
process.exit(0);
