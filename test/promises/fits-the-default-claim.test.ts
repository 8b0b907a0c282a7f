import { expect, test } from "bun:test";
import { mkdirSync, statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import { parsePlusConfig } from "../../src/config/plus.ts";
import { getAlerts, metric, postAlerts, request, type PostableAlert } from "../support/api.ts";
import { freePort } from "../support/port.ts";
import { Server } from "../support/server.ts";
import { smallDisk, whyNoSmallDisk } from "../support/small-disk.ts";
import { fromNow } from "../support/time.ts";
import { eventually } from "../support/wait.ts";
import { WebhookReceiver } from "../support/webhook.ts";

const MIB = 2 ** 20;
/** What a user can fill of a claim of 50Mi, the community chart's, where it is a file system of its own: ext4 keeps the rest. */
const USABLE = 40 * MIB;
const ALERTS = 10_000;

// Every alert is a group of its own, which takes the most to remember.
const config = (url: string) => `
route: { receiver: hook, group_by: ['...'], group_wait: 10ms, group_interval: 1s }
receivers: [{ name: hook, webhook_configs: [{ url: "${url}" }] }]
`;

/** As Prometheus sends them: eight labels, three annotations, 700 bytes. */
const alerts = (round: number): readonly PostableAlert[] =>
  Array.from({ length: ALERTS }, (_, i) => ({
    labels: {
      alertname: `Alert${i % 5}`,
      instance: `node-${i % 2_000}.cluster.example:9100`,
      job: "node-exporter",
      namespace: "monitoring",
      prometheus: "monitoring/k8s",
      severity: "warning",
      device: `nvme${Math.floor(i / 2_000)}n1`,
      cluster: "production-west",
    },
    annotations: {
      summary: `Something is the matter with the disk, as it was ${round} times before`,
      description: `The file system on node-${i % 2_000} has less than ${round}% of its space left, and is being filled further.`,
      runbook_url: "https://runbooks.example/runbooks/node/nodefilesystemspacefillingup",
    },
    endsAt: fromNow(round % 2 === 0 ? 3_600_000 : -1),
    generatorURL:
      "https://prometheus.example/graph?g0.expr=node_filesystem_avail_bytes+%2F+node_filesystem_size_bytes&g0.tab=1",
  }));

const why = whyNoSmallDisk();
if (why !== undefined) console.log(`fits-the-default-claim: not run, ${why}`);

test.skipIf(why !== undefined)(
  "10,000 alerts that come and go, and a history that is full, live within the default claim with the default settings",
  async () => {
    await using hook = new WebhookReceiver();
    await using server = new Server(
      { config: config(hook.url), wrapper: (path) => smallDisk(path, USABLE) },
      await freePort(),
    );
    mkdirSync(server.storagePath);
    await server.start();
    const disk = join(`/proc/${server.pid}/root`, server.storagePath);
    let most = 0;
    const measure = () => {
      const { blocks, bfree, bsize } = statfsSync(disk);
      most = Math.max(most, (blocks - bfree) * bsize);
    };

    let posted = 0;
    for (let round = 0; round < 4; round++) {
      const all = alerts(round);
      for (let i = 0; i < ALERTS; i += 500) {
        // Throws unless it is answered 200, which is to say stored.
        await postAlerts(server, ...all.slice(i, i + 500));
        measure();
        if (posted === 0) posted = Date.now();
      }
      await eventually(
        `all are told, round ${round}`,
        async () => {
          measure();
          return hook.requests.length >= (round + 1) * ALERTS;
        },
        { withinMs: 40_000, everyMs: 50 },
      );
    }

    const { max_size } = parsePlusConfig("", {}).history;
    expect(statSync(join(disk, "history.db")).size).toBeWithin(0.8 * max_size, max_size);
    // What was first is gone.
    expect(await oldestEvent(server)).toBeGreaterThan(posted);
    expect(most).toBeGreaterThan(2 * max_size);
    expect(most).toBeLessThan(0.85 * USABLE);
    expect(await metric(server, "alertmanager_plus_store_degraded")).toBe(0);
    expect(server.log()).not.toMatch(/level=(WARN|ERROR)/);
    await postAlerts(server, { labels: { alertname: "After" }, endsAt: fromNow(3_600_000) });
    expect((await getAlerts(server, { filter: 'alertname="After"' })).length).toBe(1);
  },
  180_000,
);

/** When the oldest event that is kept was, ms. */
async function oldestEvent(server: Server): Promise<number> {
  const { text } = await request(server, "GET", "/api/plus/v1/history?order=asc&limit=1");
  const { items } = JSON.parse(text) as { readonly items: readonly { readonly at: string }[] };
  return Date.parse(items[0]?.at ?? "");
}
