import { analyze, type ScalarTraits } from "./analyze.ts";
import { isPrintable } from "./printable.ts";
import { isBreak } from "./source.ts";

/** What to write: scalars with the style they would have if nothing forbids it. */
export type EmitNode =
  | { readonly kind: "scalar"; readonly value: string; readonly style: ScalarStyle }
  | { readonly kind: "sequence"; readonly items: readonly EmitNode[]; readonly flow: boolean }
  | { readonly kind: "mapping"; readonly entries: readonly (readonly [EmitNode, EmitNode])[]; readonly flow: boolean };

export type ScalarStyle = "plain" | "single" | "double" | "literal";

const INDENT = 2;
const WIDTH = 80;
const SURROGATE = /[\ud800-\udbff]/;
/** A line break of any kind, or a quote. */
const INTERRUPTION = /[\n\r\x85\u2028\u2029']/;
/** Bytes a key may have to be written without `? `. */
const MAX_SIMPLE_KEY = 128;

/** Writes a document as yaml.v2 does, with a line feed at the end. */
export function emitYaml(root: EmitNode): string {
  const emitter = new Emitter();
  emitter.node(root, "root");
  return emitter.finish();
}

/** Where a node stands: a value in a mapping, a key that fits before its colon, … */
type Context = "root" | "item" | "value" | "simple-key";

class Emitter {
  #out = "";
  #column = 0;
  #indent = -1;
  #flowLevel = 0;
  /** The last thing written was a space or an opening bracket. */
  #whitespace = true;
  /** Only indentation and `-`, `?`, `:` stand on this line so far. */
  #indention = true;

  finish(): string {
    this.#indent = -1;
    this.#writeIndent();
    return this.#out;
  }

  node(node: EmitNode, context: Context): void {
    if (node.kind === "scalar") return this.#scalar(node.value, node.style, context);
    if (node.kind === "sequence") {
      if (this.#flowLevel > 0 || node.flow || node.items.length === 0) return this.#flowSequence(node.items);
      return this.#blockSequence(node.items, context);
    }
    if (this.#flowLevel > 0 || node.flow || node.entries.length === 0) return this.#flowMapping(node.entries);
    return this.#blockMapping(node.entries);
  }

  #indented(flow: boolean, indentless: boolean, write: () => void): void {
    const outer = this.#indent;
    if (outer < 0) this.#indent = flow ? INDENT : 0;
    else if (!indentless) this.#indent += INDENT;
    write();
    this.#indent = outer;
  }

  #blockSequence(items: readonly EmitNode[], context: Context): void {
    const underKey = context === "value" || context === "simple-key";
    this.#indented(false, underKey && !this.#indention, () => {
      for (const item of items) {
        this.#writeIndent();
        this.#indicator("-", { indention: true });
        this.node(item, "item");
      }
    });
  }

  #blockMapping(entries: readonly (readonly [EmitNode, EmitNode])[]): void {
    this.#indented(false, false, () => {
      for (const [key, value] of entries) {
        this.#writeIndent();
        if (isSimpleKey(key)) {
          this.node(key, "simple-key");
          this.#indicator(":", { attached: true });
        } else {
          this.#indicator("?", { indention: true });
          this.node(key, "value");
          this.#writeIndent();
          this.#indicator(":", { indention: true });
        }
        this.node(value, "value");
      }
    });
  }

  #flowSequence(items: readonly EmitNode[]): void {
    this.#flow("[", "]", items, (item) => this.node(item, "item"));
  }

  #flowMapping(entries: readonly (readonly [EmitNode, EmitNode])[]): void {
    this.#flow("{", "}", entries, ([key, value]) => {
      if (isSimpleKey(key)) {
        this.node(key, "simple-key");
        this.#indicator(":", { attached: true });
      } else {
        this.#indicator("?", {});
        this.node(key, "value");
        if (this.#column > WIDTH) this.#writeIndent();
        this.#indicator(":", {});
      }
      this.node(value, "value");
    });
  }

  #flow<Item>(open: string, close: string, items: readonly Item[], write: (item: Item) => void): void {
    this.#indicator(open, { whitespace: true });
    this.#indented(true, false, () => {
      this.#flowLevel++;
      items.forEach((item, i) => {
        if (i > 0) this.#indicator(",", { attached: true });
        if (this.#column > WIDTH) this.#writeIndent();
        write(item);
      });
      this.#flowLevel--;
    });
    this.#indicator(close, { attached: true });
  }

  #scalar(value: string, wanted: ScalarStyle, context: Context): void {
    const simpleKey = context === "simple-key";
    const style = this.#styleOf(analyze(value), value, wanted, simpleKey);
    this.#indented(true, false, () => {
      if (style === "plain") this.#plain(value, !simpleKey);
      else if (style === "single") this.#single(value, !simpleKey);
      else if (style === "double") this.#double(value, !simpleKey);
      else this.#literal(value);
    });
  }

  #styleOf(traits: ScalarTraits, value: string, wanted: ScalarStyle, simpleKey: boolean): ScalarStyle {
    const inFlow = this.#flowLevel > 0;
    let style = simpleKey && traits.multiline ? "double" : wanted;
    if (style === "plain") {
      if (!(inFlow ? traits.flowPlainAllowed : traits.blockPlainAllowed)) style = "single";
      if (value === "" && (inFlow || simpleKey)) style = "single";
    }
    if (style === "single" && !traits.singleQuotedAllowed) style = "double";
    if (style === "literal" && (!traits.blockAllowed || inFlow || simpleKey)) style = "double";
    return style;
  }

  #put(text: string): void {
    this.#out += text;
    this.#column += SURROGATE.test(text) ? [...text].length : text.length;
  }

  #break(kind = "\n"): void {
    this.#out += kind;
    this.#column = 0;
  }

  #writeIndent(): void {
    const indent = Math.max(this.#indent, 0);
    if (!this.#indention || this.#column > indent || (this.#column === indent && !this.#whitespace)) this.#break();
    this.#put(" ".repeat(Math.max(indent - this.#column, 0)));
    this.#whitespace = true;
    this.#indention = true;
  }

  /** @param attached no space before it; @param whitespace none needed after it */
  #indicator(text: string, as: { attached?: boolean; whitespace?: boolean; indention?: boolean }): void {
    if (as.attached !== true && !this.#whitespace) this.#put(" ");
    this.#put(text);
    this.#whitespace = as.whitespace === true;
    this.#indention &&= as.indention === true;
  }

  #plain(value: string, mayFold: boolean): void {
    if (!this.#whitespace) this.#put(" ");
    this.#folding(
      value,
      (space, next) => mayFold && !space && next !== " ",
      (character) => this.#put(character),
    );
    this.#whitespace = false;
    this.#indention = false;
  }

  #single(value: string, mayFold: boolean): void {
    this.#indicator("'", {});
    this.#folding(
      value,
      (space, next, at) => mayFold && !space && at > 0 && next !== undefined && next !== " ",
      (character) => this.#put(character === "'" ? "''" : character),
    );
    this.#indicator("'", { attached: true });
    this.#whitespace = false;
    this.#indention = false;
  }

  /** Writes plain or single-quoted text, breaking lines at single spaces where the line is full. */
  #folding(
    value: string,
    mayBreak: (afterSpace: boolean, next: string | undefined, at: number) => boolean,
    write: (character: string) => void,
  ): void {
    if (this.#column + value.length <= WIDTH && !INTERRUPTION.test(value)) return this.#put(value);
    let afterSpace = false;
    let afterBreak = false;
    const characters = [...value];
    characters.forEach((character, i) => {
      if (character === " ") {
        if (this.#column > WIDTH && mayBreak(afterSpace, characters[i + 1], i)) this.#writeIndent();
        else this.#put(character);
        afterSpace = true;
      } else if (isBreak(character.charCodeAt(0))) {
        this.#break(character);
        this.#indention = true;
        afterBreak = true;
      } else {
        if (afterBreak) this.#writeIndent();
        write(character);
        this.#indention = false;
        afterSpace = false;
        afterBreak = false;
      }
    });
  }

  #double(value: string, mayFold: boolean): void {
    this.#indicator('"', {});
    const characters = [...value];
    // As upstream, which looks for a byte order mark at the start of the text whatever place it is at.
    const escapeAll = value.startsWith("\ufeff");
    let afterSpace = false;
    characters.forEach((character, i) => {
      if (escapeAll || needsEscape(character)) {
        this.#put(escapeOf(character));
        afterSpace = false;
      } else if (character === " ") {
        if (mayFold && !afterSpace && this.#column > WIDTH && i > 0 && i < characters.length - 1) {
          this.#writeIndent();
          if (characters[i + 1] === " ") this.#put("\\");
        } else {
          this.#put(character);
        }
        afterSpace = true;
      } else {
        this.#put(character);
        afterSpace = false;
      }
    });
    this.#indicator('"', { attached: true });
    this.#whitespace = false;
    this.#indention = false;
  }

  #literal(value: string): void {
    this.#indicator("|", {});
    const characters = [...value];
    const breaks = characters.map((character) => isBreak(character.charCodeAt(0)));
    if (characters[0] === " " || breaks[0] === true) this.#indicator(String(INDENT), { attached: true });
    if (breaks.at(-1) !== true) this.#indicator("-", { attached: true });
    else if (breaks.length === 1 || breaks.at(-2) === true) this.#indicator("+", { attached: true });
    this.#break();
    this.#indention = true;
    this.#whitespace = true;
    let afterBreak = true;
    characters.forEach((character, i) => {
      if (breaks[i] === true) {
        this.#break(character);
        this.#indention = true;
        afterBreak = true;
      } else {
        if (afterBreak) this.#writeIndent();
        this.#put(character);
        this.#indention = false;
        afterBreak = false;
      }
    });
  }
}

