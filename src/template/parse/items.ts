import { quote, quoteStart } from "../fmt/quote.ts";
import { byteLength } from "../gostring.ts";

export type ItemType =
  | "error"
  | "bool"
  | "char"
  | "charConstant"
  | "complex"
  | "assign"
  | "declare"
  | "eof"
  | "field"
  | "identifier"
  | "leftDelim"
  | "leftParen"
  | "number"
  | "pipe"
  | "rawString"
  | "rightDelim"
  | "rightParen"
  | "space"
  | "string"
  | "text"
  | "variable"
  | Keyword;

type Keyword =
  "block" | "break" | "continue" | "dot" | "define" | "else" | "end" | "if" | "nil" | "range" | "template" | "with";

export interface Item {
  readonly type: ItemType;
  /** Index of its first character in the input. */
  readonly pos: number;
  readonly val: string;
  readonly line: number;
}

export const KEYWORDS: ReadonlyMap<string, Keyword> = new Map<string, Keyword>([
  [".", "dot"],
  ["block", "block"],
  ["break", "break"],
  ["continue", "continue"],
  ["define", "define"],
  ["else", "else"],
  ["end", "end"],
  ["if", "if"],
  ["nil", "nil"],
  ["range", "range"],
  ["template", "template"],
  ["with", "with"],
]);
const KEYWORD_TYPES: ReadonlySet<ItemType> = new Set(KEYWORDS.values());

/** How Go prints a token inside an error. */
export function itemText(item: Item): string {
  if (item.type === "eof") return "EOF";
  if (item.type === "error") return item.val;
  if (KEYWORD_TYPES.has(item.type)) return `<${item.val}>`;
  if (byteLength(item.val) > 10) return `${quoteStart(item.val, 10)}...`;
  return quote(item.val);
}
