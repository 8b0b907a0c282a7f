/** What ends a command, or stands between its words. */
const BETWEEN = new Set([" ", "\t", "\n", ";", "|", "&"]);

/**
 * The commands of a script, each as its words with quotes taken away. Variables and `$(…)` stay as they stand; assignments
 * before a command and where its output goes are left out.
 */
export function commandsOf(script: string): readonly (readonly string[])[] {
  const commands: (readonly string[])[] = [];
  let words: string[] = [];
  let word: string | undefined;
  const endWord = () => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  const endCommand = () => {
    endWord();
    const into = words.findIndex((one) => /^\d?>/.test(one));
    const first = words.findIndex((one) => !/^\w+=/.test(one));
    if (first !== -1) commands.push(words.slice(first, into === -1 ? undefined : into));
    words = [];
  };
  const text = script.replaceAll("\\\n", " ");
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? "";
    if (character === "#" && word === undefined) {
      const end = text.indexOf("\n", at);
      at = (end === -1 ? text.length : end) - 1;
    } else if (character === "'" || character === '"') {
      const end = endOfQuoted(text, at);
      word = (word ?? "") + text.slice(at + 1, end);
      at = end;
    } else if (text.startsWith("$(", at)) {
      const end = endOfSubstitution(text, at);
      word = (word ?? "") + text.slice(at, end + 1);
      at = end;
    } else if (!BETWEEN.has(character)) word = (word ?? "") + character;
    else if (character === " " || character === "\t") endWord();
    else endCommand();
  }
  endCommand();
  return commands;
}

function endOfQuoted(text: string, begin: number): number {
  const quote = text[begin];
  for (let at = begin + 1; at < text.length; at++) {
    if (text[at] === quote) return at;
    if (quote === '"' && text[at] === "\\") at++;
    else if (quote === '"' && text.startsWith("$(", at)) at = endOfSubstitution(text, at);
  }
  throw new Error(`a quote is not closed: ${text.slice(begin)}`);
}

function endOfSubstitution(text: string, begin: number): number {
  for (let at = begin + 2; at < text.length; at++) {
    if (text[at] === ")") return at;
    if (text[at] === "'" || text[at] === '"') at = endOfQuoted(text, at);
  }
  throw new Error(`$( is not closed: ${text.slice(begin)}`);
}
