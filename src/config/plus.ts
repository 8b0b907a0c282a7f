import { readFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { ConfigError } from "./error.ts";
import { ACCESS_DEFAULTS, accessSettings, readAccess, type AccessSettings } from "./plus/access.ts";
import { CLASSIFICATION_DEFAULTS, readClassification, type ClassificationSettings } from "./plus/classification.ts";
import type { Environment } from "./plus/environment.ts";
import { heartbeatSettings, readHeartbeats, type Heartbeat } from "./plus/heartbeats.ts";
import { KUBERNETES_DEFAULTS, kubernetesSettings, readKubernetes, type KubernetesSettings } from "./plus/kubernetes.ts";
import { LLM_DEFAULTS, llmSettings, readLLM, type LLMSettings } from "./plus/llm.ts";
import {
  pluginSettings,
  readPluginReceivers,
  readPlugins,
  type PluginReceiver,
  type PluginSettings,
} from "./plus/plugins.ts";
import { postgresSettings, readPostgres, type PostgresKeys, type PostgresSettings } from "./plus/postgres.ts";
import { readMapping, readNamed, readRoot, readScalar, type ReadKey } from "./plus/reader.ts";
import { readRedis, redisSettings, type RedisKeys, type RedisSettings } from "./plus/redis.ts";
import { DEFAULT_REPLICA, readReplica, replicaSettings, type ReplicaSettings } from "./plus/replica.ts";
import { boolean, count, oneOf, promDuration, size, text } from "./plus/values.ts";
import { readSilences, SILENCE_DEFAULTS, type SilenceSettings } from "./plus/silences.ts";
import { YamlError } from "./yaml/error.ts";
import { parseYaml } from "./yaml/parser.ts";

/** Our own settings: the file given by `--plus.config.file`, and environment variables where it says nothing. */
export interface PlusConfig {
  readonly storage: {
    /** `full` also survives power loss; `normal` survives the process. */
    readonly sync: "normal" | "full";
    /** Undefined: everything is kept in SQLite, and this server acts alone. */
    readonly postgres: PostgresSettings | undefined;
    /** Never without `postgres`. */
    readonly redis: RedisSettings | undefined;
  };
  readonly replica: ReplicaSettings;
  readonly plugins: readonly PluginSettings[];
  readonly publishing: {
    /** The receiver that is told what another one refused for good; "" for none. */
    readonly fallback: string;
    /** By receiver: one notification of a group each `every` ms, `burst` of them at once. */
    readonly rate_limit: ReadonlyMap<string, RateLimit>;
    /** By receiver: the plugin that is told beside its integrations. */
    readonly plugins: ReadonlyMap<string, PluginReceiver>;
  };
  readonly history: {
    /** ms; older lines of history are dropped. */
    readonly retention: number;
    /** Bytes; beyond that the oldest lines are dropped first. */
    readonly max_size: number;
  };
  readonly config: {
    /** Whether the configuration may be changed over HTTP. */
    readonly apply: boolean;
  };
  readonly classification: ClassificationSettings;
  readonly llm: LLMSettings;
  readonly kubernetes: KubernetesSettings;
  readonly heartbeats: readonly Heartbeat[];
  readonly silences: SilenceSettings;
  readonly access: AccessSettings;
}

const DAY = 86_400_000;
const MIB = 1024 * 1024;

export interface RateLimit {
  readonly every: number;
  readonly burst: number;
}

/** The file alone. */
interface PlusFile extends Omit<PlusConfig, "storage"> {
  readonly storage: {
    readonly sync: "normal" | "full";
    readonly postgres: PostgresKeys | undefined;
    readonly redis: RedisKeys | undefined;
  };
}

const DEFAULTS: PlusFile = {
  storage: { sync: "normal", postgres: undefined, redis: undefined },
  replica: DEFAULT_REPLICA,
  plugins: [],
  publishing: { fallback: "", rate_limit: new Map(), plugins: new Map() },
  history: { retention: 14 * DAY, max_size: 8 * MIB },
  config: { apply: false },
  classification: CLASSIFICATION_DEFAULTS,
  llm: LLM_DEFAULTS,
  kubernetes: KUBERNETES_DEFAULTS,
  heartbeats: [],
  silences: SILENCE_DEFAULTS,
  access: ACCESS_DEFAULTS,
};

/** Every key of the file. */
export const readPlusFile: ReadKey<PlusFile> = readMapping(DEFAULTS, {
  storage: readMapping(DEFAULTS.storage, {
    sync: readScalar(oneOf("normal", "full")),
    postgres: readPostgres,
    redis: readRedis,
  }),
  replica: readReplica,
  publishing: readMapping(DEFAULTS.publishing, {
    fallback: readScalar(text),
    rate_limit: readNamed(
      readMapping({ every: 60_000, burst: 1 }, { every: readScalar(promDuration), burst: readScalar(count) }),
    ),
    plugins: readPluginReceivers,
  }),
  history: readMapping(DEFAULTS.history, {
    retention: readScalar(promDuration),
    max_size: readScalar(size),
  }),
  config: readMapping(DEFAULTS.config, { apply: readScalar(boolean) }),
  classification: readClassification,
  llm: readLLM,
  plugins: readPlugins,
  kubernetes: readKubernetes,
  heartbeats: readHeartbeats,
  silences: readSilences,
  access: readAccess,
});

/**
 * Reads the file; without one everything has its default, or what the environment says. Relative paths in the file count from its
 * directory.
 * @throws ConfigError naming the file, the line, the key, its value (unless it may hold a secret) and what was expected
 */
export function readPlusConfig(file: string | undefined, environment: Environment): PlusConfig {
  if (file === undefined || file === "") return parsePlusConfig("", environment);
  let source: Uint8Array;
  try {
    source = readFileSync(file);
  } catch (error) {
    throw new ConfigError(`${file}: ${(error as Error).message}`);
  }
  try {
    return parsePlusConfig(source, environment, dirname(file));
  } catch (error) {
    if (error instanceof ConfigError) throw new ConfigError(`${file}: ${error.message}`);
    throw error;
  }
}

/**
 * Reads the settings from YAML. In values `${NAME}` stands for the environment variable, `${NAME:-text}` for it or, where
 * it is unset or empty, for the text; `$${` is a plain `${`.
 * @param directory what relative paths count from
 * @throws ConfigError
 */
export function parsePlusConfig(source: string | Uint8Array, environment: Environment, directory = "."): PlusConfig {
  const file = parseFile(source, environment);
  const resolve = (path: string) => (path === "" || isAbsolute(path) ? path : join(directory, path));
  const postgres = postgresSettings(file.storage.postgres, environment, resolve);
  const redis = redisSettings(file.storage.redis, environment, resolve);
  if (redis !== undefined && postgres === undefined) {
    const key = file.storage.redis === undefined ? "ALERTMANAGER_REDIS_URL" : "storage.redis";
    throw new ConfigError(
      `${key}: set without storage.postgres or ALERTMANAGER_POSTGRES_URL; ` +
        "Redis only makes servers that share a Postgres database faster, and holds nothing of its own",
    );
  }
  return {
    ...file,
    storage: { sync: file.storage.sync, postgres, redis },
    replica: replicaSettings(file.replica, environment),
    plugins: pluginSettings(file.plugins, file.publishing.plugins, resolve),
    llm: llmSettings(file.llm, environment, resolve),
    kubernetes: kubernetesSettings(file.kubernetes, resolve),
    heartbeats: heartbeatSettings(file.heartbeats, resolve),
    access: accessSettings(file.access, resolve),
  };
}

function parseFile(source: string | Uint8Array, environment: Environment): PlusFile {
  try {
    return readRoot(parseYaml(source), environment, readPlusFile, DEFAULTS);
  } catch (error) {
    if (error instanceof YamlError) throw new ConfigError(error.message);
    throw error;
  }
}
