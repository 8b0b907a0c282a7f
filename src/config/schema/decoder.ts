import type { MatcherMode, MatcherParser } from "../../core/model/matcher-parse.ts";
import { ConfigError } from "../error.ts";
import { YamlError } from "../yaml/error.ts";
import type { AliasNode, MappingNode, ScalarNode, YamlNode } from "../yaml/node.ts";
import {
  BINARY_TAG,
  MAP_TAG,
  MERGE_TAG,
  NULL_TAG,
  resolveScalar,
  SEQ_TAG,
  shortTag,
  STR_TAG,
} from "../yaml/resolve.ts";
import type { Resolved } from "../yaml/resolve.ts";
import { FAILED, type ContentNode, type Failed, type Type } from "./type.ts";

/** What decoding needs to know of the program. */
export interface DecodeContext {
  readonly matcherMode: MatcherMode;
  readonly parser: MatcherParser;
  /** Checks a template's syntax, knowing Go's builtin functions only. Throws an error with Go's text. */
  readonly checkTemplate: (text: string) => void;
}

/** Levels of nesting that are decoded. Upstream goes on to 10,000; no stack here would carry that through to the printing. */
const MAX_DEPTH = 2000;

// Aliases may make up 99 % of a small document and 10 % of a large one (yaml.v2's defence against exponential growth).
const SMALL_DOCUMENT = 400_000;
const LARGE_DOCUMENT = 4_000_000;

/**
 * Decodes nodes into typed values as yaml.v2 does in strict mode: wrong types, unknown and repeated keys are collected,
 * each with its line, and refused together; what validation refuses throws at once.
 */
export class Decoder {
  /** Type errors so far, each as upstream words it. */
  readonly errors: string[] = [];
  readonly #open = new Set<AliasNode>();
  #depth = 0;
  #decoded = 0;
  #decodedByAlias = 0;

  constructor(readonly context: DecodeContext) {}

  /**
   * @throws ConfigError with all type errors, or the one that validation found
   * @throws YamlError
   */
  decodeDocument<T>(root: YamlNode | undefined, type: Type<T>): T {
    const value = root === undefined ? type.zero() : this.decode(root, type);
    if (this.errors.length > 0) throw new ConfigError(`yaml: unmarshal errors:\n  ${this.errors.join("\n  ")}`);
    return value as T;
  }

  decode<T>(node: YamlNode, type: Type<T>, current?: T): T | Failed {
    if (++this.#depth > MAX_DEPTH) throw new YamlError(`exceeded max depth of ${MAX_DEPTH}`);
    const value = this.#decode(node, type, current);
    this.#depth--;
    return value;
  }

  #decode<T>(node: YamlNode, type: Type<T>, current: T | undefined): T | Failed {
    this.#count();
    if (node.kind === "alias") return this.#followed(node, () => this.decode(node.target, type, current));
    if (node.kind === "scalar" && looksNull(node)) return this.#decodeNull(node, type);
    return type.decode(node, current ?? type.zero(), this);
  }

  /**
   * Null, or `null` and `~` in quotes: yaml.v2 takes those for null when it looks for a type's own way of reading, and
   * for text after that.
   */
  #decodeNull<T>(node: ScalarNode, type: Type<T>): T | Failed {
    const { tag, value } = this.resolve(node);
    if (value === null) return type.zero();
    return type.ofText?.(node.value) ?? this.mismatch(node, type.goName ?? type.name, tag);
  }

  #count(): void {
    this.#decoded++;
    if (this.#open.size > 0) this.#decodedByAlias++;
    if (this.#decodedByAlias <= 100 || this.#decoded <= 1000) return;
    const size = (this.#decoded - SMALL_DOCUMENT) / (LARGE_DOCUMENT - SMALL_DOCUMENT);
    const allowed = 0.99 - 0.89 * Math.min(Math.max(size, 0), 1);
    if (this.#decodedByAlias / this.#decoded > allowed) throw new YamlError("document contains excessive aliasing");
  }

  #followed<T>(alias: AliasNode, decode: () => T): T {
    if (this.#open.has(alias)) throw new YamlError(`anchor '${alias.anchor}' value contains itself`);
    this.#open.add(alias);
    const value = decode();
    this.#open.delete(alias);
    return value;
  }

  /** A scalar's type and value; one in quotes is a string. */
  resolve(node: ScalarNode): Resolved {
    if (node.tag === "" && !node.implicit) return { tag: STR_TAG, value: node.value };
    const resolved = resolveScalar(node.tag, node.value);
    if (resolved.tag !== BINARY_TAG) return resolved;
    return { tag: BINARY_TAG, value: decodeBase64(resolved.value as string) };
  }

  /** Records that a node is not of the type wanted. `tag` is what an untagged scalar turned out to be. */
  mismatch(node: ContentNode, into: string, tag = ""): Failed {
    let found: string;
    if (node.kind === "sequence") found = shortTag(SEQ_TAG);
    else if (node.kind === "mapping") found = shortTag(MAP_TAG);
    else found = `${shortTag(node.tag === "" ? tag : node.tag)} \`${shorten(node.value)}\``;
    return this.fail(node, `cannot unmarshal ${found} into ${into}`);
  }

  fail(at: YamlNode, problem: string): Failed {
    this.errors.push(`line ${at.line + 1}: ${problem}`);
    return FAILED;
  }

  /** Calls back with each key and value of a mapping, and `merge` with each mapping that a `<<` brings in. */
  eachPair(
    node: MappingNode,
    pair: (key: YamlNode, value: YamlNode) => void,
    merge: (mapping: MappingNode) => void,
  ): void {
    for (const [key, value] of node.pairs) {
      if (isMerge(key)) this.#merge(value, merge);
      else pair(key, value);
    }
  }

  #merge(value: YamlNode, merge: (mapping: MappingNode) => void): void {
    // Of a list the first has the last word.
    const sources = value.kind === "sequence" ? value.items.toReversed() : [value];
    for (const source of sources) {
      this.#count();
      const target = source.kind === "alias" ? source.target : source;
      if (target.kind !== "mapping") throw new YamlError("map merge requires map or sequence of maps as the value");
      if (source.kind === "alias") this.#followed(source, () => merge(target));
      else merge(target);
    }
  }
}

/** What yaml.v2 takes for null before it looks at the type. `Null` and `NULL` are not among them. */
function looksNull(node: ScalarNode): boolean {
  if (node.tag === NULL_TAG) return true;
  return node.tag === "" && (node.value === "null" || node.value === "~" || (node.value === "" && node.implicit));
}

function isMerge(key: YamlNode): boolean {
  return key.kind === "scalar" && key.value === "<<" && (key.implicit || key.tag === MERGE_TAG);
}

/** Ten bytes of a value are shown, or seven and an ellipsis. */
function shorten(value: string): string {
  const bytes = Buffer.from(value);
  return bytes.length > 10 ? `${bytes.subarray(0, 7)}...` : value;
}

function decodeBase64(text: string): string {
  const compact = text.replaceAll(/[\r\n]/g, "");
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(compact)) {
    throw new YamlError("!!binary value contains invalid base64 data");
  }
  return Buffer.from(compact, "base64").toString();
}
