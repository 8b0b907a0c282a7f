import { readFileSync } from "node:fs";
import { ConfigError } from "./error.ts";
import type { Environment } from "./plus/environment.ts";
import { readMapping, readNamed, readRoot, readScalar } from "./plus/reader.ts";
import { count, oneOf, promDuration, size, unavailable } from "./plus/values.ts";
import { YamlError } from "./yaml/error.ts";
import { parseYaml } from "./yaml/parser.ts";

/** Our own settings: the file given by `--plus.config.file`. */
export interface PlusConfig {
  readonly storage: {
    /** `full` also survives power loss; `normal` survives the process. */
    readonly sync: "normal" | "full";
  };
  readonly publishing: {
    /** The receiver that is told what another one refused for good; "" for none. */
    readonly fallback: string;
    /** By receiver: one notification of a group each `every` ms, `burst` of them at once. */
    readonly rate_limit: ReadonlyMap<string, RateLimit>;
  };
  readonly history: {
    /** ms; older lines of history are dropped. */
    readonly retention: number;
    /** Bytes; beyond that the oldest lines are dropped first. */
    readonly max_size: number;
  };
}

const DAY = 86_400_000;
const MIB = 1024 * 1024;

export interface RateLimit {
  readonly every: number;
  readonly burst: number;
}

const DEFAULTS: PlusConfig = {
  storage: { sync: "normal" },
  publishing: { fallback: "", rate_limit: new Map() },
  history: { retention: 14 * DAY, max_size: 8 * MIB },
};

/**
 * Reads the file; without one everything has its default.
 * @throws ConfigError naming the file, the line, the key, its value and what was expected
 */
export function readPlusConfig(file: string | undefined, environment: Environment): PlusConfig {
  if (file === undefined || file === "") return DEFAULTS;
  let source: Uint8Array;
  try {
    source = readFileSync(file);
  } catch (error) {
    throw new ConfigError(`${file}: ${(error as Error).message}`);
  }
  try {
    return parsePlusConfig(source, environment);
  } catch (error) {
    if (error instanceof ConfigError) throw new ConfigError(`${file}: ${error.message}`);
    throw error;
  }
}

/**
 * Reads the settings from YAML. In values `${NAME}` stands for the environment variable, `${NAME:-text}` for it or, where
 * it is unset or empty, for the text; `$${` is a plain `${`.
 * @throws ConfigError
 */
export function parsePlusConfig(source: string | Uint8Array, environment: Environment): PlusConfig {
  try {
    return readRoot(
      parseYaml(source),
      environment,
      {
        storage: readMapping(DEFAULTS.storage, {
          sync: readScalar(oneOf("normal", "full")),
          postgres: unavailable,
          redis: unavailable,
        }),
        publishing: readMapping(DEFAULTS.publishing, {
          fallback: readScalar((text) => text),
          rate_limit: readNamed(
            readMapping({ every: 60_000, burst: 1 }, { every: readScalar(promDuration), burst: readScalar(count) }),
          ),
        }),
        history: readMapping(DEFAULTS.history, {
          retention: readScalar(promDuration),
          max_size: readScalar(size),
        }),
      },
      DEFAULTS,
    );
  } catch (error) {
    if (error instanceof YamlError) throw new ConfigError(error.message);
    throw error;
  }
}
