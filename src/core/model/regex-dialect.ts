// Where re2js reads a pattern differently from Go 1.26's regexp: names of Unicode classes, and groups of the same name.

// Categories and the scripts of Unicode 15.0 that Go finds. It takes `_`, `-` and blanks out of a name before it looks, so
// it never finds a script whose name has them (`Old_Italic`).
const CATEGORIES =
  "Any Assigned Ascii C Cc Cf Cn Co Cs L Lc Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z " +
  "Zl Zp Zs";
const SCRIPTS =
  "Adlam Ahom Arabic Armenian Avestan Balinese Bamum Batak Bengali Bhaiksuki Bopomofo Brahmi Braille Buginese " +
  "Buhid Carian Chakma Cham Cherokee Chorasmian Common Coptic Cuneiform Cypriot Cyrillic Deseret Devanagari Dogra " +
  "Duployan Elbasan Elymaic Ethiopic Georgian Glagolitic Gothic Grantha Greek Gujarati Gurmukhi Han Hangul " +
  "Hanunoo Hatran Hebrew Hiragana Inherited Javanese Kaithi Kannada Katakana Kawi Kharoshthi Khmer Khojki " +
  "Khudawadi Lao Latin Lepcha Limbu Lisu Lycian Lydian Mahajani Makasar Malayalam Mandaic Manichaean Marchen " +
  "Medefaidrin Miao Modi Mongolian Mro Multani Myanmar Nabataean Nandinagari Newa Nko Nushu Ogham Oriya Osage " +
  "Osmanya Palmyrene Phoenician Rejang Runic Samaritan Saurashtra Sharada Shavian Siddham Sinhala Sogdian Soyombo " +
  "Sundanese Syriac Tagalog Tagbanwa Takri Tamil Tangsa Tangut Telugu Thaana Thai Tibetan Tifinagh Tirhuta Toto " +
  "Ugaritic Vai Vithkuqi Wancho Yezidi Yi";
const NAMES: ReadonlySet<string> = new Set(`${CATEGORIES} ${SCRIPTS}`.split(" "));

const ALIASES: Readonly<Record<string, string>> = {
  Casedletter: "Lc",
  Closepunctuation: "Pe",
  Cntrl: "Cc",
  Combiningmark: "M",
  Connectorpunctuation: "Pc",
  Control: "Cc",
  Currencysymbol: "Sc",
  Dashpunctuation: "Pd",
  Decimalnumber: "Nd",
  Digit: "Nd",
  Enclosingmark: "Me",
  Finalpunctuation: "Pf",
  Format: "Cf",
  Initialpunctuation: "Pi",
  Letter: "L",
  Letternumber: "Nl",
  Lineseparator: "Zl",
  Lowercaseletter: "Ll",
  Mark: "M",
  Mathsymbol: "Sm",
  Modifierletter: "Lm",
  Modifiersymbol: "Sk",
  Nonspacingmark: "Mn",
  Number: "N",
  Openpunctuation: "Ps",
  Other: "C",
  Otherletter: "Lo",
  Othernumber: "No",
  Otherpunctuation: "Po",
  Othersymbol: "So",
  Paragraphseparator: "Zp",
  Privateuse: "Co",
  Punct: "P",
  Punctuation: "P",
  Separator: "Z",
  Spaceseparator: "Zs",
  Spacingmark: "Mc",
  Surrogate: "Cs",
  Symbol: "S",
  Titlecaseletter: "Lt",
  Unassigned: "Cn",
  Uppercaseletter: "Lu",
};

// Quoted text, a class, a name of a class, any other escape, or the head of a named group.
const TOKEN =
  /\\Q[^]*?(?:\\E|$)|\[\^?\]?(?:\[:\^?\w+:\]|\\[^]|[^\\\]])*|\\[pP](?:\{[^}]*\}|[^{])|\\[^]|\(\?P?<(\w+)>/gu;
const ESCAPE = /\\[pP](?:\{\^?([^}]*)\}|([^{]))|\\[^]/gu;

/** A pattern as re2js has to be given it, and the way back for its error texts. */
export interface Dialect {
  readonly pattern: string;
  restore(message: string): string;
}

/** Rewrites what re2js reads differently from Go; most patterns stay as they are. */
export function toRe2js(pattern: string): Dialect {
  if (!/\\[pP]|\(\?P?</.test(pattern)) return { pattern, restore: (message) => message };
  const originals = new Map<string, string>();
  const groups = new Set<string>();
  const replace = (original: string, replacement: string) => {
    if (replacement !== original) originals.set(replacement, original);
    return replacement;
  };
  const rewritten = pattern.replace(TOKEN, (token: string, group: string | undefined) => {
    if (group !== undefined) {
      if (!groups.has(group)) {
        groups.add(group);
        return token;
      }
      return replace(token, token.replace(">", `_again_${originals.size}>`));
    }
    if (token.startsWith("\\Q")) return token;
    return token.replace(ESCAPE, (escape: string, long: string | undefined, short: string | undefined) => {
      const name = long ?? short;
      return name === undefined ? escape : replace(escape, withName(escape, name));
    });
  });
  const restore = (message: string) => {
    let text = message;
    for (const [replacement, original] of originals) text = text.replaceAll(replacement, () => original);
    return text;
  };
  return { pattern: rewritten, restore };
}

/** The class by the name re2js knows, or by one that it refuses where Go refuses it. */
function withName(escape: string, name: string): string {
  const bare = name.replace(/[_ -]/g, "");
  const canonical = bare.slice(0, 1).replace(/[a-z]/, upper) + bare.slice(1).replace(/[A-Z]/g, lower);
  const known = NAMES.has(canonical) ? canonical : ALIASES[canonical];
  const negation = escape[3] === "^" ? "^" : "";
  return `${escape.slice(0, 2)}{${negation}${known ?? `?${name}`}}`;
}

const upper = (letter: string) => letter.toUpperCase();
const lower = (letter: string) => letter.toLowerCase();
