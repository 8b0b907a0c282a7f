import { expect, test } from "bun:test";
import { getSilences, postAlerts, postSilence } from "../support/api.ts";
import { startCluster } from "../support/cluster.ts";
import { startServer } from "../support/server.ts";
import { fromNow } from "../support/time.ts";
import { eventually } from "../support/wait.ts";
import { alertLines, hookConfig, WebhookReceiver } from "../support/webhook.ts";

const config = (url: string) =>
  hookConfig(url, { group_wait: "300ms", group_interval: "700ms", repeat_interval: "1h" });

const PEER_TIMEOUT_MS = 3_000;

test.concurrent(
  "of three members that all hold an alert, one sends it",
  async () => {
    await using hook = new WebhookReceiver();
    await using cluster = await startCluster({ config: config(hook.url), size: 3, peerTimeoutMs: PEER_TIMEOUT_MS });

    const alert = { labels: { alertname: "test" }, startsAt: fromNow(0) };
    await Promise.all(cluster.members.map((member) => postAlerts(member, alert)));
    expect(alertLines((await hook.take()).message)).toEqual(["firing alertname=test"]);
    // Long enough for the third member's turn to come and pass.
    expect(await hook.untaken(3 * PEER_TIMEOUT_MS)).toEqual([]);
  },
  60_000,
);

test.concurrent(
  "a cluster sends what a single server sends",
  async () => {
    await using clusterHook = new WebhookReceiver();
    await using singleHook = new WebhookReceiver();
    await using cluster = await startCluster({
      config: config(clusterHook.url),
      size: 3,
      peerTimeoutMs: PEER_TIMEOUT_MS,
    });
    await using single = await startServer({ config: config(singleHook.url) });

    for (const name of ["one", "two", "three"]) {
      const alert = { labels: { alertname: name }, startsAt: fromNow(0), endsAt: fromNow(60_000) };
      await Promise.all([...cluster.members, single].map((server) => postAlerts(server, alert)));
      const sent = [await clusterHook.take(), await singleHook.take()].map(({ message }) => message);
      expect(sent[0]?.alerts).toEqual(sent[1]?.alerts ?? []);
      expect(alertLines(sent[0] as NonNullable<(typeof sent)[0]>)).toEqual([`firing alertname=${name}`]);
    }
    expect(await clusterHook.untaken(3 * PEER_TIMEOUT_MS)).toEqual([]);
    expect(await singleHook.untaken(0)).toEqual([]);
  },
  60_000,
);

test.concurrent(
  "a silence given to one member holds on all",
  async () => {
    await using hook = new WebhookReceiver();
    await using cluster = await startCluster({ config: config(hook.url), size: 2, peerTimeoutMs: PEER_TIMEOUT_MS });
    const [first, second] = cluster.members as [(typeof cluster.members)[0], (typeof cluster.members)[0]];

    const id = await postSilence(second, {
      matchers: [{ name: "alertname", value: "test", isRegex: false, isEqual: true }],
      startsAt: fromNow(0),
      endsAt: fromNow(60_000),
      createdBy: "tester",
      comment: "maintenance",
    });
    await eventually("the other member has it", async () =>
      (await getSilences(first)).some((known) => known.id === id),
    );
    await Promise.all([first, second].map((member) => postAlerts(member, { labels: { alertname: "test" } })));
    expect(await hook.untaken(2_500)).toEqual([]);
  },
  60_000,
);

test.concurrent(
  "when the member whose turn it is has died, the next one sends",
  async () => {
    await using hook = new WebhookReceiver();
    await using cluster = await startCluster({ config: config(hook.url), size: 2, peerTimeoutMs: PEER_TIMEOUT_MS });
    const [first, second] = cluster.members as [(typeof cluster.members)[0], (typeof cluster.members)[0]];

    await first.kill();
    await postAlerts(second, { labels: { alertname: "test" } });
    expect(alertLines((await hook.take()).message)).toEqual(["firing alertname=test"]);
    expect(await hook.untaken(1_500)).toEqual([]);
  },
  60_000,
);
