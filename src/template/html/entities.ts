// The characters that change what part of a page a place is. All others are alike in that: they stand as a letter.
const NAMED: Readonly<Record<string, string>> = {
  Tab: "\t",
  NewLine: "\n",
  excl: "!",
  quot: '"',
  QUOT: '"',
  num: "#",
  dollar: "$",
  percnt: "%",
  amp: "&",
  AMP: "&",
  apos: "'",
  lpar: "(",
  rpar: ")",
  ast: "*",
  midast: "*",
  plus: "+",
  comma: ",",
  period: ".",
  sol: "/",
  colon: ":",
  semi: ";",
  lt: "<",
  LT: "<",
  equals: "=",
  gt: ">",
  GT: ">",
  quest: "?",
  commat: "@",
  lsqb: "[",
  lbrack: "[",
  bsol: "\\",
  rsqb: "]",
  rbrack: "]",
  Hat: "^",
  lowbar: "_",
  UnderBar: "_",
  grave: "`",
  DiacriticalGrave: "`",
  lcub: "{",
  lbrace: "{",
  verbar: "|",
  vert: "|",
  VerticalLine: "|",
  rcub: "}",
  rbrace: "}",
  nbsp: "\u00a0",
  NonBreakingSpace: "\u00a0",
};

const ENTITY = /&(?:#(\d+);?|#[xX]([0-9a-fA-F]+);?|([a-zA-Z][a-zA-Z0-9]*);|(quot|QUOT|amp|AMP|lt|LT|gt|GT|nbsp))/g;

// Numbers 0x80 to 0x9f mean Windows-1252; none of those characters matters here.
function ofNumber(code: number): string {
  if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return "\ufffd";
  return code >= 0x80 && code <= 0x9f ? "\u20ac" : String.fromCodePoint(code);
}

/**
 * Replaces character references in the text of an attribute by what they stand for, as far as it matters for the
 * context after it.
 */
export function unescapeEntities(s: string): string {
  if (!s.includes("&")) return s;
  return s.replace(ENTITY, (...groups: (string | undefined)[]) => {
    const [, decimal, hex, name, bare] = groups;
    if (decimal !== undefined) return ofNumber(Number(decimal));
    if (hex !== undefined) return ofNumber(Number.parseInt(hex, 16));
    return NAMED[(name ?? bare) as string] ?? "\u00e9";
  });
}
