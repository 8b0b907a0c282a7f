import { expect, test } from "bun:test";
import { getAlerts, postAlerts, request } from "../support/api.ts";
import { createHangingDisk } from "../support/hanging-disk.ts";
import { freePort } from "../support/port.ts";
import { Server } from "../support/server.ts";
import { fromNow } from "../support/time.ts";
import { eventually, pause } from "../support/wait.ts";
import { hookConfig, WebhookReceiver } from "../support/webhook.ts";

const alert = (alertname: string) => ({ labels: { alertname }, endsAt: fromNow(3_600_000) });

test("while the disk hangs, alerts are notified and the server is healthy; nothing is answered 200 that is not stored", async () => {
  await using hook = new WebhookReceiver();
  await using server = new Server({ config: hookConfig(hook.url) }, await freePort());
  const disk = createHangingDisk(server.storagePath);
  if (typeof disk === "string") {
    console.log(`hanging-disk: not run, ${disk}`);
    return;
  }
  try {
    await server.start();
    await postAlerts(server, alert("before"));
    expect((await hook.take()).message.groupLabels).toEqual({ alertname: "before" });

    disk.hang();
    // Answered 500 after a while, or not at all before the disk goes on.
    let hanging = true;
    const during = request(server, "POST", "/api/v2/alerts", [alert("during")], { withinMs: 40_000 }).then(
      ({ status }) => ({ status, hanging }),
    );
    expect((await hook.take()).message.groupLabels).toEqual({ alertname: "during" });
    for (let time = 0; time < 10; time++) {
      for (const path of ["/-/healthy", "/-/ready"]) {
        expect((await request(server, "GET", path, undefined, { withinMs: 5_000 })).status).toBe(200);
      }
      await pause(200);
    }
    expect((await getAlerts(server)).map(({ labels }) => labels.alertname).sort()).toEqual(["before", "during"]);

    hanging = false;
    disk.goOn();
    const outcome = await during;
    expect(outcome.status).toBe(outcome.hanging ? 500 : 200);
    await eventually("alerts are stored again", async () => {
      return (await request(server, "POST", "/api/v2/alerts", [alert("after")])).status === 200;
    });
    await server.kill();
    await server.start();
    const kept = (await getAlerts(server)).map(({ labels }) => labels.alertname);
    expect(kept).toContain("before");
    expect(kept).toContain("after");
  } finally {
    disk.goOn();
    if (server.isRunning) await server.kill();
    disk[Symbol.dispose]();
  }
}, 120_000);
