import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { getAlerts, getSilences, getStatus, metric, postAlerts, postSilence } from "../support/api.ts";
import { fromNow } from "../support/time.ts";
import { eventually } from "../support/wait.ts";
import { alertLines, WebhookReceiver } from "../support/webhook.ts";
import { whyNoContainers } from "./image-container.ts";
import { assembleImage, whyNoImage, type Image } from "./image-root.ts";
import type { OperatorPod } from "./operator-pod.ts";
import { OPERATOR_SETS, operatorSet } from "./operator-pods.ts";
import { becomesReady, startSet } from "./operator-set.ts";

const why = whyNoImage("distroless") ?? whyNoContainers();
if (why !== undefined) console.log(`operator: no pod is run, ${why}`);
setDefaultTimeout(120_000);

test("what was recorded covers one and three replicas at each release", () => {
  for (const sets of Object.values(OPERATOR_SETS)) {
    expect([sets["one"]?.replicas, sets["three"]?.replicas]).toEqual([1, 3]);
  }
  expect(Object.keys(OPERATOR_SETS)).toEqual(["v0.80.0", "v0.89.0", "v0.93.0"]);
});

describe.skipIf(why !== undefined)("run by the operator's specification", () => {
  let image: Image;
  beforeAll(async () => {
    image = await assembleImage("distroless");
  });
  afterAll(async () => {
    await image?.[Symbol.asyncDispose]();
  });

  test.concurrent.each(["v0.80.0", "v0.93.0"])(
    "one replica as %s writes it starts, serves, reloads and ends",
    async (release) => {
      await using hook = new WebhookReceiver();
      await using set = await startSet(image, operatorSet(release, "one"), hook);
      const [pod] = set.pods as [OperatorPod];
      const { container } = pod;

      expect(container.status("Uid")).toBe("1000\t1000\t1000\t1000");
      for (const name of ["CapInh", "CapPrm", "CapEff", "CapBnd"])
        expect(container.status(name)).toBe("0000000000000000");
      expect(() => mkdirSync(container.path("/etc/alertmanager/config_out/probe"))).toThrow("EROFS");
      expect(() => mkdirSync(container.path("/tmp/probe"))).toThrow("EROFS");
      expect((await getStatus(pod)).cluster).toEqual({ status: "disabled", peers: [] } as never);

      await postAlerts(pod, { labels: { alertname: "Test" } });
      expect(alertLines((await hook.take()).message)).toEqual(["firing alertname=Test"]);

      pod.configure(set.configOf("other"));
      expect([200, undefined]).toContain(await pod.sidecarReloads());
      await eventually("the new configuration is in force", async () =>
        (await getStatus(pod)).config.original.includes("name: other"),
      );
      expect(await metric(pod, "alertmanager_config_last_reload_successful")).toBe(1);

      pod.configure("route: { receiver: nosuch }\nreceivers: []\n");
      expect([500, undefined]).toContain(await pod.sidecarReloads());
      await eventually(
        "the reload has failed",
        async () => (await metric(pod, "alertmanager_config_last_reload_successful")) === 0,
      );
      expect((await getStatus(pod)).config.original).toContain("name: other");
      expect([await pod.answers("livenessProbe"), await pod.answers("readinessProbe")]).toEqual([true, true]);
      expect((await getAlerts(pod)).map(({ labels }) => labels["alertname"])).toEqual(["Test"]);
      expect(await pod.stop()).toBe(0);
    },
  );

  test.concurrent.each([
    ["v0.80.0", "three"],
    ["v0.93.0", "three"],
    ["v0.93.0", "all"],
  ])(
    "three replicas as %s writes them (%s) find each other, notify once and outlive a roll-out",
    async (release, name) => {
      await using hook = new WebhookReceiver();
      const operator = operatorSet(release, name);
      await using set = await startSet(image, operator, hook);
      const { pods } = set;
      const [first, second, third] = pods as [OperatorPod, OperatorPod, OperatorPod];
      for (const pod of pods) {
        await eventually(
          `${pod.name} sees all`,
          async () => {
            const { status, peers } = (await getStatus(pod)).cluster;
            return status === "ready" && peers.length === 3;
          },
          { withinMs: 60_000 },
        );
      }
      if (release !== "v0.80.0") {
        const { peers } = (await getStatus(first)).cluster;
        expect(peers.map((peer) => peer.name).sort()).toEqual(pods.map((pod) => pod.name));
      }

      // As Prometheus does: to every replica.
      await Promise.all(pods.map((pod) => postAlerts(pod, { labels: { alertname: "Test" } })));
      expect(alertLines((await hook.take({ withinMs: 60_000 })).message)).toEqual(["firing alertname=Test"]);

      const silence = {
        matchers: [{ name: "alertname", value: "Other", isRegex: false, isEqual: true }],
        startsAt: fromNow(0),
        endsAt: fromNow(3_600_000),
        createdBy: "test",
        comment: "test",
      };
      const id = await postSilence(first, silence);
      const has = async (pod: OperatorPod) => (await getSilences(pod)).some((found) => found.id === id);
      await eventually("the silence is everywhere", async () => (await has(second)) && (await has(third)));

      // A StatefulSet's roll-out takes the last first.
      expect(await third.stop()).toBe(0);
      await third.start();
      await becomesReady(third);
      expect(await has(third)).toBeTrue();
      await eventually("it is back among the others", async () => (await getStatus(second)).cluster.peers.length === 3);
      expect(await hook.untaken(1000)).toEqual([]);

      for (const pod of pods) pod.configure(set.configOf("other"));
      for (const pod of pods) expect([200, undefined]).toContain(await pod.sidecarReloads());
      for (const pod of pods) {
        await eventually(`${pod.name} has reloaded`, async () =>
          (await getStatus(pod)).config.original.includes("name: other"),
        );
      }
      expect(await Promise.all(pods.map((pod) => pod.stop()))).toEqual([0, 0, 0]);
    },
  );
});
