import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDaemon } from "./daemon.ts";
import { removedWithUs } from "./janitor.ts";
import { freePort } from "./port.ts";
import type { TestPostgres } from "./postgres.ts";
import { answers } from "./postgres-answers.ts";
import { asPostgresUser, directoryForPostgresUser } from "./postgres-local.ts";
import { eventually } from "./wait.ts";

/** A pool in front of a Postgres that gives each transaction any of its connections. */
export interface PgBouncer extends AsyncDisposable {
  /** Of the same database through the pool. */
  readonly url: string;
}

function binary(): string | undefined {
  return Bun.which("pgbouncer") ?? ["/usr/sbin/pgbouncer"].find((path) => existsSync(path));
}

/** Why no pool can be started here; undefined when one can. */
export function whyNoPgBouncer(): string | undefined {
  return binary() === undefined ? "there is no pgbouncer command" : undefined;
}

export async function startPgBouncer(postgres: Pick<TestPostgres, "url">): Promise<PgBouncer> {
  const pgbouncer = binary();
  if (pgbouncer === undefined) throw new Error(whyNoPgBouncer());
  const server = new URL(postgres.url);
  const user = decodeURIComponent(server.username) || "postgres";
  const password = server.password === "" ? "" : ` password=${decodeURIComponent(server.password)}`;
  const directory = mkdtempSync(join(tmpdir(), "alertmanager-test-pgbouncer-"));
  await directoryForPostgresUser(directory);
  await removedWithUs(directory);
  const port = await freePort();
  const settings = join(directory, "pgbouncer.ini");
  writeFileSync(
    settings,
    `[databases]
* = host=${server.hostname} port=${server.port || "5432"} user=${user}${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 4
logfile = ${join(directory, "pgbouncer.log")}
`,
  );
  const pid = await startDaemon(directory, [...asPostgresUser(), pgbouncer, "--quiet", settings]);
  const url = `postgres://${encodeURIComponent(user)}@127.0.0.1:${port}${server.pathname}`;
  await eventually("PgBouncer answers", () => answers(url));
  return {
    url,
    async [Symbol.asyncDispose]() {
      process.kill(pid, "SIGKILL");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
