import { TemplateError } from "../error.ts";
import { type Item, type ItemType, itemText } from "./items.ts";
import type { Lexer } from "./lexer.ts";
import type { Source } from "./nodes.ts";

const NO_ITEM: Item = { type: "error", pos: 0, val: "", line: 0 };

/** The tokens a parser may have read and given back. */
const LOOKAHEAD = 3;

/**
 * Reads tokens with the look-ahead of Go's parser, which shows: the line of an error is that of the last token read,
 * whether it was given back or not.
 */
export class TokenReader {
  private readonly tokens: Item[] = Array.from({ length: LOOKAHEAD }, () => NO_ITEM);
  private peekCount = 0;
  /** Line on which the action begins that is being read, 0 outside. */
  protected actionLine = 0;

  constructor(
    protected readonly source: Source,
    protected readonly lexer: Lexer,
  ) {}

  protected next(): Item {
    if (this.peekCount > 0) this.peekCount--;
    else this.tokens[0] = this.lexer.nextItem();
    return this.tokens[this.peekCount] as Item;
  }

  /** Gives back the last token. */
  protected backup(): void {
    this.peekCount++;
  }

  /** Gives back the last token and, before it, those read earlier: the latest first. */
  protected backupBefore(...earlier: readonly Item[]): void {
    earlier.forEach((item, i) => {
      this.tokens[i + 1] = item;
    });
    this.peekCount = earlier.length + 1;
  }

  protected peek(): Item {
    if (this.peekCount === 0) {
      this.peekCount = 1;
      this.tokens[0] = this.lexer.nextItem();
    }
    return this.tokens[this.peekCount - 1] as Item;
  }

  protected nextNonSpace(): Item {
    let token = this.next();
    while (token.type === "space") token = this.next();
    return token;
  }

  protected peekNonSpace(): Item {
    const token = this.nextNonSpace();
    this.backup();
    return token;
  }

  protected error(message: string): never {
    throw new TemplateError(`template: ${this.source.name}:${(this.tokens[0] as Item).line}: ${message}`);
  }

  protected unexpected(token: Item, context: string): never {
    if (token.type !== "error") return this.error(`unexpected ${itemText(token)} in ${context}`);
    let started = "";
    if (this.actionLine !== 0 && this.actionLine !== token.line) {
      started = `${token.val.endsWith(" action") ? "" : " in action"} started at ${this.source.name}:${this.actionLine}`;
    }
    return this.error(token.val + started);
  }

  protected expect(context: string, ...types: readonly ItemType[]): Item {
    const token = this.nextNonSpace();
    return types.includes(token.type) ? token : this.unexpected(token, context);
  }
}
