import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./port.ts";
import { isRunning, signalAll, startDaemon } from "./daemon.ts";
import { removedWithUs } from "./janitor.ts";
import type { PostgresServer } from "./postgres.ts";
import { answers } from "./postgres-answers.ts";
import { run } from "./run.ts";
import { eventually } from "./wait.ts";

/** Postgres refuses to run as root, so root runs it as this user, which its packages make. */
const USER = "postgres";

const DEBIAN = "/usr/lib/postgresql";

/** Where the server's programs are, the newest version first. */
function binaries(): string | undefined {
  const inPath = Bun.which("initdb");
  // What is in PATH may be a link to one program only.
  if (inPath !== null && Bun.which("postgres") !== null) return join(realpathSync(inPath), "..");
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).map(Number).filter(Number.isFinite) : [];
  return versions
    .sort((a, b) => b - a)
    .map((version) => join(DEBIAN, String(version), "bin"))
    .find((bin) => existsSync(join(bin, "initdb")) && existsSync(join(bin, "postgres")));
}

const isRoot = () => process.getuid?.() === 0;

async function idOf(user: string): Promise<{ uid: number; gid: number } | undefined> {
  const [uid, gid] = await Promise.all([run(["id", "-u", user]), run(["id", "-g", user])]);
  return uid.code === 0 && gid.code === 0 ? { uid: Number(uid.stdout), gid: Number(gid.stdout) } : undefined;
}

/** Words to put before a program so that it runs as the user Postgres agrees to; none for anybody but root. */
export function asPostgresUser(): readonly string[] {
  return isRoot() ? ["setpriv", `--reuid=${USER}`, `--regid=${USER}`, "--clear-groups"] : [];
}

/** Makes a directory that belongs to the user `asPostgresUser` runs programs as. */
export async function directoryForPostgresUser(directory: string): Promise<void> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const owner = isRoot() ? await idOf(USER) : undefined;
  if (owner !== undefined) chownSync(directory, owner.uid, owner.gid);
}

/** Why no server can be started here; undefined when one can. */
export async function whyNoLocalPostgres(): Promise<string | undefined> {
  if (binaries() === undefined) return `there is no initdb in PATH or ${DEBIAN}/*/bin`;
  if (!isRoot()) return undefined;
  if (Bun.which("setpriv") === null) return "root needs the setpriv command to run Postgres as another user";
  return (await idOf(USER)) === undefined ? `root needs a user ${USER} to run Postgres as` : undefined;
}

/**
 * The server of this process: test files that are kept apart within one process find it by a file, so that each does not
 * start its own.
 */
export async function sharedLocalPostgres(): Promise<LocalPostgres> {
  const directory = join(tmpdir(), `alertmanager-test-postgres-${process.pid}`);
  const ready = join(directory, "ready");
  if (existsSync(ready)) {
    const server = new LocalPostgres(directory, Number(readFileSync(ready, "utf8")));
    if (await server.answers()) return server;
    rmSync(directory, { recursive: true, force: true });
  }
  const server = await LocalPostgres.create(directory);
  writeFileSync(ready, String(server.port));
  return server;
}

export class LocalPostgres implements PostgresServer {
  readonly #directory: string;
  readonly port: number;
  #pid: number | undefined;

  constructor(directory: string, port: number) {
    this.#directory = directory;
    this.port = port;
  }

  /** Makes a server with no data in a directory of its own and starts it: some 0.7 s. */
  static async create(directory = mkdtempSync(join(tmpdir(), "alertmanager-test-postgres-"))): Promise<LocalPostgres> {
    await directoryForPostgresUser(directory);
    await removedWithUs(directory);
    const initdb = [join(binaries() as string, "initdb"), "-D", join(directory, "data"), "-U", USER];
    const made = await run([...asPostgresUser(), ...initdb, "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"], {
      cwd: "/",
    });
    if (made.code !== 0) throw new Error(`initdb failed: ${made.stderr}`);
    const server = new LocalPostgres(directory, await freePort());
    await server.start();
    return server;
  }

  /**
   * Another server that follows this one, as soon as it can and no sooner (asynchronous replication). It can be read from.
   */
  async standby(): Promise<LocalPostgres> {
    const directory = mkdtempSync(join(tmpdir(), "alertmanager-test-postgres-"));
    await directoryForPostgresUser(directory);
    await removedWithUs(directory);
    const copy = [join(binaries() as string, "pg_basebackup"), "-D", join(directory, "data"), "--write-recovery-conf"];
    const source = ["-h", "127.0.0.1", "-p", String(this.port), "-U", USER, "--checkpoint=fast", "--no-sync"];
    const made = await run([...asPostgresUser(), ...copy, ...source], { cwd: "/" });
    if (made.code !== 0) throw new Error(`pg_basebackup failed: ${made.stderr}`);
    const server = new LocalPostgres(directory, await freePort());
    await server.start();
    return server;
  }

  url(database: string): string {
    return `postgres://${USER}@127.0.0.1:${this.port}/${database}`;
  }

  async start(): Promise<void> {
    const settings = ["fsync=off", "full_page_writes=off", "unix_socket_directories=", "shared_buffers=32MB"];
    this.#pid = await startDaemon(this.#directory, [
      ...asPostgresUser(),
      join(binaries() as string, "postgres"),
      "-D",
      join(this.#directory, "data"),
      "-h",
      "127.0.0.1",
      "-p",
      String(this.port),
      ...settings.flatMap((setting) => ["-c", setting]),
    ]);
    await eventually("Postgres answers", () => this.answers(), { withinMs: 40_000 });
  }

  answers(): Promise<boolean> {
    return answers(this.url("postgres"));
  }

  async stop(): Promise<void> {
    const pid = this.#pid;
    if (pid === undefined) return;
    this.#pid = undefined;
    signalAll(pid, "SIGCONT");
    process.kill(pid, "SIGQUIT");
    await eventually("Postgres has ended", () => !isRunning(pid));
  }

  async pause(): Promise<void> {
    if (this.#pid !== undefined) signalAll(this.#pid, "SIGSTOP");
  }

  async resume(): Promise<void> {
    if (this.#pid !== undefined) signalAll(this.#pid, "SIGCONT");
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
