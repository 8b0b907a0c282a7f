import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cluster } from "../../src/kubernetes/cluster.ts";
import { createSecretsApi } from "../../src/kubernetes/api.ts";
import { systemClock } from "../../src/dispatch/clock.ts";
import { postAlerts } from "../support/api.ts";
import { freePort } from "../support/port.ts";
import { Kubernetes, whyNoKubernetes } from "../support/kubernetes.ts";
import { createAccount, Gate, serverOf, type Account } from "../support/kubernetes-account.ts";
import { Server } from "../support/server.ts";
import { eventually, pause } from "../support/wait.ts";
import { WebhookReceiver } from "../support/webhook.ts";

const why = whyNoKubernetes();
if (why !== undefined) console.log(`targets: not run, ${why}`);

// The first one waits for the API server.
setDefaultTimeout(120_000);

const NAMESPACE = `targets-${process.pid}`;
const SECRETS = `/api/v1/namespaces/${NAMESPACE}/secrets`;
const RULES = [{ apiGroups: [""], resources: ["secrets"], verbs: ["get", "list", "watch"] }];

describe.skipIf(why !== undefined)("publishing targets in Secrets", () => {
  let kubernetes: Kubernetes;
  let account: Account;
  let directory: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "alertmanager-test-targets-"));
    kubernetes = await Kubernetes.start();
    account = await createAccount(kubernetes, NAMESPACE, RULES, directory);
  });

  afterAll(async () => {
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
    if (kubernetes === undefined) return;
    await kubernetes.request("DELETE", `/api/v1/namespaces/${NAMESPACE}`);
    await kubernetes[Symbol.asyncDispose]();
  });

  const secretOf = (name: string, config: object, annotations = {}) => ({
    metadata: { name, labels: { "publishing-target": "true" }, annotations },
    stringData: { config: JSON.stringify(config) },
  });
  const create = (name: string, config: object, annotations = {}) =>
    kubernetes.request("POST", SECRETS, secretOf(name, config, annotations));
  const change = (name: string, config: object) =>
    kubernetes.request("PATCH", `${SECRETS}/${name}`, { stringData: { config: JSON.stringify(config) } });
  const remove = (name: string) => kubernetes.request("DELETE", `${SECRETS}/${name}`);

  const clusterAt = (server: string): Cluster => ({
    server,
    ...account,
    namespaces: [NAMESPACE],
    labelSelector: "publishing-target=true",
  });

  test("what the account may not see is an error that says so", async () => {
    const api = createSecretsApi(clusterAt(serverOf(kubernetes).origin), systemClock);
    await expect(api.list("kube-system", new AbortController().signal)).rejects.toThrow("cannot list resource");
    api.close();
  });

  test("long lists come in pages", async () => {
    const names = Array.from({ length: 45 }, (_, i) => `page-${i}`);
    const config = { type: "webhook", url: "http://127.0.0.1:9/", enabled: false };
    await Promise.all(names.map((name) => create(name, config)));
    const api = createSecretsApi(clusterAt(serverOf(kubernetes).origin), systemClock);
    const { secrets } = await api.list(NAMESPACE, new AbortController().signal);
    api.close();
    await Promise.all(names.map(remove));
    expect(secrets.map(({ name }) => name).sort()).toEqual(names.sort());
  });

  test("come and go while the server runs, are told what they want, and stay while the API is away", async () => {
    await using hook = new WebhookReceiver();
    await using all = new WebhookReceiver();
    await using gate = await Gate.start(serverOf(kubernetes));
    const plusFile = join(directory, "plus.yml");
    writeFileSync(
      plusFile,
      `kubernetes:
  api_server: https://127.0.0.1:${gate.port}
  token_file: ${account.tokenFile}
  ca_file: ${account.caFile}
  targets: {enabled: true, namespaces: [${NAMESPACE}]}
`,
    );
    const config = `route: {receiver: r, group_by: [alertname], group_wait: 100ms, group_interval: 300ms}
receivers: [{name: r}, {name: other}]
`;
    await using server = new Server({ config, args: [`--plus.config.file=${plusFile}`] }, await freePort());
    // There at the start; the others come later.
    await create("everything", { name: "everything", type: "webhook", url: all.url });
    await server.start();

    const headers = { Authorization: "Bearer hunter22" };
    const critical = { type: "webhook", url: hook.url, headers, filter_config: { severity: ["critical"] } };
    await create("critical", critical, { "amp.receiver": "r, none" });
    await create("elsewhere", { type: "webhook", url: hook.url }, { "amp.receiver": "other" });
    await create("broken", { type: "webhook", url: "hunter22://host" });
    const states = async () => {
      const metrics = await (await fetch(`${server.url}/metrics`)).text();
      const found = metrics.matchAll(/^alertmanager_plus_kubernetes_targets\{state="(\w+)"\} (\d+)$/gm);
      return Object.fromEntries([...found].map(([, state, count]) => [state, Number(count)]));
    };
    const reach = (expected: object) =>
      eventually(`targets are ${JSON.stringify(expected)}`, async () => Bun.deepEquals(await states(), expected));
    await reach({ active: 3, disabled: 0, invalid: 1, ignored: 0 });

    const post = async (...alerts: readonly Record<string, string>[]) => {
      const body = JSON.stringify(alerts.map((labels) => ({ labels })));
      const sent = { method: "POST", headers: { "content-type": "application/json" }, body };
      expect((await fetch(`${server.url}/api/v2/alerts`, sent)).status).toBe(200);
    };
    const told = (receiver: WebhookReceiver, alertname: string) =>
      receiver.requests
        .filter(({ message }) => message.groupLabels["alertname"] === alertname)
        .map(({ message }) => message.alerts.map(({ labels }) => labels["instance"]).sort());
    await post(
      { alertname: "First", instance: "bad", severity: "critical" },
      { alertname: "First", instance: "mild", severity: "info" },
    );
    await eventually("both are told", () => told(hook, "First").length > 0 && told(all, "First").length > 0);
    expect(told(all, "First")).toEqual([["bad", "mild"]]);
    expect(told(hook, "First")).toEqual([["bad"]]);
    expect(hook.requests[0]?.headers.get("authorization")).toBe("Bearer hunter22");

    gate.shut();
    await eventually("it is noticed", () => server.log().includes("the targets that are known stay"));
    // Changed and gone while nobody looked.
    await change("critical", { ...critical, enabled: false });
    await remove("everything");
    await post({ alertname: "Second", instance: "bad", severity: "critical" });
    await eventually("both are told", () => told(hook, "Second").length > 0 && told(all, "Second").length > 0);
    gate.open();
    await reach({ active: 1, disabled: 1, invalid: 1, ignored: 0 });
    expect(server.log()).toContain("Kubernetes Secrets are watched again");

    await change("critical", { ...critical, url: all.url });
    await change("broken", { type: "webhook", url: all.url, enabled: false });
    await remove("elsewhere");
    await reach({ active: 1, disabled: 1, invalid: 0, ignored: 0 });
    await post({ alertname: "Third", instance: "bad", severity: "critical" });
    await eventually("the new address is told", () => told(all, "Third").length > 0);
    expect(told(hook, "Third")).toEqual([]);

    // A reload keeps what is known.
    const reloaded = await fetch(`${server.url}/-/reload`, { method: "POST" });
    expect(reloaded.status).toBe(200);
    expect(await states()).toEqual({ active: 1, disabled: 1, invalid: 0, ignored: 0 });

    const status = await (await fetch(`${server.url}/api/v2/status`)).text();
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    for (const text of [server.log(), status, metrics]) expect(text).not.toContain("hunter22");
    expect(server.log()).toMatch(/level=WARN .*Secret is no publishing target.* secret=targets-\d+\/broken key=/);
    expect(server.log()).toContain("is for a receiver that is not in the configuration");
    await remove("critical");
    await remove("broken");
  });

  test("are found by a server that starts while the API is away, and with a token that is renewed in its file", async () => {
    await using hook = new WebhookReceiver();
    await using gate = await Gate.start(serverOf(kubernetes));
    gate.shut();
    const tokenFile = join(directory, "renewed");
    writeFileSync(tokenFile, "of-yesterday");
    const plusFile = join(directory, "plus.yml");
    writeFileSync(
      plusFile,
      `kubernetes:
  api_server: https://127.0.0.1:${gate.port}
  token_file: ${tokenFile}
  ca_file: ${account.caFile}
  targets: {enabled: true, namespaces: [${NAMESPACE}]}
`,
    );
    const config = "route: {receiver: r, group_wait: 100ms, group_interval: 200ms}\nreceivers: [{name: r}]\n";
    await create("early", { type: "webhook", url: hook.url });
    await using server = new Server({ config, args: [`--plus.config.file=${plusFile}`] }, await freePort());
    await server.start();
    expect(server.log()).toMatch(/level=WARN .*Kubernetes Secrets cannot be watched; the targets that are known stay/);
    const errors = async () =>
      /^alertmanager_plus_kubernetes_watch_errors_total (\d+)$/m.exec(
        await (await fetch(`${server.url}/metrics`)).text(),
      )?.[1];
    const before = Number(await errors());

    // Now the API is there and does not know the token.
    gate.open();
    await eventually("it is refused", async () => Number(await errors()) > before);
    await postAlerts(server, { labels: { alertname: "A" } });
    expect(hook.requests).toEqual([]);
    copyFileSync(account.tokenFile, tokenFile);
    const { message } = await hook.take({ withinMs: 60_000 });
    expect(message.alerts.map(({ labels }) => labels["alertname"])).toEqual(["A"]);
    expect(server.log()).toContain("Kubernetes Secrets are watched again");
    expect(server.log()).not.toContain("of-yesterday");

    // Without the label it is a target no longer; under another name it is another one, which is told of its own.
    await kubernetes.request("PATCH", `${SECRETS}/early`, { metadata: { labels: { "publishing-target": null } } });
    await create("late", { type: "webhook", url: hook.url });
    const told = await hook.take({ withinMs: 60_000 });
    expect(told.message.alerts.map(({ labels }) => labels["alertname"])).toEqual(["A"]);
    expect(await (await fetch(`${server.url}/metrics`)).text()).toContain(
      'alertmanager_plus_kubernetes_targets{state="active"} 1\n',
    );
    for (const name of ["early", "late"]) await remove(name);
  });

  test("are told of an end after kill -9, and of nothing twice", async () => {
    await using hook = new WebhookReceiver();
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
    const config = "route: {receiver: r, group_wait: 100ms, group_interval: 200ms}\nreceivers: [{name: r}]\n";
    await using server = new Server({ config, args: [`--plus.config.file=${plusFile}`] }, await freePort());
    await create("kept", { type: "webhook", url: hook.url });
    await server.start();
    const post = async (endsAt?: string) => {
      const body = JSON.stringify([{ labels: { alertname: "A" }, endsAt }]);
      await fetch(`${server.url}/api/v2/alerts`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
    };
    const told = () => hook.requests.map(({ message }) => message.status);
    await post();
    await eventually("it is told", () => told().length === 1);
    // Time to store that it was, and then to tell it again if it would.
    await pause(2_000);
    await server.kill();
    await server.start();
    await pause(600);
    expect(told()).toEqual(["firing"]);
    await post(new Date().toISOString());
    await eventually("it is told of the end", () => told().length === 2);
    expect(told()).toEqual(["firing", "resolved"]);
    await remove("kept");
  });
});
