import { expect, test } from "bun:test";
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { getStatus, metric, postAlerts, request, type Target } from "../support/api.ts";
import { freePort } from "../support/port.ts";
import { startPostgres } from "../support/postgres.ts";
import { Server, startServer } from "../support/server.ts";
import { eventually, pause } from "../support/wait.ts";
import { alertLines, WebhookReceiver } from "../support/webhook.ts";

const SECRET = "hush-hush";

const config = (url: string, route = "") => `
route:
  receiver: hook
  group_by: [alertname]
  group_wait: 50ms
  group_interval: 200ms
${route}receivers:
  - name: hook
    webhook_configs:
      - url: ${url}${SECRET}
  - name: nobody
`;
const NO_LONGER = `  routes:\n    - { matchers: [team="b"], receiver: nobody }\n`;

interface Diff {
  readonly diff: string;
  readonly changes: Record<string, { added: string[]; removed: string[]; changed: { name: string; keys: string[] }[] }>;
  readonly effect: {
    readonly alerts: Record<string, number>;
    readonly groupCounts: Record<string, number>;
    readonly groups: readonly { change: string; alerts: number; after: { receivers: string[] } | null }[];
    readonly lost: readonly { labels: Record<string, string> }[];
  };
}

async function plus<T>(server: Target, method: string, path: string, body?: unknown, status = 200): Promise<T> {
  const answer = await request(server, method, `/api/plus/v1${path}`, body);
  expect({ path, status: answer.status, text: answer.status === status ? "" : answer.text }).toEqual({
    path,
    status,
    text: "",
  });
  return (answer.text === "" ? undefined : JSON.parse(answer.text)) as T;
}

interface Problem {
  readonly detail: string;
  readonly errors?: { path: string; message: string }[];
}

/** A server on which the configuration may be changed. */
async function startOpen(text: string, env: Readonly<Record<string, string>> = {}): Promise<Server> {
  const server = new Server({ config: text, args: ["--plus.config.file=plus.yml"], env }, await freePort());
  writeFileSync(join(server.directory, "plus.yml"), "config: {apply: true}\n");
  await server.start();
  return server;
}

test.concurrent(
  "a configuration is checked with upstream's verdict, its place, and no secret",
  async () => {
    await using server = await startServer({ config: config("http://127.0.0.1:1/") });
    const validate = (text: string) =>
      plus<{
        valid: boolean;
        error: { message: string; line: number | null; key: string | null };
        warnings: unknown[];
        summary: unknown;
      }>(server, "POST", "/config/validate", { config: text });
    expect(await validate(config("http://127.0.0.1:1/", NO_LONGER))).toEqual({
      valid: true,
      error: null as never,
      warnings: [],
      summary: { receivers: 2, routes: 2, inhibitRules: 0, timeIntervals: 0 },
    });
    expect((await validate("route: {receiver: gone}\nreceivers: [{name: a}]\n")).error).toEqual({
      message: 'undefined receiver "gone" used in route',
      line: 1,
      key: "route.receiver",
    });
    expect((await validate(config("http://x/").replace("group_wait: 50ms", "group_wiat: 50ms"))).error).toEqual({
      message: "yaml: unmarshal errors:\n  line 5: field group_wiat not found in type config.plain",
      line: 5,
      key: "route.group_wiat",
    });
    const slack = config("http://x/").replace(
      "  - name: nobody",
      `  - name: nobody\n    slack_configs: [{ api_url: "http://x/", title: "{{ .Foo" }]`,
    );
    expect((await validate(slack)).warnings).toEqual([
      { key: "receivers[1].slack_configs[0].title", message: "template: :1: unclosed action" },
    ]);
    writeFileSync(join(server.directory, "bad.tmpl"), "{{ if }}");
    expect((await validate(`${config("http://x/")}templates: [bad.tmpl]\n`)).error.message).toStartWith(
      "failed to parse templates: template: bad.tmpl:1:",
    );
    const { error } = await validate(config(`::${SECRET}`));
    expect(error.message).not.toContain(SECRET);
    const tooLarge = await request(server, "POST", "/api/plus/v1/config/validate", { config: "#".repeat(3_000_000) });
    expect(tooLarge.status).toBe(413);
    const shown = await request(server, "GET", "/api/plus/v1/config");
    expect(shown.text).not.toContain(SECRET);
    expect(JSON.parse(shown.text)).toMatchObject({
      original: (await getStatus(server)).config.original,
      applyEnabled: false,
      revisions: 0,
    });
  },
  60_000,
);

