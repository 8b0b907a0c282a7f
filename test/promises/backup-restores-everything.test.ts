import { expect, test } from "bun:test";
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  statSync,
  writeFileSync,
  readFileSync,
} from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { getAlerts, getSilences, postAlerts, request } from "../support/api.ts";
import { freePort } from "../support/port.ts";
import { run } from "../support/run.ts";
import { program, Server, startServer } from "../support/server.ts";
import { fromNow } from "../support/time.ts";
import { eventually, pause } from "../support/wait.ts";
import { alertLines, WebhookReceiver } from "../support/webhook.ts";
import { alert, command, config, fill, shown } from "./backup-state.ts";

const SUMMARY =
  /^wrote 4 alerts, 1 silences, 2 notification log entries, 3 groups, 0 undelivered notifications, 0 classifications, 0 documents and \d+ lines of history as of \S+Z to /;

const TAKEN_IN = [
  "alerts: 4 new, 0 older",
  "silences: 1 new, 0 older",
  "notification log entries: 2 new, 0 older",
  "groups: 3 new, 0 older",
  "undelivered notifications: 0 new, 0 older",
  "classifications: 0 new, 0 older",
].join("\n");

const NOTHING_NEW = TAKEN_IN.replaceAll(/(\d) new, 0 older/g, "0 new, $1 older");

/** Says what a test needs to know of a server that was given a backup. */
async function goesOnFrom(server: Server, source: Awaited<ReturnType<typeof shown>>, hook: WebhookReceiver) {
  expect(await shown(server)).toEqual(source);
  expect((await hook.untaken(1_500)).map(({ message }) => alertLines(message))).toEqual([]);
  await postAlerts(server, alert("A", "9"));
  const { message } = await hook.take();
  expect(alertLines(message)).toEqual(["1", "2", "9"].map((n) => `firing alertname=A n=${n}`));
  expect(message.notification_reason).toBe("new alerts added");
}

test.concurrent(
  "a backup of a running server, restored into another one that is running: nothing is lost and no page repeated",
  async () => {
    await using hook = new WebhookReceiver();
    await using other = new WebhookReceiver();
    await using source = await startServer({ config: config(hook.url) });
    await using target = await startServer({ config: config(other.url) });
    await fill(source, hook);
    const before = await shown(source);
    const file = join(source.directory, "backup.gz");

    const backup = await command("backup", `--url=${source.url}`, `--output=${file}`);
    expect([backup.code, backup.stderr]).toEqual([0, ""]);
    expect(backup.stdout).toMatch(SUMMARY);
    expect(statSync(file).mode & 0o777).toBe(0o600);

    const restore = await command("restore", `--url=${target.url}`, file);
    expect([restore.code, restore.stderr]).toEqual([0, ""]);
    // Its configuration is another one, so that its groups start over; who was told of what is known all the same.
    expect(restore.stdout).toContain(TAKEN_IN.replace("groups: 3 new, 0 older", "groups: 0 new, 3 older"));
    await goesOnFrom(target, before, other);

    // The outcome is stored a moment after the answer.
    await pause(2_000);
    await target.kill();
    await target.start();
    expect(await getAlerts(target)).toHaveLength(5);
    const again = await command("restore", `--url=${target.url}`, file);
    expect(again.stdout).toMatch(/alerts: 0 new, 4 older\n.*\nnotification log entries: 0 new, 2 older/);
    expect((await other.untaken(1_000)).map(({ message }) => alertLines(message))).toEqual([]);
  },
  60_000,
);

test.concurrent(
  "a backup of a stopped server's directory, restored into a new directory: a server goes on from there",
  async () => {
    await using hook = new WebhookReceiver();
    await using source = await startServer({ config: config(hook.url) });
    await fill(source, hook);
    const before = await shown(source);
    await pause(300);
    await source.stop();
    const file = join(source.directory, "backup.gz");

    const backup = await command("backup", `--storage.path=${source.storagePath}`, `--output=${file}`);
    expect([backup.code, backup.stderr]).toEqual([0, ""]);
    expect(backup.stdout).toMatch(SUMMARY);

    await using target = new Server({ config: config(hook.url) }, await freePort());
    const restore = await command("restore", `--storage.path=${target.storagePath}`, file);
    expect([restore.code, restore.stderr]).toEqual([0, ""]);
    expect(restore.stdout).toContain(TAKEN_IN);
    const again = await command("restore", `--storage.path=${target.storagePath}`, file);
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining(NOTHING_NEW)]);
    expect(again.stdout).toMatch(/lines of history: 0 new, \d+ older/);

    await target.start();
    const { silences, alerts } = await shown(target);
    expect(silences).toEqual(before.silences);
    // The time nobody heard is added to every end (see deaf-time-is-given-back).
    const timeless = (some: typeof alerts) => some.map((one) => Object.assign({}, one, { endsAt: "" }));
    expect(timeless(alerts)).toEqual(timeless(before.alerts));
    await goesOnFrom(target, { silences, alerts }, hook);
  },
  60_000,
);

