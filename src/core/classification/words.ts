// Splits names and texts into words: `KubePodCrashLooping`, `disk_full`, `[prod] CPU usage > 85%`, `内存使用率过高`.

const WORD =
  /\p{Lu}+(?!\p{Ll})\d*|\p{Lu}?\p{Ll}+|\d+\p{Ll}*|\p{Script=Hangul}+|\p{Script=Han}+|[\p{Script=Katakana}ー]+|\p{L}+/gu;

const ACCENTS = /(?<=\p{Script=Latin})\p{Mn}+/gu;
const LETTERS: Readonly<Record<string, string>> = { ł: "l", ø: "o", ß: "ss", ı: "i", æ: "ae", œ: "oe" };

/** Written without spaces, so that a run of them is many words. */
const RUN = /^[\p{Script=Han}\p{Script=Hangul}]{3,}$/u;
const LONGEST_IN_RUN = 4;

/**
 * The words of a text in lower case and without accents, together with each two and three neighbours written as one: what
 * one calls `CrashLoop` another calls `crashloop`.
 */
export function wordsOf(text: string): ReadonlySet<string> {
  const words = new Set<string>();
  let last = "";
  let beforeLast = "";
  for (const [match] of plain(text).matchAll(WORD)) {
    const word = match.toLowerCase().replace(/[łøßıæœ]/g, (letter) => LETTERS[letter] as string);
    words.add(word);
    if (last !== "") words.add(last + word);
    if (beforeLast !== "") words.add(beforeLast + last + word);
    if (RUN.test(word)) addParts(word, words);
    [beforeLast, last] = [last, word];
  }
  return words;
}

function plain(text: string): string {
  // Nearly all names are ASCII.
  return /^[\0-\x7f]*$/.test(text) ? text : text.normalize("NFD").replace(ACCENTS, "").normalize("NFC");
}

function addParts(run: string, words: Set<string>): void {
  const letters = [...run];
  for (let length = 2; length <= LONGEST_IN_RUN; length++) {
    for (let start = 0; start + length <= letters.length; start++) {
      words.add(letters.slice(start, start + length).join(""));
    }
  }
}

/** The name with nothing but its letters and digits, in lower case: `Node_Down` and `NodeDown` are one name. */
export function squashed(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
}
