import { Database } from "bun:sqlite";
import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { request } from "../support/api.ts";
import { freePort } from "../support/port.ts";
import { run, type Outcome } from "../support/run.ts";
import { program, Server, startServer } from "../support/server.ts";
import { eventually, pause } from "../support/wait.ts";

const good = "route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n";

const directory = mkdtempSync(join(tmpdir(), "alertmanager-flags-"));
afterAll(() => rmSync(directory, { recursive: true }));
mkdirSync(join(directory, "a-directory"));
const files: Readonly<Record<string, string>> = {
  "good.yml": good,
  "undefined-receiver.yml": good.replace("receiver: nobody", "receiver: gone"),
  "no-yaml.yml": "route:\n  receiver: a\n  receiver: b\n nope",
  "unknown-key.yml": `${good}foo: 1\n`,
  "empty.yml": "",
  "template.yml": `${good}templates: [broken.tmpl]\n`,
  "broken.tmpl": '{{ define "x" }}{{ nosuch }}{{ end }}',
};
for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);

/** Runs the program in a directory with the files above; without an address it would listen on, as it must not get so far. */
function alertmanager(...args: readonly string[]): Promise<Outcome> {
  return run([program, "--web.listen-address=127.0.0.1:0", "--cluster.listen-address=", ...args], { cwd: directory });
}

/** The `err` of the last line of a log. */
function lastError({ stderr }: Outcome): string {
  const line = stderr.trimEnd().split("\n").at(-1) ?? "";
  const quoted = / level=ERROR .* err=(".*")$/.exec(line)?.[1];
  return quoted === undefined ? `no error in: ${line}` : (JSON.parse(quoted) as string);
}

describe("a command line that cannot be is refused on stderr with exit code 1", () => {
  test.concurrent.each([
    [["--nope"], "unknown long flag '--nope'"],
    [["-x"], "unknown short flag '-x'"],
    [["extra"], "unexpected extra"],
    [["--storage.path"], "expected argument for flag '--storage.path'"],
    [["--data.retention=5"], 'time: missing unit in duration "5"'],
    [["--log.level=loud"], "unrecognized log level loud"],
    [["--web.get-concurrency=x"], 'strconv.ParseFloat: parsing "x": invalid syntax'],
  ])(
    "%j",
    async (args, why) => {
      expect(await run([program, ...args])).toEqual({
        code: 1,
        stdout: "",
        stderr: `${basename(program)}: error: ${why}, try --help\n`,
      });
    },
    60_000,
  );
});

test.concurrent(
  "--version and --help are told on stdout with exit code 0",
  async () => {
    const version = await run([program, "--version"]);
    expect([version.code, version.stderr]).toEqual([0, ""]);
    expect(version.stdout.replace(/^alertmanager, version 0\.34\.0 \(branch: .*, revision: .*\)\n/, "")).toMatch(
      /^ {2}build user: {7}.*\n {2}build date: {7}.*\n {2}go version: {7}.+\n {2}platform: {9}.+\/.+\n {2}tags: {13}.*\n$/,
    );
    const help = await run([program, "--help"]);
    expect([help.code, help.stderr]).toEqual([0, ""]);
    expect(help.stdout).toStartWith("usage: alertmanager [<flags>]\n");
    expect(help.stdout).toContain('\n      --config.file="alertmanager.yml"');
  },
  60_000,
);

