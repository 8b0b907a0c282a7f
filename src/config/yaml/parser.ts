import { YamlError, yamlErrorAt } from "./error.ts";
import type { MappingNode, ScalarNode, SequenceNode, YamlNode } from "./node.ts";
import { Scanner } from "./scanner.ts";
import type { Token, TokenKind } from "./token.ts";

const CORE_TAGS = "tag:yaml.org,2002:";

/**
 * Parses the first document of a YAML 1.1 stream as yaml.v2 does; what follows that document is not looked at.
 * @returns undefined when the stream holds no document
 * @throws YamlError
 */
export function parseYaml(source: string | Uint8Array): YamlNode | undefined {
  try {
    return new Parser(source).document();
  } catch (error) {
    // The call stack gives out before upstream's limit of nesting does.
    if (error instanceof RangeError) throw new YamlError("exceeded max depth of 10000");
    throw error;
  }
}

class Parser {
  readonly #scanner: Scanner;
  readonly #anchors = new Map<string, YamlNode>();
  readonly #prefixes = new Map<string, string>();

  constructor(source: string | Uint8Array) {
    this.#scanner = new Scanner(source);
  }

  document(): YamlNode | undefined {
    let token = this.#scanner.peek();
    if (token.kind === "stream-end") return undefined;
    const explicit =
      token.kind === "version-directive" || token.kind === "tag-directive" || token.kind === "document-start";
    this.#directives();
    if (explicit) {
      token = this.#scanner.peek();
      if (token.kind !== "document-start") throw this.#error(token, "did not find expected <document start>");
      this.#scanner.skip();
      token = this.#scanner.peek();
    }
    const root = explicit && endsDocument(token.kind) ? emptyScalar(token) : this.#node(true, false);
    // Upstream looks one token beyond the root, so an error of the scanner there still counts.
    this.#scanner.peek();
    return root;
  }

  #directives(): void {
    let version = false;
    for (;;) {
      const token = this.#scanner.peek();
      if (token.kind === "version-directive") {
        if (version) throw this.#error(token, "found duplicate %YAML directive");
        if (token.value !== "1.1") throw this.#error(token, "found incompatible YAML document");
        version = true;
      } else if (token.kind === "tag-directive") {
        const handle = token.value as string;
        if (this.#prefixes.has(handle)) throw this.#error(token, "found duplicate %TAG directive");
        this.#prefixes.set(handle, token.suffix as string);
      } else {
        break;
      }
      this.#scanner.skip();
    }
    if (!this.#prefixes.has("!")) this.#prefixes.set("!", "!");
    if (!this.#prefixes.has("!!")) this.#prefixes.set("!!", CORE_TAGS);
  }

  /** A parser's error names the line before the token's. */
  #error(token: Token, problem: string): YamlError {
    return yamlErrorAt(token.start.line, problem);
  }

  #node(block: boolean, indentless: boolean): YamlNode {
    const first = this.#scanner.peek();
    const line = first.start.line;
    if (first.kind === "alias") {
      const anchor = first.value as string;
      const target = this.#anchors.get(anchor);
      if (target === undefined) throw new YamlError(`unknown anchor '${anchor}' referenced`);
      this.#scanner.skip();
      return { kind: "alias", line, anchor, target };
    }
    const { anchor, tag } = this.#properties();
    const token = this.#scanner.peek();
    const named = <Node extends YamlNode>(node: Node): Node => {
      if (anchor !== undefined) this.#anchors.set(anchor, node);
      return node;
    };
    const sequence = () => named<SequenceNode>({ kind: "sequence", line, items: [] });
    const mapping = () => named<MappingNode>({ kind: "mapping", line, pairs: [] });
    if (indentless && token.kind === "block-entry") return this.#indentlessSequence(sequence());
    switch (token.kind) {
      case "scalar": {
        this.#scanner.skip();
        const implicit = tag === "!" || (tag === "" && token.plain === true);
        return named<ScalarNode>({ kind: "scalar", line, tag, value: token.value as string, implicit });
      }
      case "flow-sequence-start":
        return this.#flowSequence(sequence());
      case "flow-mapping-start":
        return this.#flowMapping(mapping());
      case "block-sequence-start":
        if (block) return this.#blockSequence(sequence());
        break;
      case "block-mapping-start":
        if (block) return this.#blockMapping(mapping());
    }
    if (anchor !== undefined || tag !== "") {
      return named<ScalarNode>({ kind: "scalar", line, tag, value: "", implicit: tag === "" });
    }
    throw this.#error(token, "did not find expected node content");
  }

