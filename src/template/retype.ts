import { YamlError } from "../config/yaml/error.ts";
import type { AliasNode, MappingNode, ScalarNode, YamlNode } from "../config/yaml/node.ts";
import { parseYaml } from "../config/yaml/parser.ts";
import { BINARY_TAG, MERGE_TAG, resolveScalar } from "../config/yaml/resolve.ts";
import type { YamlScalar, YamlValue } from "../config/yaml/value.ts";
import { integer } from "./value/values.ts";

/**
 * Reads a text as YAML as yaml.v2 does without being strict. What is no YAML, or a string, is the text itself.
 * Of a map only string keys stay, and of a repeated key the last value.
 */
export function retype(text: string): YamlValue {
  try {
    const root = parseYaml(text);
    if (root === undefined) return null;
    const value = new Decoder().decode(root);
    return typeof value === "string" ? text : value;
  } catch (error) {
    if (error instanceof YamlError) return text;
    throw error;
  }
}

// How much of a document may come from aliases: 99 % of a small one, 10 % of a large one (yaml.v2's rule).
const SMALL = 400_000;
const LARGE = 4_000_000;

class Decoder {
  private readonly open = new Set<AliasNode>();
  private decoded = 0;
  private byAlias = 0;

  decode(node: YamlNode): YamlValue {
    this.count();
    switch (node.kind) {
      case "alias":
        return this.follow(node, (target) => this.decode(target));
      case "scalar":
        return decodeScalar(node);
      case "sequence":
        return node.items.map((item) => this.decode(item));
      case "mapping": {
        const map = new Map<YamlScalar, YamlValue>();
        this.fill(node, map);
        return map;
      }
    }
  }

  private count(): void {
    this.decoded++;
    if (this.open.size > 0) this.byAlias++;
    if (this.byAlias <= 100 || this.decoded <= 1000) return;
    const size = Math.min(Math.max((this.decoded - SMALL) / (LARGE - SMALL), 0), 1);
    if (this.byAlias / this.decoded > 0.99 - 0.89 * size) throw new YamlError("document contains excessive aliasing");
  }

  private follow<T>(alias: AliasNode, visit: (target: YamlNode) => T): T {
    if (this.open.has(alias)) throw new YamlError(`anchor '${alias.anchor}' value contains itself`);
    this.open.add(alias);
    const value = visit(alias.target);
    this.open.delete(alias);
    return value;
  }

  private fill(node: MappingNode, map: Map<YamlScalar, YamlValue>): void {
    for (const [keyNode, valueNode] of node.pairs) {
      if (isMerge(keyNode)) {
        this.merge(valueNode, map);
        continue;
      }
      const key = this.decode(keyNode);
      if (Array.isArray(key) || key instanceof Map) throw new YamlError("invalid map key");
      const value = this.decode(valueNode);
      if (typeof key === "string") map.set(key, value);
    }
  }

  /** Of a list the first map has the last word. */
  private merge(node: YamlNode, map: Map<YamlScalar, YamlValue>): void {
    const sources = node.kind === "sequence" ? node.items.toReversed() : [node];
    for (const source of sources) {
      this.count();
      const add = (target: YamlNode) => {
        if (target.kind !== "mapping") throw new YamlError("map merge requires map or sequence of maps as the value");
        this.fill(target, map);
      };
      if (source.kind === "alias") this.follow(source, add);
      else add(source);
    }
  }
}

function isMerge(key: YamlNode): boolean {
  return key.kind === "scalar" && key.value === "<<" && (key.implicit || key.tag === MERGE_TAG);
}

function decodeScalar(node: ScalarNode): YamlValue {
  if (node.tag === "" && !node.implicit) return node.value;
  const { tag, value } = resolveScalar(node.tag, node.value);
  if (tag === BINARY_TAG) return decodeBinary(String(value));
  return typeof value === "bigint" ? integer(value) : value;
}

function decodeBinary(text: string): string {
  const compact = text.replaceAll(/[\r\n]/g, "");
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(compact)) {
    throw new YamlError("!!binary value contains invalid base64 data");
  }
  return Buffer.from(compact, "base64").toString();
}
