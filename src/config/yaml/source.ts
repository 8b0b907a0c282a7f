import { YamlError, yamlErrorAt } from "./error.ts";
import { readSource } from "./reader.ts";
import type { Mark } from "./token.ts";

export const TAB = 0x09;
export const SPACE = 0x20;

/** `ch` is a UTF-16 unit; 0 stands for the end of the text. */
export function isBreak(ch: number): boolean {
  return ch === 0x0a || ch === 0x0d || ch === 0x85 || ch === 0x2028 || ch === 0x2029;
}

export function isBlank(ch: number): boolean {
  return ch === SPACE || ch === TAB;
}

export function isBreakOrEnd(ch: number): boolean {
  return ch === 0 || isBreak(ch);
}

export function isBlankOrEnd(ch: number): boolean {
  return isBlank(ch) || isBreakOrEnd(ch);
}

/** What names of anchors, tags and directives consist of. */
export function isWord(ch: number): boolean {
  return isDigit(ch) || (ch >= 0x41 && ch <= 0x5a) || (ch >= 0x61 && ch <= 0x7a) || ch === 0x5f || ch === 0x2d;
}

export function isDigit(ch: number): boolean {
  return ch >= 0x30 && ch <= 0x39;
}

/** The text being scanned and how far it has been read. Columns count characters, not UTF-16 units. */
export class Source {
  readonly #text: string;
  readonly #problem: string | undefined;
  #position = 0;
  #index = 0;
  #line = 0;
  #column = 0;

  constructor(source: string | Uint8Array) {
    const { text, problem } = readSource(source);
    this.#text = text;
    this.#problem = problem;
  }

  get line(): number {
    return this.#line;
  }

  get column(): number {
    return this.#column;
  }

  get index(): number {
    return this.#index;
  }

  mark(): Mark {
    return { index: this.#index, line: this.#line, column: this.#column };
  }

  /** The unit `ahead` units on, 0 at the end. Throws where the input is not readable that far. */
  at(ahead = 0): number {
    const position = this.#position + ahead;
    if (position < this.#text.length) return this.#text.charCodeAt(position);
    if (this.#problem !== undefined) throw new YamlError(this.#problem);
    return 0;
  }

  startsWith(text: string): boolean {
    return this.#text.startsWith(text, this.#position);
  }

  /** Takes one character that is no line break. */
  take(): string {
    const unit = this.at();
    const width = unit >= 0xd800 && unit <= 0xdbff ? 2 : 1;
    const character = this.#text.slice(this.#position, this.#position + width);
    this.#position += width;
    this.#index++;
    this.#column++;
    return character;
  }

  skip(count = 1): void {
    for (let i = 0; i < count; i++) this.take();
  }

  /** Takes a line break, if one is here, as it reads: every kind is a line feed but U+2028 and U+2029. */
  takeBreak(): string {
    const unit = this.at();
    if (!isBreak(unit)) return "";
    const crlf = unit === 0x0d && this.at(1) === 0x0a;
    this.#position += crlf ? 2 : 1;
    this.#index += crlf ? 2 : 1;
    this.#line++;
    this.#column = 0;
    return unit === 0x2028 || unit === 0x2029 ? String.fromCharCode(unit) : "\n";
  }

  skipBlanks(): void {
    while (isBlank(this.at())) this.skip();
  }

  skipComment(): void {
    if (this.at() !== 0x23) return;
    while (!isBreakOrEnd(this.at())) this.skip();
  }

  /** The end of the text counts as the start of a line. */
  breakAtEnd(): void {
    if (this.#column === 0) return;
    this.#column = 0;
    this.#line++;
  }

  /** `---` or `...` at the start of a line, with nothing attached. */
  atDocumentIndicator(): boolean {
    return this.#column === 0 && (this.startsWith("---") || this.startsWith("...")) && isBlankOrEnd(this.at(3));
  }

  /** A scanner's error at the place reached. */
  error(problem: string): YamlError {
    return yamlErrorAt(this.#line === 0 ? 0 : this.#line + 1, problem);
  }
}
