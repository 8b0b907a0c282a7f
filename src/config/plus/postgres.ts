import { ConfigError } from "../error.ts";
import type { Secret } from "../secret.ts";
import { credentials, fromEnvironment } from "./credentials.ts";
import type { Environment } from "./environment.ts";
import { readMapping, readScalar, readSecret, readShort, type ReadKey } from "./reader.ts";
import { DEFAULT_TLS, readTls, resolveTls, type TlsSettings } from "./tls.ts";
import { parseServersUrl, type Server } from "./url.ts";
import { count, path, promDuration, typed, type ReadText } from "./values.ts";

/** The database that several servers share. Nothing is left for the client to look up in PG* variables. */
export interface PostgresSettings {
  /** Tried in turn; one that can be written to is used. */
  readonly servers: readonly Server[];
  readonly user: string;
  readonly database: string;
  readonly password: Secret | undefined;
  /** Read at each connection, so that the password may change; "" for none. */
  readonly password_file: string;
  /** Where our tables are. */
  readonly schema: string;
  readonly max_connections: number;
  /** ms; a database that takes longer counts as away. */
  readonly timeout: number;
  /** Undefined: not encrypted. */
  readonly tls: TlsSettings | undefined;
}

/** The keys as they are in the file. */
export interface PostgresKeys extends Pick<
  PostgresSettings,
  "password_file" | "schema" | "max_connections" | "timeout" | "tls"
> {
  readonly url: PostgresUrl | undefined;
}

interface PostgresUrl extends Pick<PostgresSettings, "servers" | "user" | "database" | "password"> {
  readonly tls: TlsSettings | "off" | undefined;
}

const DEFAULTS: PostgresKeys = {
  url: undefined,
  password_file: "",
  schema: "alertmanager_plus",
  max_connections: 4,
  timeout: 5000,
  tls: undefined,
};

const EXPECTED =
  "expected postgres://user[:password]@host[:port][,host[:port]…]/database[?sslmode=…], special characters percent-encoded";

/** Reads the URL. @throws Error that shows nothing of it */
const postgresUrl: ReadText<PostgresUrl | undefined> = typed("URL", (value) => {
  if (value === "") return undefined;
  try {
    const { user, password, servers, path, query } = parseServersUrl(value, { postgres: 5432, postgresql: 5432 });
    const [database, ...more] = path;
    if (user === "") throw new Error("names no user");
    if (database === undefined || more.length > 0) throw new Error("names no database");
    return { servers, user, password, database, tls: tlsOf(query) };
  } catch (error) {
    throw new Error(`${(error as Error).message}; ${EXPECTED}`, { cause: error });
  }
});

/** What libpq makes of the parameters: `require` verifies a certificate only where there is an authority to do it by. */
function tlsOf(query: ReadonlyMap<string, string>): PostgresUrl["tls"] {
  for (const name of query.keys()) {
    if (!["sslmode", "sslrootcert", "sslcert", "sslkey", "target_session_attrs"].includes(name)) {
      throw new Error("has a parameter that is none of sslmode, sslrootcert, sslcert, sslkey, target_session_attrs");
    }
  }
  if (!["read-write", "primary", undefined].includes(query.get("target_session_attrs"))) {
    throw new Error("has a target_session_attrs that is none of read-write, primary");
  }
  const [ca_file = "", cert_file = "", key_file = ""] = ["sslrootcert", "sslcert", "sslkey"].map((n) => query.get(n));
  if ((cert_file === "") !== (key_file === "")) throw new Error("has one of sslcert and sslkey without the other");
  const mode = query.get("sslmode");
  if (mode === undefined && ca_file + cert_file === "") return undefined;
  if (mode === "disable") return "off";
  if (!["require", "verify-ca", "verify-full", undefined].includes(mode)) {
    throw new Error("has an sslmode that is none of disable, require, verify-ca, verify-full");
  }
  const insecure_skip_verify = mode === "require" && ca_file === "";
  return { ...DEFAULT_TLS, ca_file, cert_file, key_file, insecure_skip_verify };
}

const schema: ReadText<string> = typed("name", (value) => {
  if (/^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(value) && !/^pg_/i.test(value)) return value;
  throw new Error(
    `${JSON.stringify(value)} is not allowed: expected letters, digits and _, 63 at most, not beginning with pg_`,
  );
});

const readUrl = readSecret(postgresUrl);

export const readPostgres: ReadKey<PostgresKeys | undefined> = readShort(
  (node, at) => {
    const url = readUrl(node, at);
    return url === undefined ? undefined : { ...DEFAULTS, url };
  },
  readMapping(DEFAULTS, {
    url: readUrl,
    password_file: readScalar(path),
    schema: readScalar(schema),
    max_connections: readScalar(count),
    timeout: readScalar(promDuration),
    tls: readTls,
  }),
);

/**
 * The settings of the file, completed by the environment where the file says nothing.
 *
 * @param resolve makes a path of the file one from here
 * @throws ConfigError
 */
export function postgresSettings(
  inFile: PostgresKeys | undefined,
  environment: Environment,
  resolve: (file: string) => string,
): PostgresSettings | undefined {
  const key = "storage.postgres";
  const url = inFile?.url ?? fromEnvironment(environment, "ALERTMANAGER_POSTGRES_URL", postgresUrl);
  if (url === undefined) {
    if (inFile === undefined) return undefined;
    throw new ConfigError(`${key}: has no url, and ALERTMANAGER_POSTGRES_URL is not set; ${EXPECTED}`);
  }
  const keys = inFile ?? DEFAULTS;
  if (url.tls !== undefined && keys.tls !== undefined) {
    throw new ConfigError(`${key}: has tls, and a URL that says something about it too; expected one of the two`);
  }
  const own = { password: url.password, password_file: resolve(keys.password_file) };
  const urlInFile = inFile?.url !== undefined;
  const urlTls = url.tls === "off" ? undefined : url.tls;
  return {
    servers: url.servers,
    user: url.user,
    database: url.database,
    ...credentials(key, own, urlInFile, environment, "ALERTMANAGER_POSTGRES_PASSWORD_FILE"),
    schema: keys.schema,
    max_connections: keys.max_connections,
    timeout: keys.timeout,
    tls: resolveTls(keys.tls, resolve) ?? (urlInFile ? resolveTls(urlTls, resolve) : urlTls),
  };
}