function isSimpleKey(key: EmitNode): boolean {
  if (key.kind === "sequence") return key.items.length === 0;
  if (key.kind === "mapping") return key.entries.length === 0;
  return !analyze(key.value).multiline && Buffer.byteLength(key.value) <= MAX_SIMPLE_KEY;
}

function needsEscape(character: string): boolean {
  return !isPrintable(character) || isBreak(character.charCodeAt(0)) || character === '"' || character === "\\";
}

const ESCAPES: Readonly<Record<number, string>> = {
  0x00: "0",
  0x07: "a",
  0x08: "b",
  0x09: "t",
  0x0a: "n",
  0x0b: "v",
  0x0c: "f",
  0x0d: "r",
  0x1b: "e",
  0x22: '"',
  0x5c: "\\",
  0x85: "N",
  0xa0: "_",
  0x2028: "L",
  0x2029: "P",
};

function escapeOf(character: string): string {
  const code = character.codePointAt(0) as number;
  const letter = ESCAPES[code];
  if (letter !== undefined) return `\\${letter}`;
  const [prefix, width] = code <= 0xff ? ["x", 2] : code <= 0xffff ? ["u", 4] : ["U", 8];
  return `\\${prefix}${code
    .toString(16)
    .toUpperCase()
    .padStart(width as number, "0")}`;
}
