import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { getAlerts, postAlerts, postSilence } from "../support/api.ts";
import { plus, type Page } from "../support/plus.ts";
import { freePort } from "../support/port.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { replicaOptions, seesReplicas } from "../support/replicas.ts";
import { Server } from "../support/server.ts";
import { silenceOf } from "../support/silences.ts";
import { fromNow } from "../support/time.ts";
import { eventually } from "../support/wait.ts";
import { hookConfig, WebhookReceiver } from "../support/webhook.ts";

const BASE = "/api/plus/v1";
/** ms; far more than any answer takes, and no more than somebody waits. */
const BOUND = 45_000;

/** What is there before the database stands still, by what requests name it by. */
interface Given {
  readonly fingerprint: string;
  readonly silence: string;
  readonly other: string;
  readonly schedule: string;
  readonly token: string;
  readonly notification: string;
  readonly backup: Blob;
  readonly config: string;
}

interface Asked {
  readonly path: string;
  readonly body?: unknown;
}

const json = (value: unknown) => JSON.stringify(value);
const labels = (name: string) => encodeURIComponent(`alertname="${name}"`);
const heartbeat = (name: string) => ({ name, kind: "expect", matchers: 'alertname="Beat"', every: "1h" });
const schedule = (name: string) => ({
  name,
  matchers: 'alertname="Nightly"',
  comment: name,
  cron: { expression: "0 2 * * *", duration: "1h" },
});
const newSilence = (comment: string) => ({ matchers: 'alertname="New"', endsAt: fromNow(3_600_000), comment });