test.concurrent(
  "applying is off unless it is enabled, and says how to",
  async () => {
    await using server = await startServer({ config: config("http://127.0.0.1:1/") });
    const before = readFileSync(server.configFile, "utf8");
    const { detail } = await plus<Problem>(server, "POST", "/config/apply", { config: before }, 403);
    expect(detail).toContain("config: {apply: true}");
    const proxied = await request(
      server,
      "POST",
      "/api/plus/v1/config/apply",
      { config: before },
      {
        headers: { "X-Forwarded-For": "203.0.113.9" },
      },
    );
    expect(proxied.status).toBe(403);
    expect(proxied.text).not.toContain("config: {apply: true}");
  },
  60_000,
);

test.concurrent.each(["SQLite", "Postgres"])(
  "on %s a difference says which alerts are lost, and those are lost once it is applied; a rollback brings them back",
  async (store) => {
    await using hook = new WebhookReceiver();
    const old = config(hook.url);
    await using postgres = store === "Postgres" ? await startPostgres() : undefined;
    await using server = await startOpen(
      old,
      postgres === undefined ? {} : { ALERTMANAGER_POSTGRES_URL: postgres.url },
    );
    chmodSync(server.configFile, 0o640);
    await postAlerts(
      server,
      { labels: { alertname: "A", team: "a" } },
      { labels: { alertname: "B", team: "b" } },
      { labels: { alertname: "B2", team: "b" } },
    );
    for (let i = 0; i < 3; i++) await hook.take();

    const next = config(hook.url, NO_LONGER);
    const { diff, changes, effect } = await plus<Diff>(server, "POST", "/config/diff", { config: next });
    expect(diff).toContain("+  - receiver: nobody\n");
    expect(diff).not.toContain(SECRET);
    expect(changes["routes"]).toMatchObject({
      added: ['{}/{team="b"}'],
      removed: [],
      changed: [{ name: "{}", keys: ["routes"] }],
    });
    expect(effect.alerts).toEqual({ same: 1, moved: 0, lost: 2, gained: 0 });
    expect(effect.groupCounts).toEqual({ lost: 2, moved: 0, new: 2, timers: 0, same: 1 });
    expect(effect.lost.map(({ labels }) => labels["alertname"]).toSorted()).toEqual(["B", "B2"]);

    const { hash } = await plus<{ hash: string }>(server, "GET", "/config");
    const outdated = await plus<Problem>(server, "POST", "/config/apply", { config: next, ifHash: "1" }, 409);
    expect(outdated.detail).toContain(hash);
    const applied = await plus<{ revision: number; hash: string }>(server, "POST", "/config/apply", {
      config: next,
      ifHash: hash,
      comment: "team b is gone",
    });
    expect(applied.revision).toBe(2);
    expect(readFileSync(server.configFile, "utf8")).toBe(next);
    expect(statSync(server.configFile).mode & 0o777).toBe(0o640);
    expect(await metric(server, "alertmanager_config_hash")).toBe(Number(applied.hash));

    // What the difference called lost goes to nobody now.
    const shown = JSON.parse((await request(server, "GET", "/api/v2/alerts")).text) as {
      labels: Record<string, string>;
      receivers: { name: string }[];
    }[];
    expect(
      shown
        .filter(({ receivers }) => receivers.every(({ name }) => name === "nobody"))
        .map(({ labels }) => labels["alertname"])
        .toSorted(),
    ).toEqual(["B", "B2"]);
    await postAlerts(server, { labels: { alertname: "B3", team: "b" } });
    expect(await hook.untaken(1_000)).toEqual([]);

    const { items } = await plus<{ items: Record<string, unknown>[] }>(server, "GET", "/config/revisions");
    expect(items.map(({ revision, by, comment, isInForce }) => [revision, by, comment, isInForce])).toEqual([
      [2, "local", "team b is gone", true],
      [1, "", "found in the file", false],
    ]);
    const first = await request(server, "GET", "/api/plus/v1/config/revisions/1");
    expect(first.text).toContain("group_by");
    expect(first.text).not.toContain(SECRET);

    const back = await plus<{ revision: number }>(server, "POST", "/config/revisions/1/rollback", {});
    expect(back.revision).toBe(3);
    expect(readFileSync(server.configFile, "utf8")).toBe(old);
    expect(alertLines((await hook.take()).message)).toEqual(["firing alertname=B3 team=b"]);
    await plus(server, "POST", "/config/revisions/99/rollback", {}, 404);

    // The secrets are in files nobody else may read.
    const revisions = join(server.storagePath, "config-revisions");
    expect(statSync(revisions).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(revisions)) expect(statSync(join(revisions, name)).mode & 0o777).toBe(0o600);
  },
  60_000,
);