  #properties(): { anchor: string | undefined; tag: string } {
    let anchor: string | undefined;
    let tag = "";
    let tagged = false;
    for (;;) {
      const token = this.#scanner.peek();
      if (token.kind === "anchor" && anchor === undefined) {
        anchor = token.value as string;
      } else if (token.kind === "tag" && !tagged) {
        tagged = true;
        tag = this.#resolveTag(token);
      } else {
        return { anchor, tag };
      }
      this.#scanner.skip();
    }
  }

  #resolveTag(token: Token): string {
    if (token.value === "") return token.suffix as string;
    const prefix = this.#prefixes.get(token.value as string);
    const tag = prefix === undefined ? "" : prefix + (token.suffix as string);
    if (tag === "") throw this.#error(token, "found undefined tag handle");
    return tag;
  }

  #blockSequence(node: SequenceNode): SequenceNode {
    this.#scanner.skip();
    for (;;) {
      const token = this.#scanner.peek();
      if (token.kind === "block-entry") {
        this.#scanner.skip();
        node.items.push(this.#unless(token, ["block-entry", "block-end"], true, false));
      } else if (token.kind === "block-end") {
        this.#scanner.skip();
        return node;
      } else {
        throw this.#error(token, "did not find expected '-' indicator");
      }
    }
  }

  #indentlessSequence(node: SequenceNode): SequenceNode {
    for (;;) {
      const token = this.#scanner.peek();
      if (token.kind !== "block-entry") return node;
      this.#scanner.skip();
      node.items.push(this.#unless(token, ["block-entry", "key", "value", "block-end"], true, false));
    }
  }

  #blockMapping(node: MappingNode): MappingNode {
    this.#scanner.skip();
    for (;;) {
      const token = this.#scanner.peek();
      if (token.kind === "block-end") {
        this.#scanner.skip();
        return node;
      }
      if (token.kind !== "key") throw this.#error(token, "did not find expected key");
      this.#scanner.skip();
      const key = this.#unless(token, ["key", "value", "block-end"], true, true);
      const colon = this.#scanner.peek();
      if (colon.kind !== "value") {
        node.pairs.push([key, emptyScalar(colon)]);
        continue;
      }
      this.#scanner.skip();
      node.pairs.push([key, this.#unless(colon, ["key", "value", "block-end"], true, true)]);
    }
  }

  #flowSequence(node: SequenceNode): SequenceNode {
    this.#scanner.skip();
    for (let first = true; ; first = false) {
      let token = this.#scanner.peek();
      if (token.kind !== "flow-sequence-end" && !first) {
        if (token.kind !== "flow-entry") throw this.#error(token, "did not find expected ',' or ']'");
        this.#scanner.skip();
        token = this.#scanner.peek();
      }
      if (token.kind === "flow-sequence-end") {
        this.#scanner.skip();
        return node;
      }
      node.items.push(token.kind === "key" ? this.#flowPair() : this.#node(false, false));
    }
  }

  /** `[a: b]`: a mapping of one pair as an item. */
  #flowPair(): MappingNode {
    const start = this.#scanner.peek();
    this.#scanner.skip();
    const token = this.#scanner.peek();
    let key: YamlNode;
    if (token.kind === "value" || token.kind === "flow-entry" || token.kind === "flow-sequence-end") {
      // As upstream: the token that shows there is no key is dropped with it.
      this.#scanner.skip();
      key = emptyScalar(token);
    } else {
      key = this.#node(false, false);
    }
    const colon = this.#scanner.peek();
    let value: YamlNode | undefined;
    if (colon.kind === "value") {
      this.#scanner.skip();
      const next = this.#scanner.peek();
      if (next.kind !== "flow-entry" && next.kind !== "flow-sequence-end") value = this.#node(false, false);
    }
    return { kind: "mapping", line: start.start.line, pairs: [[key, value ?? emptyScalar(colon)]] };
  }

  #flowMapping(node: MappingNode): MappingNode {
    this.#scanner.skip();
    for (let first = true; ; first = false) {
      let token = this.#scanner.peek();
      if (token.kind !== "flow-mapping-end" && !first) {
        if (token.kind !== "flow-entry") throw this.#error(token, "did not find expected ',' or '}'");
        this.#scanner.skip();
        token = this.#scanner.peek();
      }
      if (token.kind === "flow-mapping-end") {
        this.#scanner.skip();
        return node;
      }
      if (token.kind !== "key") {
        const key = this.#node(false, false);
        node.pairs.push([key, emptyScalar(this.#scanner.peek())]);
        continue;
      }
      this.#scanner.skip();
      const next = this.#scanner.peek();
      const key = this.#unless(next, ["value", "flow-entry", "flow-mapping-end"], false, false);
      let colon = this.#scanner.peek();
      if (colon.kind !== "value") {
        node.pairs.push([key, emptyScalar(colon)]);
        continue;
      }
      this.#scanner.skip();
      colon = this.#scanner.peek();
      node.pairs.push([key, this.#unless(colon, ["flow-entry", "flow-mapping-end"], false, false)]);
    }
  }

  /** The next node, or an empty one placed at `before` where one of `ends` comes instead. */
  #unless(before: Token, ends: readonly TokenKind[], block: boolean, indentless: boolean): YamlNode {
    return ends.includes(this.#scanner.peek().kind) ? emptyScalar(before) : this.#node(block, indentless);
  }
}

function endsDocument(kind: TokenKind): boolean {
  return (
    kind === "version-directive" ||
    kind === "tag-directive" ||
    kind === "document-start" ||
    kind === "document-end" ||
    kind === "stream-end"
  );
}

function emptyScalar(at: Token): ScalarNode {
  return { kind: "scalar", line: at.start.line, tag: "", value: "", implicit: true };
}
