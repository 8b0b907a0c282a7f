/**
 * Title case as golang.org/x/text/cases makes it for English: the first cased letter of each word in title case, the
 * others in lower case. Words are cut by its approximation of Unicode's word boundaries: letters, digits, marks and `_`
 * never part, one of `'.:` and the like between letters does not either, everything else does.
 */

const CASED = /^[\p{Uppercase}\p{Lowercase}\p{Lt}]$/u;
const MID = /^[:\u00b7\u0387\u055f\u05f4\u2027\ufe13\ufe55\uff1a.\u2018\u2019\u2024\ufe52\uff07\uff0e']$/u;
const JOINS =
  /^(?:(?![\p{Ideographic}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}])\p{Alphabetic}|\p{Nd}|\p{Pc}|\p{M}|(?![\u200b])\p{Cf}|\u202f)$/u;

const DIGRAPHS: Readonly<Record<string, string>> = {
  "\u01c4": "\u01c5",
  "\u01c6": "\u01c5",
  "\u01c7": "\u01c8",
  "\u01c9": "\u01c8",
  "\u01ca": "\u01cb",
  "\u01cc": "\u01cb",
  "\u01f1": "\u01f2",
  "\u01f3": "\u01f2",
};

function titleChar(char: string): string {
  const digraph = DIGRAPHS[char];
  if (digraph !== undefined) return digraph;
  if (char === "\u0149") return "\u02bcN";
  // Georgian has capitals but no title case.
  if (char >= "\u10d0" && char <= "\u10ff") return char;
  const [first = "", ...rest] = char.toUpperCase();
  return first + rest.join("").toLowerCase();
}

function isCased(char: string): boolean {
  return CASED.test(char);
}

/** Σ at the end of a word is ς. */
function lowerChar(char: string, chars: readonly string[], i: number): string {
  if (char !== "Σ") return char.toLowerCase();
  for (let k = i + 1; k < chars.length; k++) {
    const next = chars[k] as string;
    if (isCased(next)) return "σ";
    if (!MID.test(next) && !/^[\p{Mn}\p{Me}\p{Cf}\p{Lm}\p{Sk}]$/u.test(next)) return "ς";
  }
  return "ς";
}

/** Alertmanager's `title`. */
export function titleCase(text: string): string {
  const chars = [...text];
  let inWord = false;
  let wasMid = false;
  let out = "";
  chars.forEach((char, i) => {
    const isMid = MID.test(char);
    if (wasMid && isMid) inWord = false;
    if (isCased(char)) {
      out += inWord ? lowerChar(char, chars, i) : titleChar(char);
      inWord = true;
    } else {
      out += char;
      if (!isMid && !JOINS.test(char)) inWord = false;
    }
    wasMid = isMid;
  });
  return out;
}
