/**
 * Lays out help text as Go's doc comments are printed as plain text: paragraphs are wrapped, indented blocks kept as
 * they are behind `codePrefix`, blank lines between.
 *
 * @param width columns of a wrapped line without its prefix; 0 means 80 less the prefix, below 0 no wrapping
 */
export function wrapDoc(text: string, prefix: string, codePrefix: string, width: number): string {
  const columns = width === 0 ? 80 - prefix.length : width;
  const blocks = blocksOf(text).map((lines) =>
    isIndented(lines[0] ?? "")
      ? unindent(lines).map((line) => (line === "" ? "" : codePrefix + line))
      : wrapWords(lines.join(" ").split(/\s+/).filter(Boolean), columns).map((line) => prefix + line),
  );
  return blocks.map((lines) => lines.map((line) => `${line}\n`).join("")).join("\n");
}

function isIndented(line: string): boolean {
  return line.startsWith(" ") || line.startsWith("\t");
}

/** Paragraphs and indented blocks; blank lines inside an indented block belong to it. */
function blocksOf(text: string): string[][] {
  const blocks: string[][] = [];
  let blank = true;
  for (const line of text.split("\n").map((line) => line.trimEnd())) {
    if (line === "") {
      blank = true;
      continue;
    }
    const last = blocks.at(-1);
    const bothIndented = last !== undefined && isIndented(line) && isIndented(last[0] ?? "");
    if (last !== undefined && (bothIndented || (!blank && isIndented(line) === isIndented(last[0] ?? "")))) {
      if (blank) last.push("");
      last.push(line);
    } else {
      blocks.push([line]);
    }
    blank = false;
  }
  return blocks;
}

function unindent(lines: readonly string[]): string[] {
  const indents = lines.filter((line) => line !== "").map((line) => /^[ \t]*/.exec(line)?.[0] ?? "");
  let common = indents[0] ?? "";
  for (const indent of indents) while (!indent.startsWith(common)) common = common.slice(0, -1);
  return lines.map((line) => line.slice(common.length));
}

/**
 * Breaks words into lines so that first the characters beyond `columns` and then the uneven line ends are fewest: each
 * line but the last costs the square of the blanks at its end, and 64 if it does not end in punctuation.
 */
function wrapWords(words: readonly string[], columns: number): string[] {
  if (columns < 0) return [words.join(" ")];
  const ends = [0];
  for (const word of words) ends.push((ends.at(-1) ?? 0) + [...word].length + 1);
  const best: Break[] = [{ over: 0, cost: 0, from: 0 }];
  for (let to = 1; to <= words.length; to++) {
    let least: Break | undefined;
    for (let from = 0; from < to; from++) {
      const start = best[from];
      if (start === undefined) continue;
      const left = columns - ((ends[to] ?? 0) - 1 - (ends[from] ?? 0));
      const isLast = to === words.length && left >= 0;
      const cost = isLast ? 0 : breakCost(words[to - 1] ?? "") + (left < 0 ? 0 : left * left);
      const over = left < 0 ? left * left : 0;
      const candidate = { over: start.over + over, cost: start.cost + cost, from };
      if (least === undefined || !isWorse(candidate, least)) least = candidate;
    }
    if (least !== undefined) best.push(least);
  }
  const lines: string[] = [];
  for (let to = words.length; to > 0; to = best[to]?.from ?? 0)
    lines.unshift(words.slice(best[to]?.from, to).join(" "));
  return lines;
}

interface Break {
  readonly over: number;
  readonly cost: number;
  readonly from: number;
}

function isWorse(a: Break, b: Break): boolean {
  return a.over === b.over ? a.cost > b.cost : a.over > b.over;
}

function breakCost(lastWord: string): number {
  return /[.,:;]$/.test(lastWord) ? 0 : 64;
}
