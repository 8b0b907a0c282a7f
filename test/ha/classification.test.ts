import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { postAlerts, request } from "../support/api.ts";
import { CLASSIFICATIONS, classifications } from "../support/classification.ts";
import { answer, GOOD_ANSWER, LLMServer } from "../support/llm-server.ts";
import { startPostgres } from "../support/postgres.ts";
import { startReplicas } from "../support/replicas.ts";
import type { Server } from "../support/server.ts";
import { eventually, pause } from "../support/wait.ts";
import { WebhookReceiver } from "../support/webhook.ts";

const config = (url: string) => `
route: { receiver: hook, group_by: [alertname], group_wait: 1s, group_interval: 10m }
receivers:
  - name: hook
    webhook_configs: [{ url: "${url}" }]
  - name: storage
    webhook_configs: [{ url: "${url}storage" }]
  - name: database
    webhook_configs: [{ url: "${url}database" }]
`;

const alert = (name: string, instance: string) => ({
  labels: { alertname: name, severity: "info", instance },
  annotations: { summary: `Trouble at ${instance}.` },
});
const NAMES = ["HostOutOfDiskSpace", "HostDiskSlow", "HostInodesLow", "DiskFull", "VolumeFull", "SpaceLow"];

/** What each server says alerts are taken for, by classifier. */
const classifiers = async (members: readonly Server[]) =>
  Promise.all(members.map(async (server) => (await classifications(server)).items.map(({ classifier }) => classifier)));

test("servers that get the same alerts ask once, all know the answer, and a correction holds everywhere", async () => {
  const directory = mkdtempSync(join(tmpdir(), "plus-"));
  try {
    await using database = await startPostgres();
    await using hook = new WebhookReceiver();
    await using llm = await LLMServer.start(async () => {
      await pause(300);
      return answer({ ...GOOD_ANSWER, category: "database" });
    });
    const plus = join(directory, "plus.yml");
    writeFileSync(
      plus,
      `
llm: { enabled: true, provider: custom, base_url: "${llm.url}/v1", model: mine }
classification:
  routes:
    - { receiver: storage, categories: [storage] }
    - { receiver: database, categories: [database], max_wait: 5s }
`,
    );
    const args = [`--plus.config.file=${plus}`];
    await using replicas = await startReplicas({ config: config(hook.url), postgres: database, args });
    const { members } = replicas;
    const all = NAMES.flatMap((name) => [alert(name, "db-1:9100"), alert(name, "db-2:9100")]);
    // As Prometheus does.
    await Promise.all(members.map((server) => postAlerts(server, ...all)));

    await eventually("all know what the model says", async () => {
      return (await classifiers(members)).every((own) => own.length === all.length && own.every((by) => by === "llm"));
    });
    expect(llm.requests).toHaveLength(NAMES.length);
    await eventually("all receivers are told", () => hook.requests.length >= 2 * NAMES.length, { withinMs: 60_000 });
    await pause(2000);
    const told = (path: string) =>
      hook.requests.filter((one) => one.path === path).map(({ message }) => message.groupKey);
    const groups = NAMES.map((name) => `{}:{alertname="${name}"}`).toSorted();
    expect(told("/").toSorted()).toEqual(groups);
    expect(told("/database").toSorted()).toEqual(groups);
    expect(told("/storage").every((group, i, own) => groups.includes(group) && own.indexOf(group) === i)).toBe(true);

    const [one, other, third] = members as [Server, Server, Server];
    const { fingerprint = "" } = (await classifications(one)).items[0] ?? {};
    const path = `${CLASSIFICATIONS}/${fingerprint}`;
    const said = async (server: Server) =>
      (JSON.parse((await request(server, "GET", path)).text) as { classifier: string }).classifier;
    await request(one, "PUT", path, { severity: "info", category: "operations", reason: "Known." });
    await eventually(
      "the others know",
      async () => (await said(other)) === "person" && (await said(third)) === "person",
    );
    await one.kill();
    await one.start();
    expect(await said(one)).toBe("person");
    expect((await request(other, "DELETE", path)).status).toBe(200);
    await eventually(
      "the model's answer stands again for all",
      async () => {
        expect(await Promise.all(members.map(said))).toEqual(["llm", "llm", "llm"]);
        return true;
      },
      { withinMs: 40_000 },
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
}, 180_000);
