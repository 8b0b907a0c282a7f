import { existsSync, readFileSync } from "node:fs";

import { YamlError } from "../config/yaml/error.ts";
import type { YamlNode } from "../config/yaml/node.ts";
import { parseYaml } from "../config/yaml/parser.ts";
import type { Application, Command, Flag } from "../server/kingpin/index.ts";

/** Defaults of flags by name. */
export type Defaults = ReadonlyMap<string, string>;

// Keys that were once called differently.
const LEGACY_KEYS: ReadonlyMap<string, string> = new Map([["comment_required", "require-comment"]]);

/**
 * Reads the defaults of flags from the files that exist; the first file to set one wins.
 *
 * @throws Error in the YAML package's words
 */
export function readConfigFiles(files: readonly string[]): Defaults {
  const defaults = new Map<string, string>();
  for (const file of files) {
    if (!existsSync(file)) continue;
    const own = stringMap(parseYaml(readFileSync(file)));
    for (const [given, value] of own) {
      const key = LEGACY_KEYS.get(given) ?? given;
      if (key !== given && own.has(key)) continue;
      if (!defaults.has(key)) defaults.set(key, value);
    }
  }
  return defaults;
}

function stringMap(root: YamlNode | undefined): Map<string, string> {
  const map = new Map<string, string>();
  if (root === undefined || isNull(root)) return map;
  const problems: string[] = [];
  if (root.kind !== "mapping") {
    problems.push(unfit(root, "map[string]string"));
  } else {
    for (const [key, value] of root.pairs) {
      const name = text(key, problems);
      const content = text(value, problems);
      if (name !== undefined && content !== undefined) map.set(name, content);
    }
  }
  if (problems.length > 0) throw new YamlError(`unmarshal errors:\n  ${problems.join("\n  ")}`);
  return map;
}

function isNull(node: YamlNode): boolean {
  return node.kind === "scalar" && node.implicit && /^(?:|~|null|Null|NULL)$/.test(node.value);
}

function text(node: YamlNode, problems: string[]): string | undefined {
  if (node.kind === "scalar") return isNull(node) ? "" : node.value;
  if (node.kind === "alias") return text(node.target, problems);
  problems.push(unfit(node, "string"));
  return undefined;
}

function unfit(node: YamlNode, type: string): string {
  const tag = node.kind === "mapping" ? "!!map" : node.kind === "sequence" ? "!!seq" : "!!str";
  const shown = node.kind === "scalar" ? ` \`${node.value}\`` : "";
  return `line ${node.line + 1}: cannot unmarshal ${tag}${shown} into ${type}`;
}

/** The program with these defaults in its own flags and in those of the command chosen, outermost command first. */
export function withDefaults(app: Application, path: readonly Command[], defaults: Defaults): Application {
  const flags = app.flags.map((flag) => withDefault(flag, defaults));
  return { ...app, flags, ...(app.commands && { commands: alongPath(app.commands, path, defaults) }) };
}

function alongPath(commands: readonly Command[], path: readonly Command[], defaults: Defaults): readonly Command[] {
  const [chosen, ...below] = path;
  return commands.map((command) => {
    if (command !== chosen) return command;
    if (below.length > 0) return { ...command, commands: alongPath(command.commands ?? [], below, defaults) };
    if (command.flags === undefined) return command;
    return { ...command, flags: command.flags.map((flag) => withDefault(flag, defaults)) };
  });
}

function withDefault(flag: Flag, defaults: Defaults): Flag {
  const value = defaults.get(flag.name);
  return value === undefined ? flag : { ...flag, default: value };
}
