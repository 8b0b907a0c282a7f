import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { getAlerts, getSilences, postAlerts } from "../support/api.ts";
import { freePort } from "../support/port.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { run, type Outcome } from "../support/run.ts";
import { program, Server, startServer } from "../support/server.ts";
import { eventually, pause } from "../support/wait.ts";
import { alertLines, WebhookReceiver } from "../support/webhook.ts";
import { alert, command, config, fill, shown } from "./backup-state.ts";

const SCHEMA = "alertmanager_plus";

const on = (postgres: TestPostgres) => ({ ALERTMANAGER_POSTGRES_URL: postgres.url });

/** Runs a command with the database in its environment. */
function onPostgres(postgres: TestPostgres, ...args: readonly string[]): Promise<Outcome> {
  return run([program, ...args], { env: { ...(process.env as Record<string, string>), ...on(postgres) } });
}

/** A server that was told of, told of, and then stopped. */
async function stoppedServer(hook: WebhookReceiver) {
  const server = await startServer({ config: config(hook.url) });
  await fill(server, hook);
  const before = await shown(server);
  await pause(300);
  await server.stop();
  return { server, before };
}

/** The time nobody heard is added to every end (see deaf-time-is-given-back). */
const withoutEnds = ({ alerts, silences }: Awaited<ReturnType<typeof shown>>) => ({
  silences,
  alerts: alerts.map((one) => Object.assign({}, one, { endsAt: "", updatedAt: "" })),
});

const count = async (postgres: TestPostgres, table: string) =>
  Number((await postgres.psql(`SELECT count(*) AS n FROM ${SCHEMA}.${table}`))[0]?.["n"]);

test.concurrent(
  "what a server keeps in its directory is moved into Postgres: nothing is lost, no page repeated, and again moves nothing",
  async () => {
    await using hook = new WebhookReceiver();
    await using postgres = await startPostgres();
    const { server, before } = await stoppedServer(hook);
    await using _ = server;

    const first = await onPostgres(postgres, "migrate", `--storage.path=${server.storagePath}`);
    expect([first.code, first.stderr]).toEqual([0, ""]);
    expect(first.stdout).toMatch(
      /^moved .*data into the database test_\w+ at 127\.0\.0\.1:\d+\nalerts: 4 new, 0 older\nsilences: 1 new, 0 older\nnotification log entries: 2 new, 0 older\ngroups: 3 new, 0 older\nundelivered notifications: 0 new, 0 older\nclassifications: 0 new, 0 older\ndocuments: 0 new, 0 older\nlines of history: \d+ new, 0 older\n$/,
    );
    const history = await count(postgres, "history_events");
    const again = await onPostgres(postgres, "migrate", `--storage.path=${server.storagePath}`);
    expect(again.stdout.replaceAll(/\d+ older/g, "")).toContain("alerts: 0 new, \nsilences: 0 new, \n");
    expect(again.stdout).toContain(`lines of history: 0 new, ${history} older`);
    expect(await count(postgres, "history_events")).toBe(history);

    await using next = new Server({ config: config(hook.url), env: on(postgres) }, await freePort());
    await next.start();
    await eventually("all is there", async () => (await getAlerts(next)).length === 4);
    expect(withoutEnds(await shown(next))).toEqual(withoutEnds(before));
    expect((await hook.untaken(1_500)).map(({ message }) => alertLines(message))).toEqual([]);
    await postAlerts(next, alert("A", "9"));
    const { message } = await hook.take();
    expect(alertLines(message)).toEqual(["1", "2", "9"].map((n) => `firing alertname=A n=${n}`));
    expect(message.notification_reason).toBe("new alerts added");
  },
  120_000,
);

