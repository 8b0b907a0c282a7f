import { program as ours, startServer, Server, type ServerOptions } from "../../test/support/server.ts";
import { freePort } from "../../test/support/port.ts";
import { preparePosts } from "./alerts.ts";
import { Connection, getRequest } from "./connection.ts";
import { postFor, postOnce } from "./load.ts";
import { cpuSeconds, peakBytes, residentBytes, resetPeak } from "../../test/support/process.ts";

/** Figures by name; the names are those of the goals. */
export type Figures = Record<string, number>;

/** One measurement of one program, on a server of its own. */
export interface Measurement {
  readonly name: string;
  run(program: string): Promise<Figures>;
}

const CONNECTIONS = 32;
const POOL = 12_800;

const options = (program: string, config: string): ServerOptions => ({ program, config });

// One inhibition rule, because nearly every real configuration has one; nothing is sent during the measurements of load.
const config = `
route:
  receiver: nobody
  group_by: [alertname, cluster]
receivers:
  - name: nobody
inhibit_rules:
  - source_matchers: [severity="critical"]
    target_matchers: [severity="warning"]
    equal: [alertname, cluster, namespace, pod]
`;

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const percentile = (values: readonly number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;

/** Starts `server` and gives how long it took until it answered that it is ready, in ms. */
async function startTimed(server: Server): Promise<number> {
  const begin = performance.now();
  server.spawn();
  const request = getRequest(server.port, "/-/ready");
  for (;;) {
    try {
      const connection = await Connection.open(server.port);
      const { status } = await connection.request(request);
      connection.close();
      if (status === 200) return performance.now() - begin;
    } catch {
      // Not listening yet.
    }
    if (performance.now() - begin > 30_000) throw new Error(`not ready after 30 s:\n${server.log().slice(-2000)}`);
    await Bun.sleep(1);
  }
}

const start: Measurement = {
  name: "start",
  async run(program) {
    const empty: number[] = [];
    const idle: number[] = [];
    for (let time = 0; time < 5; time++) {
      await using server = new Server(options(program, config), await freePort());
      empty.push(await startTimed(server));
      await Bun.sleep(1_000);
      idle.push(residentBytes(server.pid));
    }
    return { "start to ready, empty": median(empty), "memory, idle": median(idle) };
  },
};

/** Load of alerts in requests of so many. */
async function loadOf(program: string, alertsEach: number) {
  await using server = await startServer(options(program, config));
  const posts = preparePosts(server.port, 0, POOL, alertsEach);
  return await postFor(server.port, server.pid, posts, { seconds: 5, warmUpSeconds: 1.5, connections: CONNECTIONS });
}

const one: Measurement = {
  name: "one",
  async run(program) {
    const load = await loadOf(program, 1);
    return {
      "one-alert POSTs/s": load.requestsPerSecond,
      "CPU per alert, one-alert POSTs": load.cpuMicrosPerAlert,
      "load generator's own CPU per one-alert POST": load.ownCpuMicrosPerRequest,
    };
  },
};

const batch: Measurement = {
  name: "batch",
  async run(program) {
    const load = await loadOf(program, 64);
    return {
      "alerts/s, POSTs of 64": load.alertsPerSecond,
      "CPU per alert, POSTs of 64": load.cpuMicrosPerAlert,
    };
  },
};

/** Notifications that do not count: until about then a just-started program still compiles its code. */
const WARM_UP_NOTIFICATIONS = 1_200;

const latency: Measurement = {
  name: "latency",
  async run(program) {
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
    try {
      const routes = `
route:
  receiver: hook
  group_by: [pod]
  group_wait: 0s
receivers:
  - name: hook
    webhook_configs:
      - url: http://127.0.0.1:${hook.port}/
`;
      await using server = await startServer(options(program, routes));
      const posts = preparePosts(server.port, 0, WARM_UP_NOTIFICATIONS + 400, 1);
      const connection = await Connection.open(server.port);
      const took: number[] = [];
      for (const request of posts.requests) {
        const arrival = new Promise<void>((resolve) => (arrived = resolve));
        const begin = performance.now();
        const answer = connection.request(request);
        await arrival;
        took.push(performance.now() - begin);
        await answer;
        await Bun.sleep(2);
      }
      connection.close();
      const warm = took.slice(WARM_UP_NOTIFICATIONS);
      return { "POST to webhook, p50": median(warm), "POST to webhook, p95": percentile(warm, 0.95) };
    } finally {
      await hook.stop(true);
    }
  },
};

/** Reads that do not count: a server that has run for a while has been read before. */
const WARM_UP_READS = 5;

/** Medians of reading everything several times, in ms, with the size of one answer in bytes. */
async function timeReads(server: Server, path: string, times: number): Promise<{ ms: number; bytes: number }> {
  const connection = await Connection.open(server.port);
  const request = getRequest(server.port, path);
  const took: number[] = [];
  let bytes = 0;
  for (let time = -WARM_UP_READS; time < times; time++) {
    const begin = performance.now();
    const answer = await connection.request(request);
    if (time >= 0) took.push(performance.now() - begin);
    if (answer.status !== 200) throw new Error(`GET ${path} answered ${answer.status}`);
    bytes = answer.bodyBytes;
  }
  connection.close();
  return { ms: median(took), bytes };
}

async function countAlerts(server: Server): Promise<number> {
  const connection = await Connection.open(server.port);
  const { body } = await connection.request(getRequest(server.port, "/api/v2/alerts"), true);
  connection.close();
  return (JSON.parse(body ?? "[]") as unknown[]).length;
}

const read: Measurement = {
  name: "read",
  async run(program) {
    const figures: Figures = {};
    for (const [count, times] of [
      [10_000, 9],
      [50_000, 5],
    ] as const) {
      const label = `${count.toLocaleString("en")} alerts`;
      await using server = await startServer(options(program, config));
      const posts = preparePosts(server.port, 0, count, 64);
      const begin = performance.now();
      const cpu = cpuSeconds(server.pid);
      await postOnce(server.port, posts, CONNECTIONS);
      const took = performance.now() - begin;
      await Bun.sleep(3_000);
      if (count === 50_000) {
        figures["new alerts/s, 50,000 in POSTs of 64"] = (count * 1000) / took;
        // Read after the pause, so that what was put off is counted too.
        figures["CPU per new alert, POSTs of 64"] = ((cpuSeconds(server.pid) - cpu) * 1e6) / count;
        figures["memory, at rest with 50,000 alerts"] = residentBytes(server.pid);
      }
      resetPeak(server.pid);
      const alerts = await timeReads(server, "/api/v2/alerts", times);
      const groups = await timeReads(server, "/api/v2/alerts/groups", times);
      figures[`GET alerts, ${label}`] = alerts.ms;
      figures[`GET groups, ${label}`] = groups.ms;
      figures[`size of GET alerts, ${label}`] = alerts.bytes;
      figures[`size of GET groups, ${label}`] = groups.bytes;
      if (count === 50_000) figures["memory, peak while reading 50,000"] = peakBytes(server.pid);
      const held = await countAlerts(server);
      if (held !== count) throw new Error(`${program} gives ${held} alerts of the ${count} it accepted`);
      if (count === 50_000) {
        await server.stop();
        figures["start to ready, 50,000 stored"] = await startTimed(server);
        figures["alerts kept over a restart"] = await countAlerts(server);
      }
    }
    return figures;
  },
};

/** What is asked of `/api/plus/v1` by the name of its figure; the peer has no such thing. */
const FINDS = {
  "filter by a label, 10,000 alerts": `/alerts?limit=50&filter=${encodeURIComponent('severity="critical"')}`,
  "filter by a word, 10,000 alerts": "/alerts?limit=50&q=crash",
  "facets of all labels, 10,000 alerts": "/alerts/facets",
  "groups by two labels, 10,000 alerts": "/alerts/groups?by=alertname,namespace",
};

const find: Measurement = {
  name: "find",
  async run(program) {
    const figures: Figures = {};
    if (program !== ours) return figures;
    await using server = await startServer(options(program, config));
    await postOnce(server.port, preparePosts(server.port, 0, 10_000, 64), CONNECTIONS);
    for (const [figure, path] of Object.entries(FINDS)) {
      figures[figure] = (await timeReads(server, `/api/plus/v1${path}`, 9)).ms;
    }
    return figures;
  },
};

export const measurements: readonly Measurement[] = [start, latency, one, batch, read, find];
