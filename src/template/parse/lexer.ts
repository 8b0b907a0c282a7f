import { quote, unicodePoint } from "../fmt/quote.ts";
import { runeOf } from "../gostring.ts";
import { type Item, type ItemType, KEYWORDS } from "./items.ts";

const LEFT = "{{";
const RIGHT = "}}";
const DECIMAL = /[0-9_]/;
const LETTER_OR_DIGIT = /[\p{L}\p{Nd}_]/u;

function isSpace(c: string): boolean {
  return c === " " || c === "\t" || c === "\r" || c === "\n";
}

function isAlphaNumeric(c: string): boolean {
  if (c.length === 1 && c < "\x80") {
    return (c >= "a" && c <= "z") || (c >= "A" && c <= "Z") || (c >= "0" && c <= "9") || c === "_";
  }
  return c !== "" && LETTER_OR_DIGIT.test(c);
}

function countNewlines(s: string): number {
  let n = 0;
  for (let i = s.indexOf("\n"); i >= 0; i = s.indexOf("\n", i + 1)) n++;
  return n;
}

/** Cuts a template into tokens, one at a time, as Go's text/template/parse does. */
export class Lexer {
  private pos = 0;
  private start = 0;
  private line = 1;
  private startLine = 1;
  private parenDepth = 0;
  private insideAction = false;

  constructor(private input: string) {}

  nextItem(): Item {
    return this.insideAction ? this.lexAction() : this.lexText();
  }

  /** The character at the position, "" at the end. */
  private peek(): string {
    const c = this.input.charAt(this.pos);
    if (c >= "\ud800" && c <= "\udbff") return String.fromCodePoint(this.input.codePointAt(this.pos) as number);
    return c;
  }

  private next(): string {
    const c = this.peek();
    this.pos += c.length;
    if (c === "\n") this.line++;
    return c;
  }

  private has(text: string, at = this.pos): boolean {
    return this.input.startsWith(text, at);
  }

  private emit(type: ItemType): Item {
    const item = { type, pos: this.start, val: this.input.slice(this.start, this.pos), line: this.startLine };
    this.start = this.pos;
    this.startLine = this.line;
    return item;
  }

  private ignore(): void {
    this.line += countNewlines(this.input.slice(this.start, this.pos));
    this.start = this.pos;
    this.startLine = this.line;
  }

  /** After an error there is no more input. */
  private error(message: string): Item {
    const item: Item = { type: "error", pos: this.start, val: message, line: this.startLine };
    this.start = 0;
    this.pos = 0;
    this.input = "";
    return item;
  }

  private lexText(): Item {
    for (;;) {
      const x = this.input.indexOf(LEFT, this.pos);
      if (x < 0) {
        this.pos = this.input.length;
        if (this.pos > this.start) {
          this.line += countNewlines(this.input.slice(this.start, this.pos));
          return this.emit("text");
        }
        return this.emit("eof");
      }
      if (x > this.pos) {
        const textEnd = this.trimmedEnd(x);
        this.pos = textEnd;
        this.line += countNewlines(this.input.slice(this.start, textEnd));
        const item = this.emit("text");
        this.pos = x;
        this.ignore();
        if (item.val !== "") return item;
      }
      const item = this.lexLeftDelim();
      if (item !== undefined) return item;
    }
  }

  /** Where the text before the delimiter at `x` ends: before its trailing space if that is to be trimmed. */
  private trimmedEnd(x: number): number {
    if (!this.hasLeftTrimMarker(x + LEFT.length)) return x;
    let end = x;
    while (end > this.start && isSpace(this.input.charAt(end - 1))) end--;
    return end;
  }

  private hasLeftTrimMarker(at: number): boolean {
    return this.input.charAt(at) === "-" && isSpace(this.input.charAt(at + 1));
  }

  private hasRightTrimMarker(at: number): boolean {
    return isSpace(this.input.charAt(at)) && this.input.charAt(at + 1) === "-";
  }

  /** Undefined after a comment: the text goes on. */
  private lexLeftDelim(): Item | undefined {
    this.pos += LEFT.length;
    const afterMarker = this.hasLeftTrimMarker(this.pos) ? 2 : 0;
    if (this.has("/*", this.pos + afterMarker)) {
      this.pos += afterMarker;
      this.ignore();
      return this.lexComment();
    }
    const item = this.emit("leftDelim");
    this.insideAction = true;
    this.pos += afterMarker;
    this.ignore();
    this.parenDepth = 0;
    return item;
  }

  private lexComment(): Item | undefined {
    const x = this.input.indexOf("*/", this.pos + 2);
    if (x < 0) return this.error("unclosed comment");
    this.pos = x + 2;
    const trim = this.hasRightTrimMarker(this.pos) && this.has(RIGHT, this.pos + 2);
    if (!trim && !this.has(RIGHT)) return this.error("comment ends before closing delimiter");
    this.pos += (trim ? 2 : 0) + RIGHT.length;
    if (trim) this.skipSpaces();
    this.ignore();
    return undefined;
  }

  private skipSpaces(): void {
    while (isSpace(this.input.charAt(this.pos))) this.pos++;
  }

  private lexRightDelim(): Item {
    const trim = this.hasRightTrimMarker(this.pos) && this.has(RIGHT, this.pos + 2);
    if (trim) {
      this.pos += 2;
      this.ignore();
    }
    this.pos += RIGHT.length;
    const item = this.emit("rightDelim");
    if (trim) {
      this.skipSpaces();
      this.ignore();
    }
    this.insideAction = false;
    return item;
  }