test.concurrent(
  "a server that is started on Postgres and on the directory that was moved does not bring back what is gone since",
  async () => {
    await using hook = new WebhookReceiver();
    await using postgres = await startPostgres();
    const { server, before } = await stoppedServer(hook);
    await using _ = server;
    await onPostgres(postgres, "migrate", `--storage.path=${server.storagePath}`);
    // As other servers do with an alert that is resolved, and was told to be.
    const gone = before.alerts.find(({ labels }) => labels["n"] === "1")?.fingerprint ?? "";
    await postgres.psql(`DELETE FROM ${SCHEMA}.alerts WHERE fingerprint = '${gone}'`);

    await using next = new Server({ config: config(hook.url), env: on(postgres) }, server.port);
    await using copied = await run(["cp", "-r", server.storagePath, next.storagePath]).then(() => next);
    await copied.start();
    await eventually("it shares", async () => next.log().includes("Sharing with Postgres"));

    expect((await getAlerts(next)).map(({ labels }) => labels["n"]).toSorted()).toEqual(["2", "3", undefined]);
    expect(await count(postgres, "alerts")).toBe(3);
    const again = await onPostgres(postgres, "migrate", `--storage.path=${server.storagePath}`);
    expect(again.stdout).toContain("alerts: 0 new, 3 older");
    const copy = await command("restore", `--storage.path=${server.storagePath}`, "none");
    expect(copy.stderr).toContain(`${server.storagePath} holds a copy of a Postgres database`);
  },
  120_000,
);

test.concurrent(
  "into a database that servers are using: they show what was moved, and newer things stay",
  async () => {
    await using hook = new WebhookReceiver();
    await using postgres = await startPostgres();
    await using live = await startServer({ config: config(hook.url), env: on(postgres) });
    await postAlerts(live, alert("B", "1"));
    await hook.take();
    const { server, before } = await stoppedServer(hook);
    await using _ = server;
    await postAlerts(live, alert("A", "2", { annotations: { summary: "newer" } }));
    await hook.take();

    const moved = await onPostgres(postgres, "migrate", `--storage.path=${server.storagePath}`);
    expect(moved.stdout).toContain("alerts: 3 new, 1 older\nsilences: 1 new, 0 older\n");

    await eventually("all is there", async () => (await getAlerts(live)).length === 5);
    expect(await getSilences(live)).toEqual(before.silences);
    const newer = (await getAlerts(live)).find(({ labels }) => labels["n"] === "2");
    expect(newer?.annotations).toEqual({ summary: "newer" });
    const refused = await onPostgres(postgres, "restore", "--postgres", join(server.directory, "none"));
    expect(refused.stderr).toMatch(
      /the database is in use by \S+: restore through one of these servers, with --url, or stop them/,
    );
  },
  120_000,
);

test.concurrent(
  "migrate wants a directory no server uses, and a database that answers",
  async () => {
    await using postgres = await startPostgres();
    await using server = await startServer({ config: config("http://127.0.0.1:1/") });
    const busy = await onPostgres(postgres, "migrate", `--storage.path=${server.storagePath}`);
    expect([busy.code, busy.stdout]).toEqual([1, ""]);
    expect(busy.stderr).toContain(`${join(server.storagePath, "alertmanager.db")} is in use by another process`);
    await server.stop();

    const elsewhere = join(server.directory, "elsewhere");
    expect((await onPostgres(postgres, "migrate", `--storage.path=${elsewhere}`)).stderr).toBe(
      `alertmanager migrate: error: there is no alertmanager.db in ${elsewhere}: expected the --storage.path of a server\n`,
    );
    expect(existsSync(elsewhere)).toBeFalse();

    const env = {
      ...(process.env as Record<string, string>),
      ALERTMANAGER_POSTGRES_URL: "postgres://ann:secret@127.0.0.1:1/db",
    };
    const away = await run([program, "migrate", `--storage.path=${server.storagePath}`], { env });
    expect([away.code, away.stdout]).toEqual([1, ""]);
    expect(away.stderr).toContain("127.0.0.1:1");
    expect(away.stderr).not.toContain("secret");
  },
  120_000,
);

