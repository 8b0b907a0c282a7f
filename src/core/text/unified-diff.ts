/** Lines around a change that are shown with it. */
const CONTEXT = 3;
/** Texts that differ by more lines than this are shown as one block: finding the shortest way would take too long. */
const MOST_EDITS = 2000;

/** One line of an edit: kept, removed or added. */
type Edit = readonly [mark: " " | "-" | "+", line: string];

/**
 * What changed between two texts, as a unified diff with three lines of context, without a header of file names.
 *
 * @returns "" where they are the same
 */
export function unifiedDiff(before: string, after: string): string {
  if (before === after) return "";
  return hunks(edits(linesOf(before), linesOf(after))).join("");
}

function linesOf(text: string): readonly string[] {
  if (text === "") return [];
  return (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
}

function edits(before: readonly string[], after: readonly string[]): readonly Edit[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  const kept = (line: string): Edit => [" ", line];
  return [
    ...before.slice(0, start).map(kept),
    ...shortest(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(kept),
  ];
}

/** Myers' greedy algorithm: the furthest line each diagonal reaches with so many edits, until one reaches both ends. */
function shortest(before: readonly string[], after: readonly string[]): readonly Edit[] {
  const trace: Map<number, number>[] = [];
  let reach = new Map<number, number>([[1, 0]]);
  for (let depth = 0; depth <= Math.min(before.length + after.length, MOST_EDITS); depth++) {
    trace.push(reach);
    const next = new Map(reach);
    for (let k = -depth; k <= depth; k += 2) {
      const down = isDown(reach, k, depth);
      let x = down ? (reach.get(k + 1) ?? 0) : (reach.get(k - 1) ?? 0) + 1;
      while (x < before.length && x - k < after.length && before[x] === after[x - k]) x++;
      next.set(k, x);
      if (x >= before.length && x - k >= after.length) return wayBack(before, after, trace);
    }
    reach = next;
  }
  return [...before.map((line): Edit => ["-", line]), ...after.map((line): Edit => ["+", line])];
}

function isDown(reach: ReadonlyMap<number, number>, k: number, depth: number): boolean {
  return k === -depth || (k !== depth && (reach.get(k - 1) ?? 0) < (reach.get(k + 1) ?? 0));
}

function wayBack(
  before: readonly string[],
  after: readonly string[],
  trace: readonly ReadonlyMap<number, number>[],
): readonly Edit[] {
  const way: Edit[] = [];
  let x = before.length;
  let y = after.length;
  for (let depth = trace.length - 1; depth >= 0; depth--) {
    const reach = trace[depth] as ReadonlyMap<number, number>;
    const k = x - y;
    const from = isDown(reach, k, depth) ? k + 1 : k - 1;
    const fromX = depth === 0 ? 0 : (reach.get(from) ?? 0);
    const fromY = depth === 0 ? 0 : fromX - from;
    while (x > fromX && y > fromY) {
      way.push([" ", before[--x] as string]);
      y--;
    }
    if (depth === 0) break;
    way.push(x === fromX ? ["+", after[--y] as string] : ["-", before[--x] as string]);
  }
  return way.reverse();
}

function hunks(all: readonly Edit[]): string[] {
  const found: string[] = [];
  const numbers = { before: 1, after: 1 };
  let at = 0;
  while (at < all.length) {
    const first = all.findIndex(([mark], i) => i >= at && mark !== " ");
    if (first < 0) break;
    const from = Math.max(at, first - CONTEXT);
    advance(numbers, all.slice(at, from));
    const to = endOfHunk(all, first);
    const lines = all.slice(from, to);
    const count = (mark: "-" | "+") => lines.filter(([its]) => its === " " || its === mark).length;
    const head = `@@ -${range(numbers.before, count("-"))} +${range(numbers.after, count("+"))} @@\n`;
    found.push(head + lines.map(([mark, line]) => `${mark}${line}\n`).join(""));
    advance(numbers, lines);
    at = to;
  }
  return found;
}

/** Changes with so few lines between them that their contexts meet are one hunk. */
function endOfHunk(all: readonly Edit[], first: number): number {
  let last = first;
  for (let i = first; i < all.length && i - last <= 2 * CONTEXT; i++) if (all[i]?.[0] !== " ") last = i;
  return Math.min(all.length, last + 1 + CONTEXT);
}

function advance(numbers: { before: number; after: number }, lines: readonly Edit[]): void {
  for (const [mark] of lines) {
    if (mark !== "+") numbers.before++;
    if (mark !== "-") numbers.after++;
  }
}

function range(start: number, count: number): string {
  return count === 1 ? String(start) : `${count === 0 ? start - 1 : start},${count}`;
}