test.concurrent(
  "a backup through pipes, under a route prefix and with a password",
  async () => {
    await using hook = new WebhookReceiver();
    await using source = await startServer({ config: config(hook.url), routePrefix: "/am" });
    await fill(source, hook);
    const target = new Server({ config: config(hook.url), args: ["--web.config.file=web.yml"] }, await freePort());
    await using _ = target;
    const hash = await Bun.password.hash("secret", { algorithm: "bcrypt", cost: 4 });
    writeFileSync(join(target.directory, "web.yml"), `basic_auth_users: { ann: "${hash}" }\n`);
    target.spawn();
    const client = join(target.directory, "client.yml");
    writeFileSync(client, "basic_auth: { username: ann, password: secret }\n");
    await eventually("it answers", async () => (await fetch(`${target.url}/-/ready`)).status === 401);

    const pipe = (to: string) =>
      Bun.spawn(["sh", "-c", `'${program}' backup --url=${source.url} | '${program}' restore ${to} -`], {
        stdout: "pipe",
        stderr: "pipe",
        timeout: 60_000,
      });
    const refused = pipe(`--url=${target.url}`);
    expect(await new Response(refused.stderr).text()).toContain("answers 401 Unauthorized");
    expect(await refused.exited).toBe(1);
    const taken = pipe(`--url=${target.url} --http.config.file=${client}`);
    expect(await new Response(taken.stdout).text()).toContain("alerts: 4 new, 0 older");
    expect(await taken.exited).toBe(0);
  },
  60_000,
);

test.concurrent(
  "a backup is for nobody from elsewhere, unless everybody has to prove who they are",
  async () => {
    await using open = await startServer({ config: config("http://127.0.0.1:1/") });
    await using closed = new Server(
      { config: config("http://127.0.0.1:1/"), args: ["--web.config.file=web.yml"] },
      await freePort(),
    );
    const hash = await Bun.password.hash("secret", { algorithm: "bcrypt", cost: 4 });
    writeFileSync(join(closed.directory, "web.yml"), `basic_auth_users: { ann: "${hash}" }\n`);
    closed.spawn();
    // What a proxy adds, so that it is not this machine who asks.
    const elsewhere = { "X-Forwarded-For": "192.0.2.1" };
    const ask = (server: Server, method: string, path: string, headers: Record<string, string>) =>
      request(server, method, `/api/plus/v1/${path}`, method === "POST" ? "x" : undefined, { headers });

    for (const [method, path] of [
      ["GET", "backup"],
      ["POST", "restore"],
    ] as const) {
      const refused = await ask(open, method, path, elsewhere);
      expect([refused.status, refused.text]).toEqual([
        403,
        expect.stringContaining("is for requests from this machine"),
      ]);
    }
    const ann = { ...elsewhere, Authorization: `Basic ${btoa("ann:secret")}` };
    await eventually("the server answers", async () => (await ask(closed, "GET", "backup", ann)).status === 200);
    expect((await ask(closed, "GET", "backup", elsewhere)).status).toBe(401);
  },
  60_000,
);

test.concurrent(
  "a backup that is cut off or damaged changes nothing, wherever it goes",
  async () => {
    await using hook = new WebhookReceiver();
    await using source = await startServer({ config: config(hook.url) });
    await using target = await startServer({ config: config(hook.url) });
    await fill(source, hook);
    const file = join(source.directory, "backup.gz");
    await command("backup", `--url=${source.url}`, `--output=${file}`);
    const whole = readFileSync(file);
    const cut = join(source.directory, "cut.gz");
    const directory = join(source.directory, "new");
    writeFileSync(cut, whole.subarray(0, whole.length - 30));
    const changed = join(source.directory, "changed.gz");
    writeFileSync(changed, Bun.gzipSync(Buffer.from(gunzipSync(whole).toString().replace('"ann"', '"eve"'))));

    const online = await command("restore", `--url=${target.url}`, cut);
    expect([online.code, online.stdout]).toEqual([1, ""]);
    expect(online.stderr).toContain("answers 400 Bad Request: the backup is not whole: it was cut off before its end");
    expect((await command("restore", `--url=${target.url}`, changed)).stderr).toMatch(
      /line \d+: end.sha256: is not that of the lines before it: the backup was changed or damaged/,
    );
    expect(await shown(target)).toEqual({ alerts: [], silences: [] });

    const offline = await command("restore", `--storage.path=${directory}`, cut);
    expect([offline.code, offline.stderr]).toEqual([
      1,
      "alertmanager restore: error: the backup is not whole: it was cut off before its end\n",
    ]);
    await command("restore", `--storage.path=${directory}`, file);
    expect((await command("restore", `--storage.path=${directory}`, file)).stdout).toContain(NOTHING_NEW);
  },
  60_000,
);

test.concurrent(
  "nothing that is newer is undone by an older backup",
  async () => {
    await using hook = new WebhookReceiver();
    await using server = await startServer({ config: config(hook.url) });
    await fill(server, hook);
    const file = join(server.directory, "backup.gz");
    await command("backup", `--url=${server.url}`, `--output=${file}`);
    await postAlerts(server, alert("A", "1", { endsAt: fromNow(0) }), alert("A", "2", { endsAt: fromNow(0) }));
    await hook.takeUntil("tells that A is resolved", ({ status }) => status === "resolved");
    const before = await shown(server);

    const restore = await command("restore", `--url=${server.url}`, file);
    expect(restore.stdout).toContain(NOTHING_NEW);
    expect(await shown(server)).toEqual(before);
    expect((await hook.untaken(1_000)).map(({ message }) => alertLines(message))).toEqual([]);
  },
  60_000,
);

