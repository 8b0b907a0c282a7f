import { scanAnchor, scanDirective, scanTag } from "./scan-properties.ts";
import { scanBlock, scanPlain, scanQuoted } from "./scan-scalar.ts";
import { isBlank, isBlankOrEnd, isBreak, SPACE, Source, TAB } from "./source.ts";
import type { Mark, Token, TokenKind } from "./token.ts";

/** Where a key without `?` may have begun: only the `:` after it tells. */
interface SimpleKey {
  possible: boolean;
  /** Nothing but a key can stand here. */
  required: boolean;
  /** Number of its first token since the start. */
  token: number;
  mark: Mark;
}

const MAX_DEPTH = 10_000;

/** A key without `?` must end on its line and within this many characters. */
const MAX_KEY = 1024;

/** Cannot begin a plain scalar. */
const INDICATORS = new Set([...",[]{}#&*!|>'\"%@`"].map((c) => c.charCodeAt(0)));

const DASH = 0x2d;
const QUESTION = 0x3f;
const COLON = 0x3a;

/**
 * Splits YAML 1.1 into tokens the way libyaml does (as yaml.v2 carries it), errors included: what it takes and refuses
 * differs from YAML 1.2 readers in many small ways that configurations rely on.
 */
export class Scanner {
  readonly #source: Source;
  #queue: Token[] = [];
  /** Tokens handed out so far. */
  #taken = 0;
  /** One for the block context and one for each open flow collection. */
  readonly #keys: SimpleKey[];
  readonly #keyOfToken = new Map<number, SimpleKey>();
  #keyAllowed = true;
  readonly #indents: number[] = [];
  #indent = -1;

  constructor(source: string | Uint8Array) {
    this.#source = new Source(source);
    this.#keys = [{ possible: false, required: false, token: 0, mark: this.#source.mark() }];
  }

  /** The next token, left in place. */
  peek(): Token {
    while (this.#queue.length === 0 || this.#headMayBeKey()) this.#fetch();
    return this.#queue[0] as Token;
  }

  /** Removes the token peeked at. */
  skip(): void {
    this.#queue.shift();
    this.#taken++;
  }

  #headMayBeKey(): boolean {
    const key = this.#keyOfToken.get(this.#taken);
    return key !== undefined && this.#isStillPossible(key);
  }

