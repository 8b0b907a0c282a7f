import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { postAlerts } from "../support/api.ts";
import { createAccount, serverOf, type Account } from "../support/kubernetes-account.ts";
import { Kubernetes, whyNoKubernetes } from "../support/kubernetes.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { startReplicas } from "../support/replicas.ts";
import type { Server } from "../support/server.ts";
import { eventually } from "../support/wait.ts";
import { alertLines, WebhookReceiver } from "../support/webhook.ts";

const why = whyNoKubernetes();
if (why !== undefined) console.log(`targets-replicas: not run, ${why}`);

// The first one waits for the API server and the database.
setDefaultTimeout(120_000);

const NAMESPACE = `targets-replicas-${process.pid}`;
const SECRETS = `/api/v1/namespaces/${NAMESPACE}/secrets`;

describe.skipIf(why !== undefined)("publishing targets of replicas that share a database", () => {
  let kubernetes: Kubernetes;
  let postgres: TestPostgres;
  let account: Account;
  let directory: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "alertmanager-test-targets-replicas-"));
    postgres = await startPostgres();
    kubernetes = await Kubernetes.start();
    const rules = [{ apiGroups: [""], resources: ["secrets"], verbs: ["get", "list", "watch"] }];
    account = await createAccount(kubernetes, NAMESPACE, rules, directory);
  });

  afterAll(async () => {
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
    await postgres?.[Symbol.asyncDispose]();
    if (kubernetes === undefined) return;
    await kubernetes.request("DELETE", `/api/v1/namespaces/${NAMESPACE}`);
    await kubernetes[Symbol.asyncDispose]();
  });

  const create = (name: string, url: string) =>
    kubernetes.request("POST", SECRETS, {
      metadata: { name, labels: { "publishing-target": "true" } },
      stringData: { config: JSON.stringify({ type: "webhook", url }) },
    });

  test("are told by one of them, whoever hears of the alert, of the Secret, or is left", async () => {
    await using first = new WebhookReceiver();
    await using later = new WebhookReceiver();
    const plusFile = join(directory, "plus.yml");
    writeFileSync(
      plusFile,
      `kubernetes:
  api_server: ${serverOf(kubernetes).origin}
  token_file: ${account.tokenFile}
  ca_file: ${account.caFile}
  targets: {enabled: true, namespaces: [${NAMESPACE}]}
`,
    );
    await create("first", first.url);
    const config = "route: {receiver: r, group_wait: 100ms, group_interval: 500ms}\nreceivers: [{name: r}]\n";
    await using replicas = await startReplicas({ config, postgres, args: [`--plus.config.file=${plusFile}`] });
    const members = replicas.members as [Server, Server, Server];
    const knows = async (count: number) => {
      for (const { url } of members) {
        await eventually(`${url} knows ${count}`, async () => {
          const metrics = await (await fetch(`${url}/metrics`)).text();
          return metrics.includes(`alertmanager_plus_kubernetes_targets{state="active"} ${count}\n`);
        });
      }
    };
    await knows(1);

    await postAlerts(members[0], { labels: { alertname: "A" } });
    expect(alertLines((await first.take({ withinMs: 30_000 })).message)).toEqual(["firing alertname=A"]);

    // One that comes while the group is alive is told with the next flush, by one of the three.
    await create("later", later.url);
    await knows(2);
    expect(alertLines((await later.take({ withinMs: 30_000 })).message)).toEqual(["firing alertname=A"]);

    // In order, so that what it told is written down.
    expect(await members[0].stop()).toBe(0);
    await postAlerts(members[1], { labels: { alertname: "A" }, endsAt: new Date().toISOString() });
    for (const hook of [first, later]) {
      expect(alertLines((await hook.take({ withinMs: 60_000 })).message)).toEqual(["resolved alertname=A"]);
    }
    // More flushes than one have passed for either.
    for (const hook of [first, later]) expect(await hook.untaken(1500)).toEqual([]);
  });
});