test.concurrent(
  "what cannot be put in force leaves the file and the server as they were",
  async () => {
    await using server = await startOpen(config("http://127.0.0.1:1/"));
    const before = readFileSync(server.configFile, "utf8");
    const hash = await metric(server, "alertmanager_config_hash");
    const refused = async (text: string, status: number) => {
      const problem = await plus<Problem>(server, "POST", "/config/apply", { config: text }, status);
      expect(readFileSync(server.configFile, "utf8")).toBe(before);
      expect(await metric(server, "alertmanager_config_hash")).toBe(hash);
      expect(await metric(server, "alertmanager_config_last_reload_successful")).toBe(1);
      return problem;
    };
    expect((await refused("route: {receiver: gone}", 400)).detail).toContain('undefined receiver "gone"');
    // A receiver our own settings name is missing: only a reload would say so.
    writeFileSync(join(server.directory, "plus.yml"), "config: {apply: true}\npublishing: {fallback: hook}\n");
    expect((await refused("route: {receiver: a}\nreceivers: [{name: a}]\n", 400)).detail).toContain(
      "publishing.fallback",
    );
    expect((await plus<{ revisions: number }>(server, "GET", "/config")).revisions).toBe(0);

    // What only shows when it is put in force: the file has been written by then, and is put back.
    writeFileSync(
      join(server.directory, "plus.yml"),
      "config: {apply: true}\nkubernetes: {targets: {enabled: true}}\n",
    );
    const failed = await refused(`${before}# changed\n`, 500);
    expect(failed.detail).toStartWith("the configuration could not be put in force, the one before stays: ");
    expect((await plus<{ revisions: number }>(server, "GET", "/config")).revisions).toBe(1);

    // Somebody edits the file meanwhile.
    writeFileSync(server.configFile, `${before}# edited\n`);
    const problem = await plus<Problem>(server, "POST", "/config/apply", { config: before }, 409);
    expect(problem.detail).toContain("has been changed since it was loaded");
    expect(readFileSync(server.configFile, "utf8")).toBe(`${before}# edited\n`);
  },
  60_000,
);

test.concurrent(
  "killed in the midst of changes, the file is one of the two, whole",
  async () => {
    const texts = ["a", "b"].map((name) => `${config("http://127.0.0.1:1/")}# ${name.repeat(200_000)}\n`) as [
      string,
      string,
    ];
    await using server = await startOpen(texts[0]);
    for (let round = 0; round < 4; round++) {
      const changing = (async () => {
        for (let i = 0; i < 100; i++) {
          await request(server, "POST", "/api/plus/v1/config/apply", { config: texts[i % 2] });
        }
      })().catch(() => undefined);
      await pause(60 + round * 37);
      await server.kill();
      await changing;
      expect(texts).toContain(readFileSync(server.configFile, "utf8"));
      await server.start();
      expect(await metric(server, "alertmanager_config_last_reload_successful")).toBe(1);
    }
    expect((await plus<{ revisions: number }>(server, "GET", "/config")).revisions).toBeLessThanOrEqual(50);
  },
  120_000,
);

test.concurrent(
  "what nobody confirms is taken back, after a restart too",
  async () => {
    const old = config("http://127.0.0.1:1/");
    const next = config("http://127.0.0.1:1/", NO_LONGER);
    await using server = await startOpen(old);
    const unconfirmed = join(server.storagePath, "config-revisions/unconfirmed");
    await plus(server, "POST", "/config/apply?confirm=500ms", { config: next });
    expect(readFileSync(server.configFile, "utf8")).toBe(next);
    await eventually(
      "it is taken back",
      () => readFileSync(server.configFile, "utf8") === old && !existsSync(unconfirmed),
    );

    await plus(server, "POST", "/config/apply?confirm=6s", { config: next });
    await plus(server, "POST", "/config/confirm", undefined, 204);
    await pause(7_000);
    expect(readFileSync(server.configFile, "utf8")).toBe(next);

    await plus(server, "POST", "/config/apply?confirm=10s", { config: old });
    await server.kill();
    expect(existsSync(unconfirmed)).toBe(true);
    await server.start();
    await eventually("it is taken back", () => readFileSync(server.configFile, "utf8") === next);
  },
  60_000,
);