describe("what keeps the server from starting is the last line of its log, with exit code 1", () => {
  const onGood = ["--config.file=good.yml", "--storage.path=data"];
  test.concurrent.each([
    [["--config.file=gone.yml"], "error loading configuration file: open gone.yml: no such file or directory"],
    [["--config.file=a-directory"], "error loading configuration file: read a-directory: is a directory"],
    [["--config.file=empty.yml"], "error loading configuration file: no route provided in config"],
    [["--config.file=no-yaml.yml"], "error loading configuration file: yaml: line 3: did not find expected key"],
    [
      ["--config.file=unknown-key.yml"],
      "error loading configuration file: yaml: unmarshal errors:\n  line 3: field foo not found in type config.plain",
    ],
    [
      ["--config.file=undefined-receiver.yml"],
      'error loading configuration file: undefined receiver "gone" used in route',
    ],
    [
      ["--config.file=template.yml", "--storage.path=data-template"],
      'failed to apply initial configuration: failed to parse templates: template: broken.tmpl:1: function "nosuch" not defined',
    ],
    [["--config.file="], "alertmanager/app: Options.ConfigFile is required"],
    [[...onGood, "--data.retention=0s"], "alertmanager/app: Options.Retention must be positive"],
    [[...onGood, "--enable-feature=foo"], "unknown option 'foo' for --enable-feature"],
    [[...onGood, "--enable-feature=classic-mode,utf8-strict-mode"], "cannot have both classic and UTF-8 modes enabled"],
    [
      ["--config.file=good.yml", "--storage.path=good.yml"],
      "unable to create data directory: mkdir good.yml: not a directory",
    ],
    [
      ["--config.file=good.yml", "--storage.path=good.yml/data"],
      "unable to create data directory: mkdir good.yml: not a directory",
    ],
    [
      ["--config.file=good.yml", "--storage.path=/proc/none/data"],
      "unable to create data directory: mkdir /proc/none: no such file or directory",
    ],
    [
      ["--config.file=good.yml", "--storage.path=data-port", "--web.listen-address=127.0.0.1:99999"],
      'alertmanager/app: listen "127.0.0.1:99999": listen tcp: address 99999: invalid port',
    ],
  ])(
    "%j",
    async (args, why) => {
      const outcome = await alertmanager(...args);
      expect({ code: outcome.code, stdout: outcome.stdout, why: lastError(outcome) }).toEqual({
        code: 1,
        stdout: "",
        why,
      });
    },
    60_000,
  );
});

test.concurrent(
  "an address in use is named",
  async () => {
    const port = await freePort();
    const other = createServer().listen(port, "127.0.0.1");
    try {
      const listen = `127.0.0.1:${port}`;
      const outcome = await alertmanager(
        "--config.file=good.yml",
        "--storage.path=data-address",
        `--web.listen-address=${listen}`,
      );
      expect([outcome.code, lastError(outcome)]).toEqual([
        1,
        `alertmanager/app: listen "${listen}": listen tcp ${listen}: bind: address already in use`,
      ]);
    } finally {
      other.close();
    }
  },
  60_000,
);

test.concurrent(
  "a storage directory serves one server: the second ends and the first goes on",
  async () => {
    await using first = await startServer({ config: good });
    const second = await alertmanager("--config.file=good.yml", `--storage.path=${first.storagePath}`);
    expect([second.code, lastError(second)]).toEqual([
      1,
      `${first.storagePath}/alertmanager.db is in use by another process: two servers cannot share one storage directory`,
    ]);
    expect((await request(first, "POST", "/api/v2/alerts", [{ labels: { alertname: "a" } }])).status).toBe(200);
  },
  60_000,
);

test.concurrent(
  "a database of a newer server is refused and left as it is",
  async () => {
    await using server = await startServer({ config: good });
    await server.stop();
    const path = join(server.storagePath, "alertmanager.db");
    using database = new Database(path);
    database.run("INSERT INTO schema_migrations VALUES (999, 'later', 998, 0)");
    database.run("PRAGMA wal_checkpoint(TRUNCATE)");
    database.close();
    const before = Bun.hash(readFileSync(path));

    const outcome = await alertmanager("--config.file=good.yml", `--storage.path=${server.storagePath}`);
    expect(outcome.code).toBe(1);
    expect(lastError(outcome)).toMatch(
      /\/alertmanager\.db has schema version 999, which needs a server that knows version 998 or later; this one knows version \d+$/,
    );
    expect(Bun.hash(readFileSync(path))).toBe(before);
  },
  60_000,
);

test.concurrent.each(["SIGTERM", "SIGINT"] as const)(
  "%s ends it in order, with exit code 0",
  async (signal) => {
    await using server = await startServer({ config: good });
    server.signal(signal);
    expect(await server.exited()).toBe(0);
    expect(server.log()).toContain('msg="Received shutdown signal, exiting gracefully..."');
  },
  60_000,
);

test.concurrent(
  "more signals do not cut the end short",
  async () => {
    await using server: Server = await startServer({ config: good });
    // A request that does not come to its end keeps the server from ending at once.
    const client = connect(server.port, "127.0.0.1");
    client.on("error", () => undefined);
    client.write(
      "POST /api/v2/alerts HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n[",
    );
    await pause(1_000);
    server.signal("SIGTERM");
    await eventually("it says that it ends", () => server.log().includes("Shutting down gracefully"));
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
      server.signal(signal);
      await pause(100);
    }
    expect(await server.exited()).toBe(0);
    expect(server.log()).toContain('msg="Received shutdown signal, exiting gracefully..."');
    client.destroy();
  },
  60_000,
);
