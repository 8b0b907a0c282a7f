import { readFileSync } from "node:fs";

import { YamlError } from "../config/yaml/error.ts";
import type { YamlNode } from "../config/yaml/node.ts";
import { parseYaml } from "../config/yaml/parser.ts";
import type { Defaults } from "./defaults.ts";

// Keys that were once called differently.
const LEGACY_KEYS: ReadonlyMap<string, string> = new Map([["comment_required", "require-comment"]]);

/**
 * Reads the defaults of flags from files; the first file to set one wins.
 *
 * @throws Error in the YAML package's words
 */
export function readConfigFiles(files: readonly string[]): Defaults {
  const defaults = new Map<string, string>();
  for (const file of files) {
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