test.concurrent(
  "templates are tried out with the alerts there are, and end in time",
  async () => {
    await using hook = new WebhookReceiver();
    await using server = await startServer({ config: config(hook.url) });
    await postAlerts(server, { labels: { alertname: "A", team: "a" } }, { labels: { alertname: "A", team: "<b>" } });
    const preview = (body: object) =>
      plus<{ output: string | null; error: string | null }>(server, "POST", "/templates/preview", body);
    const template = "{{ .Receiver }} {{ .GroupLabels.alertname }}{{ range .Alerts }} {{ .Labels.team }}{{ end }}";
    expect(await preview({ template, groupKey: '{}:{alertname="A"}' })).toEqual({
      output: "hook A <b> a",
      error: null,
    });
    expect((await preview({ template, groupKey: '{}:{alertname="A"}', html: true })).output).toBe("hook A &lt;b&gt; a");
    expect((await preview({ template: "{{ .Foo }}", groupKey: '{}:{alertname="A"}' })).error).toBe(
      'template: :1:3: executing "" at <.Foo>: can\'t evaluate field Foo in type *template.Data',
    );
    expect((await preview({ template: "{{ if }}" })).error).toStartWith("template: :1: missing value for if");
    expect((await preview({ template: '{{ template "__subject" . }}' })).output).toContain("ALERTSTATUS");
    const began = performance.now();
    const endless = '{{ define "x" }}{{ range .Alerts }}{{ template "x" $ }}{{ end }}{{ end }}{{ template "x" . }}';
    expect((await preview({ template: endless })).error).toMatch(/exceed/);
    expect(performance.now() - began).toBeLessThan(8_000);
    const secret = await plus<Problem>(
      server,
      "POST",
      "/templates/preview",
      { receiver: "hook", field: "webhook_configs[0].url" },
      403,
    );
    expect(secret.detail).toContain("is a secret");
  },
  60_000,
);

test.concurrent(
  "a test notification reaches a real receiver, is marked, and leaves no trace in the notification log",
  async () => {
    await using hook = new WebhookReceiver();
    await using server = await startServer({ config: config(hook.url) });
    const sendTest = (name: string, body: object = {}, status = 200) =>
      plus<{ results: Record<string, unknown>[] }>(server, "POST", `/receivers/${name}/test`, body, status);
    const labels = { alertname: "DiskFull", team: "a" };
    const { results } = await sendTest("hook", { labels, annotations: { summary: "the disk is full" } });
    expect(results).toMatchObject([{ integration: "webhook", index: 0, outcome: "delivered", error: null }]);
    const { message } = await hook.take();
    expect(alertLines(message)).toEqual(["firing alertname=DiskFull team=a"]);
    expect(message.alerts[0]?.annotations["summary"]).toBe("[TEST] the disk is full");
    expect(await metric(server, "alertmanager_notifications_total", { integration: "webhook" })).toBe(0);
    expect(await metric(server, "alertmanager_plus_test_notifications_total", { outcome: "delivered" })).toBe(1);

    // The same labels for real are a first notification.
    await postAlerts(server, { labels });
    const real = await hook.take();
    expect(real.message.notification_reason).toBe("first notification");
    expect(real.message.groupKey).not.toBe(message.groupKey);

    hook.answer = () => new Response("no such channel", { status: 404 });
    expect((await sendTest("hook")).results).toMatchObject([{ outcome: "refused", statusCode: 404 }]);
    hook.answer = () => new Response("", { status: 503 });
    const failed = await request(server, "POST", "/api/plus/v1/receivers/hook/test", {});
    expect(JSON.parse(failed.text)).toMatchObject({ results: [{ outcome: "failed", statusCode: 503 }] });
    expect(failed.text).not.toContain(SECRET);
    await sendTest("nobody", {}, 404);
    await sendTest("gone", {}, 404);
    await sendTest("hook", { integration: "slack" }, 404);
    const forwarded = await request(
      server,
      "POST",
      "/api/plus/v1/receivers/hook/test",
      {},
      { headers: { Via: "1.1 proxy" } },
    );
    expect(forwarded.status).toBe(403);
  },
  60_000,
);
