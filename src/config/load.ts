import { TimeIntervalError } from "../core/intervals/index.ts";
import { DurationError } from "../core/model/duration.ts";
import { MatcherParseError, type MatcherMode, type MatcherParser } from "../core/model/matcher-parse.ts";
import { RegexError } from "../core/model/regex.ts";
import { ConfigError } from "./error.ts";
import { toEventRecorderConfig } from "./event-recorder.ts";
import { configFile, type ConfigFile } from "./file.ts";
import { defaultHttpConfig } from "./http-config.ts";
import { toInhibitRuleConfig } from "./inhibit-rule.ts";
import { configHash } from "./hash.ts";
import { resolvePaths } from "./paths.ts";
import { printConfig } from "./print.ts";
import { INTEGRATION_KEYS, type ReceiverFile } from "./receivers/index.ts";
import { toRouteConfig, type RouteFile } from "./route.ts";
import { Decoder } from "./schema/decoder.ts";
import { toNamedTimeIntervals } from "./time-intervals.ts";
import type { Config, ReceiverConfig, TracingConfig } from "./types.ts";
import { YamlError } from "./yaml/error.ts";
import { parseYaml } from "./yaml/parser.ts";

export interface LoadOptions {
  /** The directory that relative paths in the file are resolved against. */
  readonly baseDir: string;
  readonly parser: MatcherParser;
  /** The parser's mode, which also rules the names of labels; `fallback` when not given. */
  readonly matcherMode?: MatcherMode;
  /** Checks a template's syntax, knowing Go's builtin functions only; throws an error with Go's text. */
  readonly checkTemplate: (text: string) => void;
}

export interface LoadedConfig {
  readonly config: Config;
  /** The configuration as upstream prints it, secrets hidden: `config.original` of the status (spec §4.9). */
  readonly original: string;
  /** The first six bytes of the file's MD5, little endian: the metric `alertmanager_config_hash`. */
  readonly hash: number;
}

/**
 * Reads alertmanager.yml: decodes it as yaml.v2 does, fills in defaults and global values, validates.
 *
 * No file is read but the one given: those that the configuration names are looked at when clients and receivers are
 * built, templates by the caller.
 *
 * @param source the file; as bytes where what is not UTF-8 shall be refused as upstream refuses it
 * @throws ConfigError with upstream's text
 */
export function loadConfig(source: string | Uint8Array, options: LoadOptions): LoadedConfig {
  const file = readFile(source, options);
  resolvePaths(file, options.baseDir);
  let original: string | undefined;
  return {
    config: toConfig(file),
    get original() {
      original ??= printConfig(file);
      return original;
    },
    hash: configHash(source),
  };
}

type CheckedFile = ConfigFile & { readonly route: RouteFile };

function readFile(source: string | Uint8Array, options: LoadOptions): CheckedFile {
  const { parser, matcherMode = "fallback", checkTemplate } = options;
  const decoder = new Decoder({ parser, matcherMode, checkTemplate });
  const file = inUpstreamsWords(() => decoder.decodeDocument(parseYaml(source), configFile));
  if (file.route === undefined) throw new ConfigError("no route provided in config");
  if (file.route.continue) throw new ConfigError("cannot have continue in root route");
  return file as CheckedFile;
}

const REFUSALS = [YamlError, DurationError, TimeIntervalError, MatcherParseError, RegexError];

/** Whatever part of the file was refused, by whichever parser, it is the configuration that is. */
export function inUpstreamsWords<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (REFUSALS.some((kind) => error instanceof kind)) throw new ConfigError((error as Error).message);
    throw error;
  }
}

function toConfig(file: CheckedFile): Config {
  const global = file.global as NonNullable<ConfigFile["global"]>;
  return {
    global: { ...global, http_config: global.http_config ?? defaultHttpConfig() },
    route: toRouteConfig(file.route),
    inhibit_rules: file.inhibit_rules.map(toInhibitRuleConfig),
    receivers: file.receivers.map(toReceiverConfig),
    templates: file.templates,
    mute_time_intervals: file.mute_time_intervals.map(toNamedTimeIntervals),
    time_intervals: file.time_intervals.map(toNamedTimeIntervals),
    tracing: file.tracing.endpoint === "" ? undefined : (file.tracing as TracingConfig),
    event_recorder: toEventRecorderConfig(file.event_recorder),
  };
}

/**
 * Items given as null are left out: upstream's program ends when it builds them. What could be inherited is there,
 * unless `global` took it away with a null.
 */
function toReceiverConfig(file: ReceiverFile): ReceiverConfig {
  const receiver: Record<string, unknown> = { ...file };
  for (const key of INTEGRATION_KEYS) receiver[key] = file[key].flatMap((item) => (item ? [complete(item)] : []));
  return receiver as unknown as ReceiverConfig;
}

function complete(item: object): object {
  const whole: Record<string, unknown> = { ...item };
  if ("http_config" in whole) whole.http_config ??= defaultHttpConfig();
  if ("api_url" in whole && !("api_url_file" in whole)) whole.api_url ??= "";
  for (const list of ["fields", "actions", "attachments"]) {
    const items = whole[list];
    if (Array.isArray(items)) whole[list] = items.filter((one) => one !== undefined);
  }
  return whole;
}