test.concurrent(
  "the commands say what is wrong, and leave nothing behind",
  async () => {
    await using server = await startServer({ config: config("http://127.0.0.1:1/") });
    const { storagePath, directory } = server;
    const out = join(directory, "out.gz");
    const nowhere = join(directory, "nowhere");
    const busy = await command("backup", `--storage.path=${storagePath}`, `--output=${out}`);
    expect([busy.code, busy.stdout]).toEqual([1, ""]);
    expect(busy.stderr).toContain(`${join(storagePath, "alertmanager.db")} is in use by another process`);
    expect((await command("restore", `--storage.path=${storagePath}`, out)).stderr).toContain(
      "is in use by another process",
    );

    const refusals: readonly (readonly [readonly string[], string])[] = [
      [
        ["backup", `--storage.path=${nowhere}`],
        `backup: error: there is no alertmanager.db in ${nowhere}: expected the --storage.path of a server`,
      ],
      [
        ["backup", "--storage.path=x", "--url=http://localhost"],
        "backup: error: --url and --storage.path exclude each other",
      ],
      [["backup", "--postgres", "--url=http://localhost"], "backup: error: --url and --postgres exclude each other"],
      [
        ["backup", "--postgres"],
        "backup: error: no Postgres is configured: expected storage.postgres in --plus.config.file, or ALERTMANAGER_POSTGRES_URL",
      ],
      [["backup", "--url=ftp://localhost", `--output=${out}`], "backup: error: --url: expected http://… or https://…"],
      [["restore"], "restore: error: required argument 'file' not provided"],
      [["restore", `--url=${server.url}`, nowhere], `restore: error: open ${nowhere}: no such file or directory`],
      [
        ["restore", `--storage.path=${join(directory, "new")}`, nowhere],
        `restore: error: open ${nowhere}: no such file or directory`,
      ],
      [
        ["migrate", `--storage.path=${nowhere}`],
        "migrate: error: no Postgres is configured: expected storage.postgres in --plus.config.file, or ALERTMANAGER_POSTGRES_URL",
      ],
    ];
    for (const [args, message] of refusals) {
      expect(await command(...args)).toEqual({ code: 1, stdout: "", stderr: `alertmanager ${message}\n` });
    }
    expect(await command("backup", "--nonsense")).toEqual({
      code: 1,
      stdout: "",
      stderr: "alertmanager: error: unknown long flag '--nonsense', try --help\n",
    });
    expect([existsSync(out), existsSync(nowhere)]).toEqual([false, false]);
  },
  60_000,
);

test.concurrent(
  "a file takes the place of the one before only when it is whole; a link stays a link and a pipe a pipe",
  async () => {
    await using server = await startServer({ config: config("http://127.0.0.1:1/") });
    const [file, link, fifo] = ["file", "link", "fifo"].map((name) => join(server.directory, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(file, "before");
    symlinkSync(file, link);
    await run(["mkfifo", fifo]);
    const read = run(["sh", "-c", `gzip -dc < ${fifo}`]);

    expect((await command("backup", `--url=${server.url}/nowhere`, `--output=${link}`)).code).toBe(1);
    expect(readFileSync(file, "utf8")).toBe("before");
    const written = await command("backup", `--url=${server.url}`, `--output=${link}`);
    expect([written.code, written.stderr]).toEqual([0, ""]);
    expect([lstatSync(link).isSymbolicLink(), gunzipSync(readFileSync(file)).length > 100]).toEqual([true, true]);
    expect((await command("backup", `--url=${server.url}`, `--output=${fifo}`)).code).toBe(0);
    expect((await read).stdout).toContain("alertmanager++ backup");
    expect(lstatSync(fifo).isFIFO()).toBeTrue();
    expect(readdirSync(server.directory).filter((name) => name.endsWith(".part"))).toEqual([]);
  },
  60_000,
);

test.concurrent(
  "what upstream left in a directory is still taken over by the server's first start after a restore",
  async () => {
    await using hook = new WebhookReceiver();
    await using source = await startServer({ config: config(hook.url) });
    await fill(source, hook);
    const file = join(source.directory, "backup.gz");
    await command("backup", `--url=${source.url}`, `--output=${file}`);
    await using target = new Server({ config: config(hook.url) }, await freePort());
    mkdirSync(target.storagePath);
    copyFileSync(join(import.meta.dir, "upstream-state", "silences"), join(target.storagePath, "silences"));

    await command("restore", `--storage.path=${target.storagePath}`, file);
    await target.start();

    const authors = (await getSilences(target)).map(({ createdBy }) => createdBy);
    expect(authors).toContain("ann");
    expect(authors).toContain("someone <someone@example.com>");
  },
  60_000,
);
