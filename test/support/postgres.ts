import postgres from "postgres";
import { canUseContainers, startContainer } from "./postgres-container.ts";
import { LocalPostgres, sharedLocalPostgres, whyNoLocalPostgres } from "./postgres-local.ts";

export { startPgBouncer, whyNoPgBouncer } from "./pgbouncer.ts";
export type { PgBouncer } from "./pgbouncer.ts";

/** A server as this file needs it, wherever it runs. */
export interface PostgresServer {
  /** `postgres://…` of one of its databases. */
  url(database: string): string;
  /** At once, as if it had crashed; what was committed is kept. */
  stop(): Promise<void>;
  /** After `stop`, at the same address. */
  start(): Promise<void>;
  /** Every process of it stands still: connections stay open, nobody answers. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  remove(): Promise<void>;
}

/** A Postgres database of the test's own, gone when disposed of. */
export interface TestPostgres extends AsyncDisposable {
  /** `postgres://postgres@127.0.0.1:PORT/DATABASE`, with whatever else is needed to connect. */
  readonly url: string;
  /** Runs one statement, on a connection beside those under test, and gives its rows. */
  psql(statement: string): Promise<Record<string, unknown>[]>;
  // Only of a server of its own (`own: true`); the others throw.
  stop(): Promise<void>;
  start(): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
}

const HOW = [
  "no Postgres to test with; one of these is needed:",
  "- TEST_POSTGRES_URL: the URL of a server on which the user may create databases",
  "- a container runtime (Docker, Podman), in which postgres:14-alpine is started",
  "- a server's programs in PATH or /usr/lib/postgresql/*/bin (Debian, Ubuntu: apt-get install postgresql)",
].join("\n");

let shared: Promise<PostgresServer> | undefined;
let databases = 0;

/**
 * An empty database, on a server that all tests of this process share, or with `own` on one that can be stopped and
 * paused. The server ends with this process, however that ends.
 *
 * @throws Error saying what is needed when there is no way to have one
 */
export async function startPostgres(options: { readonly own?: boolean } = {}): Promise<TestPostgres> {
  if (options.own === true) {
    const server = await startServer();
    return new Database(server, "postgres", true);
  }
  shared ??= sharedServer();
  const server = await shared;
  const name = `test_${process.pid}_${Date.now().toString(36)}_${++databases}`;
  await using admin = new Database(server, "postgres", false);
  await admin.psql(`CREATE DATABASE ${name} TEMPLATE template0`);
  return new Database(server, name, false);
}

async function startServer(): Promise<PostgresServer> {
  if (await canUseContainers()) return startContainer();
  const why = await whyNoLocalPostgres();
  if (why !== undefined) throw new Error(`${HOW}\n${why}`);
  return LocalPostgres.create();
}

async function sharedServer(): Promise<PostgresServer> {
  const given = process.env["TEST_POSTGRES_URL"];
  if (given !== undefined && given !== "") return givenServer(given);
  if (await canUseContainers()) return startContainer();
  const why = await whyNoLocalPostgres();
  if (why !== undefined) throw new Error(`${HOW}\n${why}`);
  return sharedLocalPostgres();
}

function givenServer(url: string): PostgresServer {
  const cannot = () => Promise.reject(new Error("the server of TEST_POSTGRES_URL is not ours to stop"));
  return {
    url(database) {
      const its = new URL(url);
      its.pathname = `/${database}`;
      return its.href;
    },
    stop: cannot,
    start: cannot,
    pause: cannot,
    resume: cannot,
    remove: async () => undefined,
  };
}

class Database implements TestPostgres {
  readonly url: string;
  readonly #server: PostgresServer;
  readonly #name: string;
  readonly #own: boolean;
  readonly #sql;

  constructor(server: PostgresServer, name: string, own: boolean) {
    this.url = server.url(name);
    this.#server = server;
    this.#name = name;
    this.#own = own;
    this.#sql = postgres(this.url, { max: 1, connect_timeout: 5, onnotice: () => undefined, fetch_types: false });
  }

  async psql(statement: string): Promise<Record<string, unknown>[]> {
    return [...(await this.#sql.unsafe(statement))];
  }

  stop(): Promise<void> {
    return this.#owned().stop();
  }

  start(): Promise<void> {
    return this.#owned().start();
  }

  pause(): Promise<void> {
    return this.#owned().pause();
  }

  resume(): Promise<void> {
    return this.#owned().resume();
  }

  #owned(): PostgresServer {
    if (!this.#own) throw new Error("a server that others use cannot be stopped: ask for startPostgres({ own: true })");
    return this.#server;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sql.end({ timeout: 0 });
    if (this.#own) return this.#server.remove();
    if (this.#name === "postgres") return;
    await using admin = new Database(this.#server, "postgres", false);
    await admin.psql(`DROP DATABASE IF EXISTS ${this.#name} WITH (FORCE)`);
  }
}