/** How each endpoint is asked; `round` tells what is made anew from what was made before. */
const ASKED: Readonly<Record<string, (given: Given, round: string) => Asked>> = {
  "GET /health": () => ({ path: "/health" }),
  "GET /openapi.json": () => ({ path: "/openapi.json" }),
  "GET /alerts": () => ({ path: "/alerts" }),
  "GET /alerts/facets": () => ({ path: "/alerts/facets" }),
  "GET /alerts/groups": () => ({ path: "/alerts/groups?by=alertname" }),
  "GET /alerts/values": () => ({ path: "/alerts/values" }),
  "GET /alerts/{fingerprint}": ({ fingerprint }) => ({ path: `/alerts/${fingerprint}` }),
  "GET /history": () => ({ path: "/history" }),
  "GET /history/stats": () => ({ path: "/history/stats" }),
  "GET /history/export": () => ({ path: "/history/export" }),
  "GET /history/alert/{fingerprint}": ({ fingerprint }) => ({ path: `/history/alert/${fingerprint}` }),
  "GET /me": () => ({ path: "/me" }),
  "POST /session": () => ({ path: "/session", body: { token: "none" } }),
  "DELETE /session": () => ({ path: "/session" }),
  "GET /tokens": () => ({ path: "/tokens" }),
  "POST /tokens": (_, round) => ({ path: "/tokens", body: { name: `made-${round}`, role: "viewer" } }),
  "GET /tokens/{id}": ({ token }) => ({ path: `/tokens/${token}` }),
  "DELETE /tokens/{id}": ({ token }) => ({ path: `/tokens/${token}` }),
  "GET /events": () => ({ path: "/events" }),
  "GET /notifications": () => ({ path: "/notifications" }),
  "POST /notifications/{id}/retry": ({ notification }) => ({ path: `/notifications/${notification}/retry?force=true` }),
  "DELETE /notifications/{id}": ({ notification }) => ({ path: `/notifications/${notification}` }),
  "GET /receivers": () => ({ path: "/receivers" }),
  "GET /cluster": () => ({ path: "/cluster" }),
  "GET /classifications": () => ({ path: "/classifications" }),
  "GET /classifications/{fingerprint}": ({ fingerprint }) => ({ path: `/classifications/${fingerprint}` }),
  "PUT /classifications/{fingerprint}": ({ fingerprint }, round) => ({
    path: `/classifications/${fingerprint}`,
    body: { severity: "info", category: "unknown", reason: `made-${round}` },
  }),
  "DELETE /classifications/{fingerprint}": ({ other }) => ({ path: `/classifications/${other}` }),
  "POST /classifications/{fingerprint}/reclassify": ({ other }) => ({ path: `/classifications/${other}/reclassify` }),
  "GET /llm": () => ({ path: "/llm" }),
  "GET /backup": () => ({ path: "/backup" }),
  "POST /restore": ({ backup }) => ({ path: "/restore", body: backup }),
  "GET /explain": () => ({ path: `/explain?labels=${labels("Known")}` }),
  "GET /config/routes": () => ({ path: "/config/routes" }),
  "POST /config/routes/test": () => ({ path: "/config/routes/test", body: { labels: { alertname: "Known" } } }),
  "GET /config": () => ({ path: "/config" }),
  "POST /config/validate": ({ config }) => ({ path: "/config/validate", body: { config } }),
  "POST /config/diff": ({ config }) => ({ path: "/config/diff", body: { config } }),
  "POST /config/apply": ({ config }, round) => ({ path: "/config/apply", body: { config: `${config}# ${round}\n` } }),
  "POST /config/confirm": () => ({ path: "/config/confirm" }),
  "GET /config/revisions": () => ({ path: "/config/revisions" }),
  "GET /config/revisions/{revision}": () => ({ path: "/config/revisions/1" }),
  "POST /config/revisions/{revision}/rollback": () => ({ path: "/config/revisions/1/rollback", body: {} }),
  "POST /templates/preview": () => ({ path: "/templates/preview", body: { template: "{{ .Status }}" } }),
  "POST /receivers/{name}/test": () => ({ path: "/receivers/hook/test", body: {} }),
  "GET /silences": () => ({ path: "/silences" }),
  "POST /silences": (_, round) => ({ path: "/silences", body: newSilence(`made-${round}`) }),
  "POST /silences/preview": () => ({ path: "/silences/preview", body: { matchers: 'alertname="Known"' } }),
  "POST /silences/expire": () => ({ path: "/silences/expire", body: { createdBy: "by the dozen" } }),
  "GET /silences/calendar": () => ({
    path: `/silences/calendar?from=${fromNow(0)}&to=${fromNow(86_400_000)}`,
  }),
  "GET /silences/schedules": () => ({ path: "/silences/schedules" }),
  "POST /silences/schedules": (_, round) => ({ path: "/silences/schedules", body: schedule(`made-${round}`) }),
  "GET /silences/schedules/preview": () => ({ path: "/silences/schedules/preview?cron=0+2+*+*+*" }),
  "POST /silences/schedules/preview": () => ({
    path: "/silences/schedules/preview",
    body: { cron: { expression: "0 2 * * *", duration: "1h" } },
  }),
  "GET /silences/schedules/{id}": ({ schedule: id }) => ({ path: `/silences/schedules/${id}` }),
  "PUT /silences/schedules/{id}": ({ schedule: id }, round) => ({
    path: `/silences/schedules/${id}`,
    body: schedule(`changed-${round}`),
  }),
  "DELETE /silences/schedules/{id}": () => ({ path: "/silences/schedules/none" }),
  "GET /silences/{id}": ({ silence }) => ({ path: `/silences/${silence}` }),
  "GET /silences/{id}/history": ({ silence }) => ({ path: `/silences/${silence}/history` }),
  "DELETE /silences/{id}": ({ silence }) => ({ path: `/silences/${silence}` }),
  "GET /acknowledgements": () => ({ path: "/acknowledgements" }),
  "POST /acknowledgements": ({ other }) => ({ path: "/acknowledgements", body: { fingerprint: other } }),
  "DELETE /acknowledgements/{id}": ({ silence }) => ({ path: `/acknowledgements/${silence}` }),
  "GET /heartbeats": () => ({ path: "/heartbeats" }),
  "POST /heartbeats": (_, round) => ({ path: "/heartbeats", body: heartbeat(`made-${round}`) }),
  "GET /heartbeats/{id}": () => ({ path: "/heartbeats/given" }),
  "PUT /heartbeats/{id}": (_, round) => ({
    path: "/heartbeats/given",
    body: { ...heartbeat("given"), every: round === "hanging" ? "2h" : "3h" },
  }),
  "DELETE /heartbeats/{id}": () => ({ path: "/heartbeats/none" }),
};