  private lexAction(): Item {
    if (this.has(RIGHT) || (this.hasRightTrimMarker(this.pos) && this.has(RIGHT, this.pos + 2))) {
      return this.parenDepth === 0 ? this.lexRightDelim() : this.error("unclosed left paren");
    }
    const c = this.peek();
    if (isSpace(c)) return this.lexSpace();
    this.next();
    switch (c) {
      case "":
        return this.error("unclosed action");
      case "=":
        return this.emit("assign");
      case ":":
        return this.next() === "=" ? this.emit("declare") : this.error("expected :=");
      case "|":
        return this.emit("pipe");
      case '"':
        return this.lexQuoted('"', "string", "unterminated quoted string");
      case "'":
        return this.lexQuoted("'", "charConstant", "unterminated character constant");
      case "`":
        return this.lexRawQuote();
      case "$":
        return this.lexFieldOrVariable("variable");
      case "(":
        this.parenDepth++;
        return this.emit("leftParen");
      case ")":
        this.parenDepth--;
        return this.parenDepth < 0 ? this.error("unexpected right paren") : this.emit("rightParen");
    }
    if (c === ".") {
      const after = this.input.charAt(this.pos);
      if (after !== "" && (after < "0" || after > "9")) return this.lexFieldOrVariable("field");
    }
    if (c === "." || c === "+" || c === "-" || (c >= "0" && c <= "9")) {
      this.pos--;
      return this.lexNumber();
    }
    if (isAlphaNumeric(c)) return this.lexIdentifier();
    if (c > " " && c < "\x7f") return this.emit("char");
    return this.error(`unrecognized character in action: ${unicodePoint(runeOf(c), true)}`);
  }

  private lexSpace(): Item {
    let spaces = 0;
    while (isSpace(this.peek())) {
      this.next();
      spaces++;
    }
    // The last space may belong to a trimming right delimiter.
    if (this.hasRightTrimMarker(this.pos - 1) && this.has(RIGHT, this.pos + 1)) {
      this.pos--;
      if (this.input.charAt(this.pos) === "\n") this.line--;
      if (spaces === 1) return this.lexRightDelim();
    }
    return this.emit("space");
  }

  private lexIdentifier(): Item {
    while (isAlphaNumeric(this.peek())) this.next();
    if (!this.atTerminator()) return this.badCharacter();
    const word = this.input.slice(this.start, this.pos);
    if (word === "true" || word === "false") return this.emit("bool");
    return this.emit(KEYWORDS.get(word) ?? "identifier");
  }

  private lexFieldOrVariable(type: "field" | "variable"): Item {
    if (this.atTerminator()) return this.emit(type === "variable" ? "variable" : "dot");
    while (isAlphaNumeric(this.peek())) this.next();
    return this.atTerminator() ? this.emit(type) : this.badCharacter();
  }

  private badCharacter(): Item {
    return this.error(`bad character ${unicodePoint(runeOf(this.peek()), true)}`);
  }

  /** Whether what follows may follow an identifier. */
  private atTerminator(): boolean {
    const c = this.peek();
    return c === "" || isSpace(c) || ".,|:)(".includes(c) || this.has(RIGHT);
  }

  private lexQuoted(end: string, type: ItemType, unterminated: string): Item {
    for (;;) {
      let c = this.next();
      if (c === end) return this.emit(type);
      if (c === "\\") {
        c = this.next();
        if (c !== "" && c !== "\n") continue;
      }
      if (c === "" || c === "\n") return this.error(unterminated);
    }
  }

  private lexRawQuote(): Item {
    for (;;) {
      const c = this.next();
      if (c === "") return this.error("unterminated raw quoted string");
      if (c === "`") return this.emit("rawString");
    }
  }

  private lexNumber(): Item {
    if (!this.scanNumber()) return this.badNumber();
    const sign = this.peek();
    if (sign !== "+" && sign !== "-") return this.emit("number");
    if (!this.scanNumber() || this.input.charAt(this.pos - 1) !== "i") return this.badNumber();
    return this.emit("complex");
  }

  private badNumber(): Item {
    return this.error(`bad number syntax: ${quote(this.input.slice(this.start, this.pos))}`);
  }

  private accept(valid: string): boolean {
    const c = this.peek();
    if (c === "" || !valid.includes(c)) return false;
    this.pos++;
    return true;
  }

  private acceptRun(valid: RegExp): void {
    while (valid.test(this.peek())) this.pos++;
  }

  /** Accepts too much on purpose, as Go's does: converting the text finds what is wrong with it. */
  private scanNumber(): boolean {
    this.accept("+-");
    let digits = DECIMAL;
    let base = 10;
    if (this.accept("0")) {
      if (this.accept("xX")) [digits, base] = [/[0-9a-fA-F_]/, 16];
      else if (this.accept("oO")) [digits, base] = [/[0-7_]/, 8];
      else if (this.accept("bB")) [digits, base] = [/[01_]/, 2];
    }
    this.acceptRun(digits);
    if (this.accept(".")) this.acceptRun(digits);
    if ((base === 10 && this.accept("eE")) || (base === 16 && this.accept("pP"))) {
      this.accept("+-");
      this.acceptRun(DECIMAL);
    }
    this.accept("i");
    if (!isAlphaNumeric(this.peek())) return true;
    this.next();
    return false;
  }
}