test.concurrent(
  "migrate --schema-only makes the tables, moves nothing, and says what kept it from it",
  async () => {
    await using postgres = await startPostgres();
    const tables = async () =>
      (await postgres.psql(`SELECT tablename FROM pg_tables WHERE schemaname = '${SCHEMA}' ORDER BY 1`)).length;
    expect(await tables()).toBe(0);
    const first = await onPostgres(postgres, "migrate", "--schema-only", "--storage.path=/nonexistent");
    expect([first.code, first.stderr]).toEqual([0, ""]);
    expect(first.stdout).toMatch(
      /^the tables are up to date in schema alertmanager_plus of the database test_\w+ at 127\.0\.0\.1:\d+\n$/,
    );
    const made = await tables();
    expect(made).toBeGreaterThan(3);
    expect(await onPostgres(postgres, "migrate", "--schema-only")).toEqual(first);
    expect(await tables()).toBe(made);

    await postgres.psql(`INSERT INTO ${SCHEMA}.schema_migrations VALUES (9999, 'later', 9999, 0)`);
    const refused = await onPostgres(postgres, "migrate", "--schema-only");
    expect([refused.code, refused.stdout]).toEqual([1, ""]);
    expect(refused.stderr).toContain("has version 9999, which needs a server that knows version 9999 or later");

    const none = await command("migrate", "--schema-only");
    expect(none.stderr).toContain("no Postgres is configured");
  },
  120_000,
);

test.concurrent(
  "backups go from SQLite to Postgres and back, by the server or straight from the database",
  async () => {
    await using hook = new WebhookReceiver();
    await using postgres = await startPostgres();
    await using second = await startPostgres();
    const { server, before } = await stoppedServer(hook);
    await using _ = server;
    const file = (name: string) => join(server.directory, name);
    const text =
      /^wrote 4 alerts, 1 silences, 2 notification log entries, 3 groups, 0 undelivered notifications, 0 classifications, 0 documents and [1-9]\d* lines/;

    expect((await command("backup", `--storage.path=${server.storagePath}`, `--output=${file("1")}`)).stdout).toMatch(
      text,
    );
    const restored = await onPostgres(postgres, "restore", "--postgres", file("1"));
    expect([restored.code, restored.stderr]).toEqual([0, ""]);
    expect(restored.stdout).toContain(
      "alerts: 4 new, 0 older\nsilences: 1 new, 0 older\nnotification log entries: 2 new, 0 older",
    );
    expect((await onPostgres(postgres, "backup", "--postgres", `--output=${file("2")}`)).stdout).toMatch(text);

    await using shared = await startServer({ config: config(hook.url), env: on(postgres) });
    await eventually("all is there", async () => (await getAlerts(shared)).length === 4);
    expect((await command("backup", `--url=${shared.url}`, `--output=${file("3")}`)).stdout).toMatch(text);
    await using another = await startServer({ config: config(hook.url), env: on(second) });
    const taken = await command("restore", `--url=${another.url}`, file("3"));
    expect([taken.code, taken.stderr]).toEqual([0, ""]);
    expect(taken.stdout).toContain(
      "alerts: 4 new, 0 older\nsilences: 1 new, 0 older\nnotification log entries: 2 new, 0 older",
    );
    expect(withoutEnds(await shown(another))).toEqual(withoutEnds(before));
    expect(await count(second, "alerts")).toBe(4);
    expect((await hook.untaken(1_500)).map(({ message }) => alertLines(message))).toEqual([]);
    await postAlerts(another, alert("A", "9"));
    expect(alertLines((await hook.take()).message)).toHaveLength(3);

    await using alone = new Server({ config: config(hook.url) }, await freePort());
    await command("restore", `--storage.path=${alone.storagePath}`, file("2"));
    await alone.start();
    expect(withoutEnds(await shown(alone))).toEqual(withoutEnds(before));
    expect((await hook.untaken(1_500)).map(({ message }) => alertLines(message))).toEqual([]);
  },
  120_000,
);
