import { isBlank, isBlankOrEnd, isBreak, isBreakOrEnd, isDigit, SPACE, TAB, type Source } from "./source.ts";

/** What lies between two words of a flow scalar: blanks of one line, or line breaks with the blanks dropped. */
class Gap {
  blanks = "";
  first = "";
  rest = "";
  broken = false;

  /** Takes a blank or a break; blanks after a break are indentation. */
  take(source: Source): void {
    if (isBlank(source.at())) {
      const blank = source.take();
      if (!this.broken) this.blanks += blank;
    } else if (this.broken) {
      this.rest += source.takeBreak();
    } else {
      this.blanks = "";
      this.first = source.takeBreak();
      this.broken = true;
    }
  }

  /** What it reads as: one line break folds to a space, more keep all but the first. */
  text(): string {
    if (!this.broken) return this.blanks;
    if (this.first !== "\n") return this.first + this.rest;
    return this.rest === "" ? " " : this.rest;
  }
}

/** Ends a plain scalar in a flow collection. */
const FLOW_END = new Set([...",?[]{}"].map((c) => c.charCodeAt(0)));

/**
 * Scans a plain scalar.
 * @param indent the enclosing block's column
 * @returns its text, and whether it ended on a line after its last word
 */
export function scanPlain(source: Source, inFlow: boolean, indent: number): { value: string; brokenAfter: boolean } {
  let value = "";
  let gap = new Gap();
  for (;;) {
    if (source.atDocumentIndicator() || source.at() === 0x23) break;
    while (!isBlankOrEnd(source.at())) {
      const ch = source.at();
      if ((ch === 0x3a && isBlankOrEnd(source.at(1))) || (inFlow && FLOW_END.has(ch))) break;
      if (gap.broken || gap.blanks !== "") {
        value += gap.text();
        gap = new Gap();
      }
      value += source.take();
    }
    if (!isBlank(source.at()) && !isBreak(source.at())) break;
    while (isBlank(source.at()) || isBreak(source.at())) {
      if (gap.broken && source.column <= indent && source.at() === TAB) {
        throw source.error("found a tab character that violates indentation");
      }
      gap.take(source);
    }
    if (!inFlow && source.column <= indent) break;
  }
  return { value, brokenAfter: gap.broken };
}

const ESCAPES: Readonly<Record<string, string>> = {
  "0": "\0",
  a: "\x07",
  b: "\b",
  t: "\t",
  "\t": "\t",
  n: "\n",
  v: "\v",
  f: "\f",
  r: "\r",
  e: "\x1b",
  " ": " ",
  '"': '"',
  "'": "'",
  "\\": "\\",
  N: "\x85",
  _: "\xa0",
  L: "\u2028",
  P: "\u2029",
};

const HEX_ESCAPES: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** Scans a quoted scalar, from quote to quote. */
export function scanQuoted(source: Source): string {
  const quote = source.take();
  const single = quote === "'";
  const end = quote.charCodeAt(0);
  let value = "";
  for (;;) {
    if (source.atDocumentIndicator()) throw source.error("found unexpected document indicator");
    if (source.at() === 0) throw source.error("found unexpected end of stream");
    const gap = new Gap();
    while (!isBlankOrEnd(source.at())) {
      const ch = source.at();
      if (single && ch === end && source.at(1) === end) {
        value += "'";
        source.skip(2);
      } else if (ch === end) {
        break;
      } else if (!single && ch === 0x5c && isBreak(source.at(1))) {
        source.skip();
        source.takeBreak();
        gap.broken = true;
        break;
      } else if (!single && ch === 0x5c) {
        value += scanEscape(source);
      } else {
        value += source.take();
      }
    }
    if (source.at() === end) break;
    const escapedBreak = gap.broken;
    while (isBlank(source.at()) || isBreak(source.at())) gap.take(source);
    value += escapedBreak ? gap.rest : gap.text();
  }
  source.skip();
  return value;
}

function scanEscape(source: Source): string {
  const letter = String.fromCharCode(source.at(1));
  const digits = HEX_ESCAPES[letter];
  if (digits === undefined) {
    const character = source.at(1) === 0 ? undefined : ESCAPES[letter];
    if (character === undefined) throw source.error("found unknown escape character");
    source.skip(2);
    return character;
  }
  source.skip(2);
  let hex = "";
  for (let k = 0; k < digits; k++) hex += String.fromCharCode(source.at(k));
  if (!/^[0-9A-Fa-f]+$/.test(hex)) throw source.error("did not find expected hexdecimal number");
  const code = Number.parseInt(hex, 16);
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) {
    throw source.error("found invalid Unicode character escape code");
  }
  source.skip(digits);
  return String.fromCodePoint(code);
}

/**
 * Scans a literal (`|`) or folded (`>`) scalar.
 * @param parentIndent the enclosing block's column, -1 at the top
 */
export function scanBlock(source: Source, parentIndent: number): string {
  const literal = source.take() === "|";
  const { chomp, increment } = scanBlockHeader(source);
  source.skipBlanks();
  source.skipComment();
  if (!isBreakOrEnd(source.at())) throw source.error("did not find expected comment or line break");
  source.takeBreak();

  const given = increment === 0 ? 0 : Math.max(parentIndent, 0) + increment;
  let { breaks, indent } = scanBlockBreaks(source, given, parentIndent);
  let value = "";
  let lineBreak = "";
  let blankBefore = false;
  while (source.column === indent && source.at() !== 0) {
    const blank = isBlank(source.at());
    if (!literal && !blankBefore && !blank && lineBreak === "\n") {
      value += breaks === "" ? " " : breaks;
    } else {
      value += lineBreak + breaks;
    }
    blankBefore = blank;
    while (!isBreakOrEnd(source.at())) value += source.take();
    lineBreak = source.takeBreak();
    breaks = scanBlockBreaks(source, indent, parentIndent).breaks;
  }
  if (chomp !== "-") value += lineBreak;
  if (chomp === "+") value += breaks;
  return value;
}

function scanBlockHeader(source: Source): { chomp: string; increment: number } {
  let chomp = "";
  let increment = 0;
  const takeChomp = () => {
    if (source.at() === 0x2b || source.at() === 0x2d) chomp = source.take();
  };
  takeChomp();
  if (isDigit(source.at())) {
    if (source.at() === 0x30) throw source.error("found an indentation indicator equal to 0");
    increment = Number(source.take());
    if (chomp === "") takeChomp();
  }
  return { chomp, increment };
}

/** Takes indentation and empty lines; with no indent given yet, the first line that is not empty sets it. */
function scanBlockBreaks(source: Source, given: number, parentIndent: number): { breaks: string; indent: number } {
  let breaks = "";
  let deepest = 0;
  const inIndentation = () => given === 0 || source.column < given;
  for (;;) {
    while (inIndentation() && source.at() === SPACE) source.skip();
    deepest = Math.max(deepest, source.column);
    if (inIndentation() && source.at() === TAB) {
      throw source.error("found a tab character where an indentation space is expected");
    }
    if (!isBreak(source.at())) break;
    breaks += source.takeBreak();
  }
  return { breaks, indent: given === 0 ? Math.max(deepest, parentIndent + 1, 1) : given };
}
