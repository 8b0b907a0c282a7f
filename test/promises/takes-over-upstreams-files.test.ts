import { expect, test } from "bun:test";
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { getAlerts, getSilences, postAlerts, type GettableSilence } from "../support/api.ts";
import { freePort } from "../support/port.ts";
import { Server } from "../support/server.ts";
import { alertLines, WebhookReceiver } from "../support/webhook.ts";
import { firing, stateArgs, stateConfig } from "./upstream-state/state.ts";

const recorded = join(import.meta.dir, "upstream-state");

/** A server put where Alertmanager 0.34 has been: its `silences` and `nflog` are in the data directory. */
async function startWhereUpstreamWas(hook: WebhookReceiver): Promise<Server> {
  const server = new Server({ config: stateConfig(hook.url), args: stateArgs }, await freePort());
  mkdirSync(server.storagePath);
  for (const file of ["silences", "nflog"]) copyFileSync(join(recorded, file), join(server.storagePath, file));
  await server.start();
  return server;
}

test.concurrent(
  "every silence upstream left is there as it was, and holds",
  async () => {
    await using hook = new WebhookReceiver();
    await using server = await startWhereUpstreamWas(hook);
    const shown = JSON.parse(readFileSync(join(recorded, "silences.json"), "utf8")) as GettableSilence[];
    // Silences that end at the same time stand in no particular order.
    const byId = (silences: GettableSilence[]) => silences.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    expect(byId(await getSilences(server))).toEqual(byId(shown));
    expect(server.log()).toContain(`msg="Took over what Alertmanager had stored" silences=${shown.length}`);

    await postAlerts(server, { labels: { alertname: "Silenced" } }, { labels: { alertname: "Later" } });
    const alerts = await getAlerts(server);
    const silencedBy = (name: string) => alerts.find(({ labels }) => labels.alertname === name)?.status.silencedBy;
    const id = shown.find(({ matchers }) => matchers[0]?.value === "Silenced")?.id ?? "";
    expect(silencedBy("Silenced")).toEqual([id]);
    expect(silencedBy("Later")).toEqual([]);
  },
  60_000,
);

test.concurrent(
  "what upstream had notified is not notified again, and news is, to those it is news to",
  async () => {
    await using hook = new WebhookReceiver();
    await using server = await startWhereUpstreamWas(hook);
    await postAlerts(server, ...firing);
    expect((await hook.untaken(1_500)).map(({ path, message }) => [path, alertLines(message)])).toEqual([]);

    await postAlerts(server, { labels: { alertname: "A", instance: "4" } });
    const sent = [await hook.take(), await hook.take()];
    expect(sent.map(({ path }) => path).sort()).toEqual(["/both/0", "/both/1"]);
    for (const { message } of sent) {
      expect(message.notification_reason).toBe("new alerts added");
      expect(alertLines(message)).toEqual(["1", "2", "4"].map((instance) => `firing alertname=A instance=${instance}`));
    }
    expect((await hook.untaken(1_000)).map(({ path }) => path)).toEqual([]);
  },
  60_000,
);

test.concurrent(
  "the files are taken over once: what happened since is not undone by the next start",
  async () => {
    await using hook = new WebhookReceiver();
    await using server = await startWhereUpstreamWas(hook);
    const [first] = await getSilences(server, { filter: "alertname=Silenced" });
    const answer = await fetch(`${server.url}/api/v2/silence/${first?.id}`, { method: "DELETE", keepalive: false });
    expect(answer.status).toBe(200);
    await server.stop();
    await server.start();
    expect((await getSilences(server, { filter: "alertname=Silenced" })).map(({ status }) => status.state)).toEqual([
      "expired",
    ]);
  },
  60_000,
);
