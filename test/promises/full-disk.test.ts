import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { getAlerts, getSilences, metric, postAlerts, postSilence, request } from "../support/api.ts";
import { freePort } from "../support/port.ts";
import { Server } from "../support/server.ts";
import { emptyDisk, fillDisk, smallDisk, whyNoSmallDisk } from "../support/small-disk.ts";
import { silenceOf } from "../support/silences.ts";
import { fromNow } from "../support/time.ts";
import { eventually, pause } from "../support/wait.ts";
import { hookConfig, WebhookReceiver } from "../support/webhook.ts";

const silence = (value: string) =>
  silenceOf("alertname", value, { endsAt: fromNow(3_600_000), comment: "x".repeat(5_000) });

const alert = (alertname: string) => ({
  labels: { alertname },
  annotations: { description: "x".repeat(5_000) },
  endsAt: fromNow(3_600_000),
});

const why = whyNoSmallDisk();
if (why !== undefined) console.log(`full-disk: not run, ${why}`);

test.skipIf(why !== undefined)(
  "on a full disk alerts are answered 500 but kept and notified, silences are refused, and all heals by itself",
  async () => {
    await using hook = new WebhookReceiver();
    await using server = new Server(
      { config: hookConfig(hook.url), wrapper: (path) => smallDisk(path, 16 << 20) },
      await freePort(),
    );
    mkdirSync(server.storagePath);
    await server.start();
    await postAlerts(server, alert("before"));
    await postSilence(server, silence("elsewhere"));
    expect((await hook.take()).message.groupLabels).toEqual({ alertname: "before" });

    fillDisk(server);
    // A few may still fit in space the database has already taken.
    let serial = 0;
    await eventually("an alert that cannot be stored is answered 500", async () => {
      const answer = await request(server, "POST", "/api/v2/alerts", [alert(`full-${serial++}`)]);
      return answer.status === 500;
    });
    const unstored = `full-${serial - 1}`;
    const known = (await getAlerts(server)).map(({ labels }) => labels.alertname);
    expect(known).toContain("before");
    expect(known).toContain(unstored);
    await hook.takeUntil(`is ${unstored}`, ({ groupLabels }) => groupLabels.alertname === unstored);

    let refused = "";
    await eventually("a silence is refused", async () => {
      refused = `refused-${serial++}`;
      const { status } = await request(server, "POST", "/api/v2/silences", silence(refused));
      return status >= 500 && status < 600;
    });
    expect(await getSilences(server, { filter: `alertname=${refused}` })).toEqual([]);
    for (const path of ["/-/healthy", "/-/ready"]) expect((await request(server, "GET", path)).status).toBe(200);
    expect(server.log()).toMatch(/level=(ERROR|WARN)/);
    const health = await request(server, "GET", "/api/plus/v1/health");
    expect(health.status).toBe(200);
    expect(JSON.parse(health.text)).toMatchObject({ status: "degraded", store: { state: "degraded" } });
    expect(await metric(server, "alertmanager_plus_store_degraded")).toBe(1);

    emptyDisk(server);
    await eventually("alerts are stored again", async () => {
      return (await request(server, "POST", "/api/v2/alerts", [alert(`after-${serial++}`)])).status === 200;
    });
    expect(await postSilence(server, silence("after"))).toBeString();
    await hook.takeUntil("is after", ({ groupLabels }) => groupLabels.alertname === `after-${serial - 1}`);
    await pause(1_200);
    const groups = hook.requests.map(({ message }) => message.groupLabels.alertname);
    expect(groups.sort()).toEqual([...new Set(groups)].sort());
  },
  120_000,
);
