import { basename, extname, resolve as absolute } from "node:path";
import { ConfigError } from "../error.ts";
import { Secret } from "../secret.ts";
import type { YamlNode } from "../yaml/node.ts";
import { resolveScalar } from "../yaml/resolve.ts";
import { YamlFloat } from "../yaml/value.ts";
import { expand } from "./environment.ts";
import {
  Place,
  readMapping,
  readNamed,
  readScalar,
  readSequence,
  readShort,
  refined,
  shaped,
  type ReadKey,
} from "./reader.ts";
import { boolean, path, promDuration, size, text, typed, type ReadText } from "./values.ts";

/** A classifier or publisher of the user's own, run in a process of its own. */
export interface PluginSettings {
  /** Unique. */
  readonly name: string;
  /** Of its file: TypeScript or JavaScript. */
  readonly path: string;
  /** ms; for each call. */
  readonly timeout: number;
  /** Bytes its process may have resident. */
  readonly memory: number;
  /** A JSON object of whatever it wants to know, which may well be secret. */
  readonly options: Secret;
}

/** Sends the notifications of a receiver by a plugin, beside its own integrations. */
export interface PluginReceiver {
  /** Its name. */
  readonly plugin: string;
  readonly send_resolved: boolean;
}

const MIB = 2 ** 20;

/** What a process needs before it does anything. */
const LEAST_MEMORY = 64 * MIB;

/** Classifiers of our own. */
const TAKEN = ["rules", "llm", "person"];

const DEFAULTS: PluginSettings = {
  name: "",
  path: "",
  timeout: 5000,
  memory: 256 * MIB,
  options: new Secret("{}"),
};

const pluginName: ReadText<string> = typed("name", (value) => {
  if (/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/.test(value) && !TAKEN.includes(value)) return value;
  throw new Error(
    `${JSON.stringify(value)} is not allowed: expected letters, digits, "_", "-" and ".", and not ${TAKEN.join(", ")}`,
  );
});

const memory: ReadText<number> = typed("size", (value) => {
  const bytes = size(value);
  if (bytes >= LEAST_MEMORY) return bytes;
  throw new Error(`${JSON.stringify(value)} is not allowed: expected at least ${LEAST_MEMORY / MIB}MiB`);
});

/** JSON of a node, environment variables put in. @throws ConfigError that shows no value */
function toJson(node: YamlNode, at: Place): unknown {
  switch (node.kind) {
    case "alias":
      return toJson(node.target, at);
    case "sequence":
      return node.items.map((item, i) => toJson(item, new Place(`${at.path}[${i}]`, item.line, at.environment)));
    case "mapping":
      return Object.fromEntries(readNamed(toJson)(node, at));
    case "scalar":
      return scalar(node, at);
  }
}

/** What is written plain and without a variable may be a number, a boolean or null. */
function scalar(node: Extract<YamlNode, { kind: "scalar" }>, at: Place): unknown {
  try {
    const whole = expand(node.value, at.environment, true);
    if (!node.implicit || whole !== node.value) return whole;
    const { value } = resolveScalar(node.tag, node.value);
    if (value instanceof YamlFloat) return value.value;
    return typeof value === "bigint" ? Number(value) : value;
  } catch (error) {
    return at.fail((error as Error).message);
  }
}

const readOptions: ReadKey<Secret> = shaped({ kind: "names", of: undefined }, (node, at) => {
  const value = toJson(node, at);
  if (value === null) return DEFAULTS.options;
  if (typeof value !== "object" || Array.isArray(value)) return at.fail("expected a mapping");
  return new Secret(JSON.stringify(value));
});

const readPath = readScalar(path);

const readKeys = readShort<PluginSettings>(
  (node, at) => ({ ...DEFAULTS, path: readPath(node, at) }),
  readMapping(DEFAULTS, {
    name: readScalar(pluginName),
    path: readPath,
    timeout: readScalar(promDuration),
    memory: readScalar(memory),
    options: readOptions,
  }),
);

const readPlugin = refined(readKeys, (keys, at): PluginSettings => {
  if (keys === undefined || keys.path === "") return at.fail("has no path");
  if (keys.name !== "") return keys;
  try {
    return { ...keys, name: pluginName(basename(keys.path, extname(keys.path))) };
  } catch (error) {
    return at.fail(`gets its name from its path: ${(error as Error).message}; or give it a name`);
  }
});

/** The key `plugins`. Paths are as they are in the file. */
export const readPlugins: ReadKey<readonly PluginSettings[]> = refined(readSequence(readPlugin), (plugins, at) => {
  const names = new Set<string>();
  for (const { name } of plugins) {
    if (names.has(name)) return at.fail(`there is more than one plugin named ${JSON.stringify(name)}`);
    names.add(name);
  }
  return plugins;
});

const RECEIVER_DEFAULTS: PluginReceiver = { plugin: "", send_resolved: true };

const readReceiver = readShort<PluginReceiver>(
  (node, at) => ({ ...RECEIVER_DEFAULTS, plugin: readScalar(text)(node, at) }),
  readMapping(RECEIVER_DEFAULTS, { plugin: readScalar(text), send_resolved: readScalar(boolean) }),
);

/** The key `publishing.plugins`, by receiver. Whether there is such a receiver is for the reader of both files to check. */
export const readPluginReceivers: ReadKey<ReadonlyMap<string, PluginReceiver>> = readNamed(
  refined(readReceiver, (receiver, at) => {
    if (receiver === undefined || receiver.plugin === "") return at.fail("names no plugin");
    return receiver;
  }),
);

/**
 * The plugins of the file, with absolute paths.
 *
 * @param receivers the file's `publishing.plugins`
 * @param resolve makes a path of the file one from here
 * @throws ConfigError where a receiver is to be notified by a plugin that is not there
 */
export function pluginSettings(
  inFile: readonly PluginSettings[],
  receivers: ReadonlyMap<string, PluginReceiver>,
  resolve: (file: string) => string,
): readonly PluginSettings[] {
  for (const [receiver, { plugin }] of receivers) {
    if (inFile.some(({ name }) => name === plugin)) continue;
    throw new ConfigError(
      `publishing.plugins.${receiver}: there is no plugin ${JSON.stringify(plugin)}; expected the name of one in plugins`,
    );
  }
  return inFile.map((plugin) => ({ ...plugin, path: absolute(resolve(plugin.path)) }));
}