  get #flow(): boolean {
    return this.#keys.length > 1;
  }

  get #key(): SimpleKey {
    return this.#keys[this.#keys.length - 1] as SimpleKey;
  }

  #fetch(): void {
    const source = this.#source;
    this.#skipToToken();
    this.#unroll(source.column);
    const ch = source.at();
    if (ch === 0) return this.#fetchEnd();
    if (source.column === 0 && ch === 0x25) return this.#fetchDirective();
    if (source.atDocumentIndicator()) return this.#fetchDocumentIndicator();
    switch (String.fromCharCode(ch)) {
      case "[":
        return this.#openFlow("flow-sequence-start");
      case "{":
        return this.#openFlow("flow-mapping-start");
      case "]":
        return this.#closeFlow("flow-sequence-end");
      case "}":
        return this.#closeFlow("flow-mapping-end");
      case ",":
        return this.#fetchFlowEntry();
      case "*":
        return this.#fetchAnchor("alias");
      case "&":
        return this.#fetchAnchor("anchor");
      case "!":
        return this.#fetchTag();
      case "'":
      case '"':
        return this.#fetchScalar(() => scanQuoted(source), false);
    }
    const blankFollows = isBlankOrEnd(source.at(1));
    if (ch === DASH && blankFollows) return this.#fetchBlockEntry();
    if (ch === QUESTION && (this.#flow || blankFollows)) return this.#fetchKey();
    if (ch === COLON && (this.#flow || blankFollows)) return this.#fetchValue();
    if ((ch === 0x7c || ch === 0x3e) && !this.#flow) return this.#fetchBlockScalar();
    if (this.#startsPlain(ch)) return this.#fetchPlain();
    throw source.error("found character that cannot start any token");
  }

  #startsPlain(ch: number): boolean {
    if (ch === DASH) return !isBlank(this.#source.at(1));
    if (ch === QUESTION || ch === COLON) return !this.#flow && !isBlankOrEnd(this.#source.at(1));
    return !isBlankOrEnd(ch) && !INDICATORS.has(ch);
  }

  /** Skips blanks, comments and line breaks. A tab is no indentation: it ends the skipping where a key may begin. */
  #skipToToken(): void {
    const source = this.#source;
    for (;;) {
      while (source.at() === SPACE || (source.at() === TAB && (this.#flow || !this.#keyAllowed))) source.skip();
      source.skipComment();
      if (!isBreak(source.at())) return;
      source.takeBreak();
      if (!this.#flow) this.#keyAllowed = true;
    }
  }

  #push(kind: TokenKind, start: Mark, more?: Partial<Token>): void {
    this.#queue.push({ ...more, kind, start, end: this.#source.mark() });
  }

  #pushIndicator(kind: TokenKind, length = 1): void {
    const start = this.#source.mark();
    this.#source.skip(length);
    this.#push(kind, start);
  }

  /** Opens a block collection at `column` unless one is open there; `at` is the token number it goes before. */
  #roll(column: number, kind: TokenKind, mark: Mark, at?: number): void {
    if (this.#flow || this.#indent >= column) return;
    this.#indents.push(this.#indent);
    this.#indent = column;
    if (this.#indents.length > MAX_DEPTH) throw this.#source.error(`exceeded max depth of ${MAX_DEPTH}`);
    const position = at === undefined ? this.#queue.length : at - this.#taken;
    this.#queue.splice(position, 0, { kind, start: mark, end: mark });
  }

  #unroll(column: number): void {
    if (this.#flow) return;
    while (this.#indent > column) {
      const mark = this.#source.mark();
      this.#queue.push({ kind: "block-end", start: mark, end: mark });
      this.#indent = this.#indents.pop() as number;
    }
  }

  #saveKey(): void {
    if (!this.#keyAllowed) return;
    this.#dropKey();
    const key: SimpleKey = {
      possible: true,
      required: !this.#flow && this.#indent === this.#source.column,
      token: this.#taken + this.#queue.length,
      mark: this.#source.mark(),
    };
    this.#keys[this.#keys.length - 1] = key;
    this.#keyOfToken.set(key.token, key);
  }

  #dropKey(): void {
    const key = this.#key;
    if (!key.possible) return;
    if (key.required) throw this.#source.error("could not find expected ':'");
    key.possible = false;
    this.#keyOfToken.delete(key.token);
  }

  #isStillPossible(key: SimpleKey): boolean {
    if (!key.possible) return false;
    if (key.mark.line === this.#source.line && key.mark.index + MAX_KEY >= this.#source.index) return true;
    if (key.required) throw this.#source.error("could not find expected ':'");
    key.possible = false;
    return false;
  }

  #fetchEnd(): void {
    this.#source.breakAtEnd();
    this.#unroll(-1);
    this.#dropKey();
    this.#keyAllowed = false;
    this.#push("stream-end", this.#source.mark());
  }

  #fetchDirective(): void {
    this.#unroll(-1);
    this.#dropKey();
    this.#keyAllowed = false;
    this.#queue.push(scanDirective(this.#source));
  }

  #fetchDocumentIndicator(): void {
    this.#unroll(-1);
    this.#dropKey();
    this.#keyAllowed = false;
    this.#pushIndicator(this.#source.at() === DASH ? "document-start" : "document-end", 3);
  }

  #openFlow(kind: TokenKind): void {
    this.#saveKey();
    const token = this.#taken + this.#queue.length;
    this.#keys.push({ possible: false, required: false, token, mark: this.#source.mark() });
    if (this.#keys.length - 1 > MAX_DEPTH) throw this.#source.error(`exceeded max depth of ${MAX_DEPTH}`);
    this.#keyAllowed = true;
    this.#pushIndicator(kind);
  }

  #closeFlow(kind: TokenKind): void {
    this.#dropKey();
    // Where nothing in the collection could be a key this forgets that the collection itself could be one (as libyaml
    // in yaml.v2 does): its tokens are handed out without waiting for the colon.
    if (this.#flow) this.#keyOfToken.delete((this.#keys.pop() as SimpleKey).token);
    this.#keyAllowed = false;
    this.#pushIndicator(kind);
  }

  #fetchFlowEntry(): void {
    this.#dropKey();
    this.#keyAllowed = true;
    this.#pushIndicator("flow-entry");
  }

  #fetchBlockEntry(): void {
    if (!this.#flow) {
      if (!this.#keyAllowed) throw this.#source.error("block sequence entries are not allowed in this context");
      this.#roll(this.#source.column, "block-sequence-start", this.#source.mark());
    }
    this.#dropKey();
    this.#keyAllowed = true;
    this.#pushIndicator("block-entry");
  }

  #fetchKey(): void {
    if (!this.#flow) {
      if (!this.#keyAllowed) throw this.#source.error("mapping keys are not allowed in this context");
      this.#roll(this.#source.column, "block-mapping-start", this.#source.mark());
    }
    this.#dropKey();
    this.#keyAllowed = !this.#flow;
    this.#pushIndicator("key");
  }

  #fetchValue(): void {
    const key = this.#key;
    if (this.#isStillPossible(key)) {
      this.#queue.splice(key.token - this.#taken, 0, { kind: "key", start: key.mark, end: key.mark });
      this.#roll(key.mark.column, "block-mapping-start", key.mark, key.token);
      key.possible = false;
      this.#keyOfToken.delete(key.token);
      this.#keyAllowed = false;
    } else {
      if (!this.#flow) {
        if (!this.#keyAllowed) throw this.#source.error("mapping values are not allowed in this context");
        this.#roll(this.#source.column, "block-mapping-start", this.#source.mark());
      }
      this.#keyAllowed = !this.#flow;
    }
    this.#pushIndicator("value");
  }

  #fetchAnchor(kind: "alias" | "anchor"): void {
    this.#saveKey();
    this.#keyAllowed = false;
    const start = this.#source.mark();
    this.#push(kind, start, { value: scanAnchor(this.#source) });
  }

  #fetchTag(): void {
    this.#saveKey();
    this.#keyAllowed = false;
    const start = this.#source.mark();
    this.#push("tag", start, scanTag(this.#source));
  }

  #fetchScalar(scan: () => string, plain: boolean): void {
    this.#saveKey();
    this.#keyAllowed = false;
    const start = this.#source.mark();
    this.#push("scalar", start, { value: scan(), plain });
  }

  #fetchPlain(): void {
    this.#fetchScalar(() => {
      const { value, brokenAfter } = scanPlain(this.#source, this.#flow, this.#indent);
      if (brokenAfter) this.#keyAllowed = true;
      return value;
    }, true);
  }

  #fetchBlockScalar(): void {
    this.#dropKey();
    this.#keyAllowed = true;
    const start = this.#source.mark();
    this.#push("scalar", start, { value: scanBlock(this.#source, this.#indent), plain: false });
  }
}