interface Answer {
  readonly asked: string;
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

async function ask(server: Server, asked: string, { path, body }: Asked): Promise<Answer> {
  const [method = ""] = asked.split(" ");
  const isFile = body instanceof Blob;
  const response = await fetch(`${server.url}${BASE}${path}`, {
    method,
    keepalive: false,
    signal: AbortSignal.timeout(BOUND),
    headers: body === undefined ? {} : { "Content-Type": isFile ? "application/gzip" : "application/json" },
    ...(body === undefined ? {} : { body: isFile ? body : json(body) }),
  });
  const { status, headers } = response;
  const type = headers.get("content-type") ?? "";
  if (type !== "text/event-stream") return { asked, status, type, text: await response.text() };
  await response.body?.cancel();
  return { asked, status, type, text: "" };
}

/** All endpoints at once, while nobody knows yet, or one after another. */
async function askAll(server: Server, given: Given, round: string, atOnce: boolean): Promise<Answer[]> {
  const questions = Object.entries(ASKED).map(
    ([asked, make]) =>
      () =>
        ask(server, asked, make(given, round)),
  );
  if (atOnce) return Promise.all(questions.map((question) => question()));
  const answers: Answer[] = [];
  for (const question of questions) answers.push(await question());
  return answers;
}

/** Answered with what is known, refused as ever, or a problem that names the database. */
function isClear({ status, type, text }: Answer): boolean {
  if (status < 500) return true;
  return status === 503 && type === "application/problem+json" && text.includes("Postgres");
}

const items = async <T>(server: Server, path: string) => (await plus<Page<T>>(server, path)).items;

async function prepared(server: Server, config: string): Promise<Given> {
  await postAlerts(server, { labels: { alertname: "Known" } }, { labels: { alertname: "Other" } });
  const silence = await postSilence(server, silenceOf("alertname", "Quiet"));
  for (let i = 0; i < 5; i++) {
    await postSilence(server, silenceOf("alertname", `Dozen${i}`, { createdBy: "by the dozen" }));
  }
  const { id } = await plus<{ id: string }>(server, "/silences/schedules", "POST", schedule("given"));
  await plus(server, "/heartbeats", "POST", heartbeat("given"));
  const token = await plus<{ id: string }>(server, "/tokens", "POST", { name: "given", role: "viewer" });
  const fingerprints = new Map((await getAlerts(server)).map((one) => [one.labels["alertname"], one.fingerprint]));
  const [fingerprint = "", other = ""] = [fingerprints.get("Known"), fingerprints.get("Other")];
  const notification = await eventually("both are told of", async () => {
    const delivered = await items<{ id: string; groupLabels: Record<string, string> }>(
      server,
      "/notifications?state=delivered",
    );
    return delivered.length === 2 && delivered.find(({ groupLabels }) => groupLabels["alertname"] === "Known")?.id;
  });
  const backup = await (await fetch(`${server.url}${BASE}/backup`)).blob();
  return { fingerprint, silence, other, schedule: id, token: token.id, notification, backup, config };
}

test.each([
  ["hanging", (postgres: TestPostgres) => postgres.pause(), (postgres: TestPostgres) => postgres.resume()],
  ["gone", (postgres: TestPostgres) => postgres.stop(), (postgres: TestPostgres) => postgres.start()],
])(
  "with Postgres %s every endpoint answers, with what is known or why not, and nothing is lost or done twice",
  async (_, leave, comeBack) => {
    await using postgres = await startPostgres({ own: true });
    await using hook = new WebhookReceiver();
    const config = hookConfig(hook.url, { group_wait: "0s", group_interval: "1s", repeat_interval: "1h" });
    const member = async (index: number) => {
      const args = ["--plus.config.file=plus.yml", "--web.get-concurrency=200"];
      const server = new Server(replicaOptions({ config, postgres, args }, index), await freePort());
      writeFileSync(join(server.directory, "plus.yml"), "config: {apply: true}\n");
      return server;
    };
    await using a = await member(0);
    await using b = await member(1);
    await a.start();
    await b.start();
    await seesReplicas(a, 2);
    await seesReplicas(b, 2);
    const given = await prepared(a, config);
    const document = await plus<{ paths: Record<string, Record<string, unknown>> }>(a, "/openapi.json");
    const endpoints = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(Object.keys(ASKED).toSorted()).toEqual(endpoints.toSorted());

    const rounds: Record<string, Answer[]> = {};
    await leave(postgres);
    try {
      rounds["hanging"] = await askAll(a, given, "hanging", true);
      await eventually(
        "it goes on alone",
        async () => (await ask(a, "GET", { path: "/health" })).text.includes("degraded"),
        {
          withinMs: 60_000,
        },
      );
      rounds["away"] = await askAll(a, given, "away", false);
      await postAlerts(a, { labels: { alertname: "Meanwhile" } });
      await eventually(
        "what comes meanwhile is told of",
        () => hook.requests.some(({ message }) => message.groupLabels["alertname"] === "Meanwhile"),
        { withinMs: 60_000 },
      );
    } finally {
      await comeBack(postgres);
    }
    for (const [round, answers] of Object.entries(rounds)) {
      expect({ round, unclear: answers.filter((one) => !isClear(one)) }).toEqual({ round, unclear: [] });
    }

    for (const server of [a, b]) {
      await eventually(
        "it shares again",
        async () => (await ask(server, "GET", { path: "/health" })).text.includes('"ok"'),
        {
          withinMs: 60_000,
        },
      );
    }
    const made = (kind: string) =>
      Object.keys(rounds)
        .filter((round) => (rounds[round] ?? []).some(({ asked, status }) => asked === kind && status === 201))
        .map((round) => `made-${round}`)
        .toSorted();
    const isMade = (name: string) => name.startsWith("made-");
    for (const server of [a, b]) {
      await eventually(
        `${server.url} has what was said to be made, once`,
        async () => {
          const lists = {
            "POST /silences": (await items<{ comment: string; status: { state: string } }>(server, "/silences"))
              .filter(({ status }) => status.state === "active")
              .map(({ comment }) => comment),
            "POST /silences/schedules": (await items<{ name: string }>(server, "/silences/schedules")).map(
              (one) => one.name,
            ),
            "POST /heartbeats": (await items<{ name: string }>(server, "/heartbeats")).map((one) => one.name),
            "POST /tokens": (await items<{ name: string }>(server, "/tokens")).map((one) => one.name),
          };
          const { reason } = await plus<{ reason: string }>(server, `/classifications/${given.fingerprint}`);
          const changed = {
            schedule: (await plus<{ name: string }>(server, `/silences/schedules/${given.schedule}`)).name,
            heartbeat: (await plus<{ every: string }>(server, "/heartbeats/given")).every,
            classification: reason,
            hasToken: lists["POST /tokens"].includes("given"),
            silenced: lists["POST /silences"].filter((comment) => comment === "maintenance").length,
          };
          expect(changed).toEqual({
            schedule: "changed-away",
            heartbeat: "3h",
            classification: "made-away",
            hasToken: false,
            silenced: 0,
          });
          for (const [kind, names] of Object.entries(lists)) {
            expect({ kind, made: names.filter(isMade).toSorted() }).toEqual({ kind, made: made(kind) });
          }
          return true;
        },
        { withinMs: 60_000, everyMs: 200 },
      );
    }
  },
  300_000,
);
