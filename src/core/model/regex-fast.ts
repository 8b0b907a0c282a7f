// What most matchers are: words joined by `|`, or one word with `.*` or `.+` before or behind it. Testing them by plain
// string comparison is some ten times faster than the automaton, and exactly equivalent: `.` matches all but a newline.

// An escaped sign stands for itself; a letter or digit behind a backslash does not.
const LITERAL = /^(?:[^\\.+*?()|[\]{}^$]|\\[!-/:-@[-`{-~])*$/;
// The whole pattern in a group, with or without anchors of its own: `^(?:x.*)$` is what match_re becomes (spec §3.8).
const GROUPED = /^\^?\((?:\?:)?((?:[^\\()[\]]|\\[!-/:-@[-`{-~])*)\)\$?$/;
const AROUND = /^(\.[*+])?((?:[^\\.+*?()|[\]{}^$]|\\[!-/:-@[-`{-~])*)(\.[*+])?$/;

function unescape(literal: string): string {
  return literal.replaceAll(/\\(.)/g, "$1");
}

/** Takes off one layer of anchors and parentheses that change nothing where the whole text has to match. */
function peel(pattern: string): string {
  const grouped = GROUPED.exec(pattern);
  if (grouped !== null) return grouped[1] as string;
  if (pattern.includes("|")) return pattern;
  const end = pattern.endsWith("$") && !pattern.endsWith("\\$") ? -1 : pattern.length;
  return pattern.slice(pattern.startsWith("^") ? 1 : 0, end);
}

/** A test equivalent to `^(?:pattern)$` for the simple patterns, undefined for all others. */
export function fastTest(pattern: string): ((s: string) => boolean) | undefined {
  const peeled = peel(peel(pattern));
  const words = peeled.split("|");
  if (words.every((word) => LITERAL.test(word))) return oneOf(words.map(unescape));
  const around = AROUND.exec(peeled);
  return around === null ? undefined : within(around[1], unescape(around[2] as string), around[3]);
}

function oneOf(words: readonly string[]): (s: string) => boolean {
  const [first, second] = words;
  if (words.length === 1) return (s) => s === first;
  if (words.length === 2) return (s) => s === first || s === second;
  const set = new Set(words);
  return (s) => set.has(s);
}

function within(before: string | undefined, word: string, behind: string | undefined) {
  const ahead = before === ".+" ? 1 : 0;
  const after = behind === ".+" ? 1 : 0;
  const atLeast = ahead + word.length + after;
  if (before === undefined && behind === undefined) return (s: string) => s === word;
  if (before === undefined) {
    return (s: string) => s.length >= atLeast && s.startsWith(word) && !s.includes("\n", word.length);
  }
  if (behind === undefined) {
    return (s: string) => {
      if (s.length < atLeast || !s.endsWith(word)) return false;
      const newline = s.indexOf("\n");
      return newline < 0 || newline >= s.length - word.length;
    };
  }
  // Without a word between them the two would have to count characters, with a newline in it to look where it stands.
  if (word === "" || word.includes("\n")) return undefined;
  return (s: string) => {
    const at = s.indexOf(word, ahead);
    return at >= 0 && at + word.length + after <= s.length && !s.includes("\n");
  };
}
