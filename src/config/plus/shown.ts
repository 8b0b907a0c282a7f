import { HIDDEN } from "../secret.ts";
import { emitYaml, type EmitNode } from "../yaml/emit.ts";
import type { YamlNode } from "../yaml/node.ts";
import { parseYaml } from "../yaml/parser.ts";

/** Keys whose values may be secrets. What names a file does not hold it. */
const SECRET =
  /(?:pass(?:word|phrase)?|secret|token|credentials?|key|url|postgres|redis|headers?|env|environment|args|command|option)s?$/i;
const FILE = /_(?:file|ref)$/i;
/** Read with nothing but these. */
const PLAIN = /^(?:true|false|null|\d+(?:\.\d+)?[a-zA-Z]*)$/;

/** Our own settings as they may be shown: comments left out, whatever may be a secret hidden. @throws Error on what is no YAML */
export function shownPlusConfig(source: string): string {
  const root = parseYaml(source);
  return root === undefined ? "" : emitYaml(shown(root, false));
}

/** @param hidden whether the node is what a key of a secret holds */
function shown(node: YamlNode, hidden: boolean): EmitNode {
  switch (node.kind) {
    case "alias":
      return shown(node.target, hidden);
    case "sequence":
      return { kind: "sequence", flow: false, items: node.items.map((item) => shown(item, hidden)) };
    case "mapping":
      return {
        kind: "mapping",
        flow: false,
        entries: node.pairs.map(([key, value]) => [shown(key, false), shown(value, hides(key, value, hidden))]),
      };
    case "scalar": {
      const value = hidden && !PLAIN.test(node.value) && node.value !== "" ? HIDDEN : withoutUser(node.value);
      return { kind: "scalar", value, style: node.implicit ? "plain" : "double" };
    }
  }
}

function hides(key: YamlNode, value: YamlNode, hidden: boolean): boolean {
  const name = key.kind === "scalar" ? key.value : "";
  if (FILE.test(name)) return false;
  // The settings of a database are keys like others; its address alone is one text.
  if (value.kind === "mapping" && /^(?:postgres|redis)$/.test(name)) return hidden;
  return hidden || SECRET.test(name);
}

/** A URL without who logs in. */
function withoutUser(value: string): string {
  return value.replace(/(:\/\/)[^/@\s]*@/g, `$1${HIDDEN}@`);
}
