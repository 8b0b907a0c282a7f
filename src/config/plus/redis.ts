import { ConfigError } from "../error.ts";
import type { Secret } from "../secret.ts";
import { credentials, fromEnvironment } from "./credentials.ts";
import type { Environment } from "./environment.ts";
import { readMapping, readScalar, readSecret, readSequence, readShort, type ReadKey } from "./reader.ts";
import { DEFAULT_TLS, readTls, resolveTls, type TlsSettings } from "./tls.ts";
import { parseServer, parseServersUrl, type Server } from "./url.ts";
import { path, promDuration, text, typed, type ReadText } from "./values.ts";

/** The Redis that makes servers with a common database faster. */
export interface RedisSettings {
  /** The server, or the sentinels, to be asked in turn. */
  readonly servers: readonly Server[];
  /** What the sentinels call it; "" where `servers` holds the server itself. */
  readonly master_name: string;
  /** "" for the default user. */
  readonly user: string;
  readonly password: Secret | undefined;
  /** Read at each connection, so that the password may change; "" for none. */
  readonly password_file: string;
  /** The sentinels' own password, read likewise; "" for none. */
  readonly sentinel_password_file: string;
  readonly database: number;
  /** What the names of all our keys and channels begin with. */
  readonly prefix: string;
  /** ms; how long anything waits for an answer. */
  readonly timeout: number;
  /** Undefined: not encrypted. */
  readonly tls: TlsSettings | undefined;
}

/** The keys as they are in the file. */
export interface RedisKeys extends Pick<
  RedisSettings,
  "master_name" | "password_file" | "sentinel_password_file" | "prefix" | "timeout" | "tls"
> {
  readonly url: RedisUrl | undefined;
  readonly sentinels: readonly Server[];
}

type RedisUrl = Pick<RedisSettings, "servers" | "master_name" | "user" | "password" | "database" | "tls">;

const SENTINEL_PORT = 26_379;

const PORTS = { redis: 6379, rediss: 6379, "redis+sentinel": SENTINEL_PORT, "rediss+sentinel": SENTINEL_PORT };

const DEFAULTS: RedisKeys = {
  url: undefined,
  sentinels: [],
  master_name: "",
  password_file: "",
  sentinel_password_file: "",
  prefix: "alertmanager-plus:",
  timeout: 100,
  tls: undefined,
};

const EXPECTED =
  "expected redis://[[user]:password@]host[:port][/database] (rediss:// for TLS) or " +
  "redis+sentinel://[[user]:password@]host[:port][,host[:port]…]/master_name[/database], special characters percent-encoded";

/** Reads the URL. @throws Error that shows nothing of it */
const redisUrl: ReadText<RedisUrl | undefined> = typed("URL", (value) => {
  if (value === "") return undefined;
  try {
    const { scheme, user, password, servers, path, query } = parseServersUrl(value, PORTS);
    const sentinel = scheme.endsWith("+sentinel");
    const [master_name, database, ...more] = sentinel ? path : ["", ...path];
    if (master_name === undefined) throw new Error("names no master");
    if (more.length > 0 || !/^[0-9]{1,5}$/.test(database ?? "0")) throw new Error("has no number for its database");
    if (!sentinel && servers.length > 1) throw new Error("names several servers, which only sentinels may be");
    if (query.size > 0) throw new Error("has parameters");
    const tls = scheme.startsWith("rediss") ? DEFAULT_TLS : undefined;
    return { servers, master_name, user, password, database: Number(database ?? "0"), tls };
  } catch (error) {
    throw new Error(`${(error as Error).message}; ${EXPECTED}`, { cause: error });
  }
});

const sentinel: ReadText<Server> = typed("`host:port`", (value) => {
  try {
    return parseServer(value, SENTINEL_PORT);
  } catch {
    throw new Error(`${JSON.stringify(value)} is not allowed: expected host:port`);
  }
});

const readUrl = readSecret(redisUrl);

export const readRedis: ReadKey<RedisKeys | undefined> = readShort(
  (node, at) => {
    const url = readUrl(node, at);
    return url === undefined ? undefined : { ...DEFAULTS, url };
  },
  readMapping(DEFAULTS, {
    url: readUrl,
    sentinels: readSequence(readScalar(sentinel)),
    master_name: readScalar(text),
    password_file: readScalar(path),
    sentinel_password_file: readScalar(path),
    prefix: readScalar(text),
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
export function redisSettings(
  inFile: RedisKeys | undefined,
  environment: Environment,
  resolve: (file: string) => string,
): RedisSettings | undefined {
  const key = "storage.redis";
  const ownUrl = inFile === undefined ? undefined : urlInFile(inFile);
  const url = ownUrl ?? fromEnvironment(environment, "ALERTMANAGER_REDIS_URL", redisUrl);
  if (url === undefined) {
    if (inFile === undefined) return undefined;
    throw new ConfigError(`${key}: has no url, and ALERTMANAGER_REDIS_URL is not set; ${EXPECTED}`);
  }
  const keys = inFile ?? DEFAULTS;
  const own = { password: url.password, password_file: resolve(keys.password_file) };
  return {
    ...url,
    ...credentials(key, own, ownUrl !== undefined, environment, "ALERTMANAGER_REDIS_PASSWORD_FILE"),
    sentinel_password_file: resolve(keys.sentinel_password_file),
    prefix: keys.prefix,
    timeout: keys.timeout,
    tls: resolveTls(keys.tls, resolve) ?? url.tls,
  };

  function urlInFile({ url: given, sentinels, master_name }: RedisKeys): RedisUrl | undefined {
    if (sentinels.length === 0 && master_name === "") return given;
    if (given !== undefined) {
      throw new ConfigError(`${key}: has a url beside sentinels and master_name; expected one of the two`);
    }
    if (sentinels.length === 0 || master_name === "") {
      throw new ConfigError(`${key}: has one of sentinels and master_name; expected both`);
    }
    return { servers: sentinels, master_name, user: "", password: undefined, database: 0, tls: undefined };
  }
}
