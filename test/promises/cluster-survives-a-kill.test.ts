import { expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { getSilences, getStatus, metric, postAlerts, postSilence, type Target } from "../support/api.ts";
import { startCluster, type Cluster } from "../support/cluster.ts";
import type { Server } from "../support/server.ts";
import { silenceOf } from "../support/silences.ts";
import { fromNow } from "../support/time.ts";
import { eventually } from "../support/wait.ts";
import { alertLines, hookConfig, WebhookReceiver } from "../support/webhook.ts";

const config = (url: string) =>
  hookConfig(url, { group_wait: "100ms", group_interval: "300ms", repeat_interval: "1h" });

const PEER_TIMEOUT_MS = 3_000;

/** What the Prometheus operator gives three replicas, with intervals short enough for a test. */
const OPERATORS = [
  "--cluster.reconnect-timeout=5m",
  "--cluster.label=monitoring/main",
  "--cluster.probe-interval=1s",
  "--cluster.probe-timeout=800ms",
  "--cluster.reconnect-interval=300ms",
  "--cluster.gossip-interval=20ms",
];

type Three = [Server, Server, Server];

const startThree = (url: string): Promise<Cluster> =>
  startCluster({
    config: config(url),
    size: 3,
    peerTimeoutMs: PEER_TIMEOUT_MS,
    givenAll: true,
    settles: true,
    args: () => OPERATORS,
  });

const hasSilence = (target: Target, id: string) =>
  eventually(`${target.url} has the silence`, async () => (await getSilences(target)).some((known) => known.id === id));

const shows = (target: Target, values: Readonly<Record<string, number>>) =>
  eventually(`${target.url} shows ${JSON.stringify(values)}`, async () => {
    const shown = await Promise.all(Object.keys(values).map((name) => metric(target, `alertmanager_${name}`)));
    return Object.values(values).every((value, i) => shown[i] === value);
  });

test.concurrent(
  "members are shown in the status and in the metrics",
  async () => {
    await using hook = new WebhookReceiver();
    await using cluster = await startThree(hook.url);

    for (const [index, member] of cluster.members.entries()) {
      const { cluster: shown } = await getStatus(member);
      expect(shown).toEqual({
        name: `member-${index}`,
        peers: cluster.ports.map((port, i) => ({ address: `127.0.0.1:${port}`, name: `member-${i}` })),
        status: "ready",
      });
      await shows(member, {
        cluster_enabled: 1,
        cluster_members: 3,
        cluster_failed_peers: 0,
        cluster_health_score: 0,
        peer_position: index,
      });
      expect(await metric(member, "alertmanager_cluster_peer_info", { peer: `member-${index}` })).toBe(1);
      expect(member.log()).toContain('msg="gossip settled; proceeding"');
    }
  },
  60_000,
);

test.concurrent(
  "a member that is killed and loses its disk has its silences and notifications back from the others",
  async () => {
    await using hook = new WebhookReceiver();
    await using cluster = await startThree(hook.url);
    const [first, second, third] = cluster.members as Three;
    const alert = { labels: { alertname: "down" }, startsAt: fromNow(0), endsAt: fromNow(600_000) };
    await Promise.all(cluster.members.map((member) => postAlerts(member, alert)));
    expect(alertLines((await hook.take()).message)).toEqual(["firing alertname=down"]);
    const id = await postSilence(third, silenceOf("alertname", "planned"));
    await hasSilence(first, id);

    // The one that sent, as its name comes first.
    await first.kill();
    rmSync(first.storagePath, { recursive: true });
    await shows(second, { cluster_members: 2, cluster_failed_peers: 1, peer_position: 0 });
    const during = await postSilence(second, silenceOf("alertname", "meanwhile"));
    await first.start();
    await Promise.all([hasSilence(first, id), hasSilence(first, during)]);
    await shows(second, { cluster_members: 3, cluster_failed_peers: 0, peer_position: 1 });

    // It sends again first, and knows that there is nothing to send.
    await Promise.all(cluster.members.map((member) => postAlerts(member, alert)));
    expect(await hook.untaken(4 * PEER_TIMEOUT_MS)).toEqual([]);
  },
  60_000,
);

test.concurrent(
  "a member that ends in order is not missed",
  async () => {
    await using hook = new WebhookReceiver();
    await using cluster = await startThree(hook.url);
    const [first, second, third] = cluster.members as Three;

    expect(await first.stop()).toBe(0);

    for (const member of [second, third]) {
      await shows(member, { cluster_members: 2, cluster_failed_peers: 0, cluster_peers_left_total: 1 });
    }
  },
  60_000,
);
