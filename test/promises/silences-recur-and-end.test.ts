import { describe, expect, test } from "bun:test";
import { expireSilence, getAlerts, getSilences, metric, postAlerts, postSilence, request } from "../support/api.ts";
import { plus, type Page } from "../support/plus.ts";
import { startPostgres } from "../support/postgres.ts";
import { startReplicas } from "../support/replicas.ts";
import { startServer, type Server } from "../support/server.ts";
import { eventually, pause } from "../support/wait.ts";
import { alertLines, hookConfig, WebhookReceiver } from "../support/webhook.ts";

/** How long everybody is watched for not being told, ms. */
const QUIET = 1500;
const HOUR = 3_600_000;
const EVERY_DAY = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

const config = (url: string) =>
  hookConfig(url, { group_wait: "100ms", group_interval: "200ms", repeat_interval: "500ms" });

interface Place extends AsyncDisposable {
  readonly servers: readonly Server[];
}

const PLACES: readonly (readonly [name: string, start: (config: string) => Promise<Place>])[] = [
  [
    "SQLite",
    async (text) => {
      const server = await startServer({ config: text });
      return { servers: [server], [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
    },
  ],
  [
    "Postgres with three replicas",
    async (text) => {
      const postgres = await startPostgres();
      const replicas = await startReplicas({ config: text, postgres });
      return {
        servers: replicas.members,
        async [Symbol.asyncDispose]() {
          await replicas[Symbol.asyncDispose]();
          await postgres[Symbol.asyncDispose]();
        },
      };
    },
  ],
];

interface Schedule {
  readonly id: string;
  readonly next: readonly { readonly startsAt: string; readonly endsAt: string }[];
  readonly currentSilenceId: string | null;
}

interface Shown {
  readonly id: string;
  readonly status: { readonly state: string };
  readonly scheduleId: string | null;
  readonly ackOf: string | null;
  readonly matching: number;
}

/** States of the silences, as `/api/v2` has them, once they are so on every server. */
async function states(servers: readonly Server[], wanted: readonly string[]): Promise<void> {
  for (const server of servers) {
    await eventually(`${server.url} has silences ${wanted.join(", ")}`, async () => {
      const found = (await getSilences(server)).map(({ status }) => status.state).sort();
      return found.join() === wanted.join();
    });
  }
}

const post = (servers: readonly Server[], labels: Record<string, string>, endsAt?: Date) =>
  Promise.all(
    servers.map((server) =>
      postAlerts(server, { labels, ...(endsAt !== undefined && { endsAt: endsAt.toISOString() }) }),
    ),
  );

const says = (text: string) => (message: Parameters<typeof alertLines>[0]) =>
  alertLines(message).some((line) => line.startsWith(text));

/** Times of day around now, in UTC, that begin ten minutes ago. */
function aroundNow() {
  const from = new Date(Date.now() - 600_000).toISOString().slice(11, 16);
  return { timeZone: "UTC", weekly: [{ days: EVERY_DAY, from, duration: "2h" }] };
}

describe.each(PLACES)("on %s", (_, start) => {
  test("a schedule silences as ordinary silences, over a kill, and one can be skipped", async () => {
    await using hook = new WebhookReceiver();
    await using place = await start(config(hook.url));
    const { servers } = place;
    const [first, last] = [servers[0] as Server, servers.at(-1) as Server];
    const body = { name: "backup", matchers: 'alertname="Down"', comment: "nightly", createdBy: "ann", ...aroundNow() };

    const made = await plus<Schedule>(first, "/silences/schedules", "POST", body);

    expect(made.next).toHaveLength(5);
    expect(made.currentSilenceId).toBe(
      (await getSilences(first)).find(({ status }) => status.state === "active")?.id ?? "",
    );
    await states(servers, ["active", "pending"]);
    await post(servers, { alertname: "Down" });
    await pause(QUIET);
    expect(hook.requests).toEqual([]);
    expect(await getSilences(first)).toMatchObject([{ createdBy: "ann", comment: "nightly" }, { createdBy: "ann" }]);

    await first.kill();
    await first.start();
    await pause(QUIET);
    expect(hook.requests).toEqual([]);
    await states(servers, ["active", "pending"]);
    expect(await plus<Page<Schedule>>(last, "/silences/schedules")).toMatchObject({
      items: [{ id: made.id }],
      next: null,
    });

    // Ended by whoever: that one alone does not come again.
    await expireSilence(last, made.currentSilenceId ?? "");
    await hook.takeUntil("says that it is down", says("firing alertname=Down"));
    await states(servers, ["expired", "pending"]);
    const changed = await plus<Schedule>(last, `/silences/schedules/${made.id}`);
    expect(changed.next[0]?.startsAt).toBe(made.next[1]?.startsAt as string);

    await plus(last, `/silences/schedules/${made.id}`, "DELETE");
    await states(servers, ["expired", "expired"]);
    expect((await request(first, "GET", `/api/plus/v1/silences/schedules/${made.id}`)).status).toBe(404);
  }, 120_000);

  test("an acknowledged alert is quiet until it ends, which is told, and what fires anew is told", async () => {
    await using hook = new WebhookReceiver();
    await using place = await start(config(hook.url));
    const { servers } = place;
    const [first, last] = [servers[0] as Server, servers.at(-1) as Server];
    await post(servers, { alertname: "Down", instance: "one" });
    await hook.takeUntil("says that it is down", says("firing alertname=Down"));
    const [alert] = await getAlerts(first);
    const fingerprint = alert?.fingerprint ?? "";

    const { results } = await plus<{
      results: { fingerprint: string; silenceId: string | null; error: string | null }[];
    }>(last, "/acknowledgements", "POST", {
      fingerprints: [fingerprint, "0123456789abcdef"],
      comment: "on it",
      createdBy: "ann",
    });

    expect(results).toEqual([
      { fingerprint, silenceId: expect.any(String), error: null },
      { fingerprint: "0123456789abcdef", silenceId: null, error: "there is no firing alert of this fingerprint" },
    ]);
    await states(servers, ["active"]);
    await pause(QUIET);
    const told = hook.requests.length;
    await pause(QUIET);
    expect(hook.requests.length).toBe(told);
    expect(await plus<Page<Shown>>(first, "/acknowledgements")).toMatchObject({
      items: [{ id: results[0]?.silenceId, ackOf: fingerprint, matching: 1 }],
    });
    const shown = await plus<{ acknowledgedBy: string }>(first, `/alerts/${fingerprint}`);
    expect(shown.acknowledgedBy).toBe(results[0]?.silenceId as string);

    await first.kill();
    await first.start();
    await post(servers, { alertname: "Down", instance: "one" }, new Date());
    await hook.takeUntil("says that it is over", says("resolved alertname=Down"));
    await states(servers, ["expired"]);
    await post(servers, { alertname: "Down", instance: "one" });
    await hook.takeUntil("says that it is down again", says("firing alertname=Down"));
  }, 120_000);

  test("one acknowledged on all servers at once is told of again once that is taken back", async () => {
    await using hook = new WebhookReceiver();
    await using place = await start(config(hook.url));
    const { servers } = place;
    await post(servers, { alertname: "Down", instance: "one" });
    await hook.takeUntil("says that it is down", says("firing alertname=Down"));
    const [alert] = await getAlerts(servers[0] as Server);
    const fingerprint = alert?.fingerprint ?? "";
    type Acknowledged = { results: { silenceId: string }[] };

    const both = [...servers, ...servers].map((server) =>
      plus<Acknowledged>(server, "/acknowledgements", "POST", { fingerprint }),
    );

    const ids = (await Promise.all(both)).map(({ results }) => results[0]?.silenceId as string);
    // Asked twice at the same time, a server has made one.
    expect(new Set(ids).size).toBeLessThanOrEqual(servers.length);
    await states(
      servers,
      Array.from(new Set(ids), () => "active"),
    );
    await plus(servers.at(-1) as Server, `/acknowledgements/${ids[0]}`, "DELETE");
    await states(
      servers,
      Array.from(new Set(ids), () => "expired"),
    );
    await hook.untaken(0);
    await hook.takeUntil("says that it is down", says("firing alertname=Down"));
  }, 90_000);

  test("silences are tried out, found, and ended by the dozen, with a history of who did what", async () => {
    await using hook = new WebhookReceiver();
    await using place = await start(config(hook.url));
    const { servers } = place;
    const [first, last] = [servers[0] as Server, servers.at(-1) as Server];
    await post(servers, { alertname: "Slow", instance: "one" });
    await post(servers, { alertname: "Slow", instance: "two" });
    await eventually("the last has both", async () => (await getAlerts(last)).length === 2);

    const preview = await eventually("the history has both", async () => {
      const found = await plus<{
        now: { count: number; alerts: { labels: Record<string, string> }[] };
        lastDay: { count: number };
        receivers: string[];
        warnings: string[];
      }>(last, "/silences/preview", "POST", { matchers: '{alertname="Slow", instance=~"t.*"}' });
      return found.lastDay.count === 1 ? found : undefined;
    });
    expect(preview).toMatchObject({
      now: { count: 1, alerts: [{ labels: { instance: "two" } }] },
      receivers: ["hook"],
      warnings: [],
    });

    const endsAt = new Date(Date.now() + HOUR).toISOString();
    const silence = (instance: string) => ({
      matchers: [{ name: "instance", value: instance, isRegex: false, isEqual: true }],
      startsAt: new Date().toISOString(),
      endsAt,
      createdBy: "ann",
      comment: `no. ${instance}`,
    });
    const ids: string[] = [];
    for (const instance of ["one", "nobody", "three"]) ids.push(await postSilence(first, silence(instance)));
    await states(servers, ["active", "active", "active"]);
    expect(await plus<Page<Shown>>(last, "/silences?state=active&q=NOBODY")).toMatchObject({
      items: [{ id: ids[1], matching: 0 }],
    });
    expect(
      await plus<Page<Shown>>(last, `/silences?${new URLSearchParams({ filter: 'instance="one"' })}`),
    ).toMatchObject({
      items: [{ id: ids[0], matching: 1, note: null }],
      next: null,
    });

    const { results } = await plus<{ results: unknown[] }>(last, "/silences/expire", "POST", {
      ids: [ids[0], "00000000-0000-4000-8000-000000000000"],
    });
    expect(results).toEqual([
      { id: ids[0], ok: true, error: null },
      { id: "00000000-0000-4000-8000-000000000000", ok: false, error: "silence not found" },
    ]);
    const rest = await plus<{ results: { id: string }[] }>(first, "/silences/expire", "POST", { createdBy: "ann" });
    expect(rest.results.map(({ id }) => id).sort()).toEqual(ids.slice(1).sort());
    await states(servers, ["expired", "expired", "expired"]);
    const events = await eventually("the history has both changes", async () => {
      const { items } = await plus<Page<{ change: string }>>(first, `/silences/${ids[0]}/history`);
      return items.length === 2 ? items : undefined;
    });
    expect(events.map(({ change }) => change)).toEqual(["expired", "created"]);
    expect(await metric(first, "alertmanager_plus_silences_matching_nothing")).toBe(0);
  }, 120_000);
});

test("what cannot be is refused, and why is said", async () => {
  await using server = await startServer({ config: config("http://127.0.0.1:9/") });
  const fault = async (path: string, body: unknown) => {
    const { status, text } = await request(server, "POST", `/api/plus/v1${path}`, body);
    return `${status} ${(JSON.parse(text) as { detail: string }).detail}`;
  };
  const schedule = {
    name: "x",
    matchers: "a=b",
    timeZone: "Europe/Berlin",
    cron: { expression: "0 2 * * *", duration: "1h" },
  };

  expect(await fault("/silences/schedules", { ...schedule, timeZone: "Mars" })).toBe(
    "400 timeZone: unknown time zone Mars",
  );
  expect(await fault("/silences/schedules", { ...schedule, cron: undefined })).toBe(
    "400 expected either weekly or cron",
  );
  expect(
    await fault("/silences/schedules", { ...schedule, cron: { expression: "0 2 * *", duration: "1h" } }),
  ).toStartWith('400 cron expression "0 2 * *": expected five fields');
  expect(
    await fault("/silences/schedules", { ...schedule, cron: { expression: "* * * * *", duration: "1h" } }),
  ).toEndWith("expected at least 5m in between");
  expect(await fault("/silences/schedules", { ...schedule, cron: { expression: "0 0 31 2 *", duration: "1h" } })).toBe(
    "400 it never silences: no time to come is one of its",
  );
  expect(await fault("/silences/schedules", { ...schedule, cron: { expression: "0 2 * * *", duration: "soon" } })).toBe(
    '400 cron.duration: expected a duration from 1m to 366d, such as 90m, not "soon"',
  );
  expect(await fault("/silences/schedules", { ...schedule, matchers: "a=~(" })).toStartWith("400 matchers: ");
  expect(await fault("/silences/preview", { matchers: [] })).toStartWith("400 matchers: ");
  expect(await fault("/silences/expire", {})).toBe("400 expected either ids, or filter or createdBy");
  expect(await fault("/acknowledgements", {})).toBe("400 expected one of fingerprint, fingerprints and filter");
  expect(await getSilences(server)).toEqual([]);
});
