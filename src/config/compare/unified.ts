/** Lines around a change that are shown with it. */
const CONTEXT = 3;
/** Lines that may differ before what lies between is shown as replaced whole: finding the least costs their square. */
const MAX_EDITS = 1000;

interface Edit {
  readonly kind: " " | "-" | "+";
  readonly line: string;
}

/** What changes between two texts, as `diff -u` shows it; "" for nothing. */
export function unifiedDiff(before: string, after: string, names: readonly [string, string]): string {
  if (before === after) return "";
  const edits = editsBetween(linesOf(before), linesOf(after));
  const out = [`--- ${names[0]}`, `+++ ${names[1]}`];
  for (const [from, to] of hunks(edits)) {
    let oldLine = 1;
    let newLine = 1;
    for (const { kind } of edits.slice(0, from)) {
      if (kind !== "+") oldLine++;
      if (kind !== "-") newLine++;
    }
    const part = edits.slice(from, to);
    const oldCount = part.filter(({ kind }) => kind !== "+").length;
    const newCount = part.filter(({ kind }) => kind !== "-").length;
    out.push(`@@ -${range(oldLine, oldCount)} +${range(newLine, newCount)} @@`);
    for (const { kind, line } of part) out.push(kind + line);
  }
  return `${out.join("\n")}\n`;
}

function linesOf(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** As GNU diff writes it: a hunk without lines of one side stands after the line before. */
function range(start: number, count: number): string {
  if (count === 0) return `${start - 1},0`;
  return count === 1 ? String(start) : `${start},${count}`;
}

/** Where the changes with their context begin and end. */
function hunks(edits: readonly Edit[]): [from: number, to: number][] {
  const found: [number, number][] = [];
  for (const [i, { kind }] of edits.entries()) {
    if (kind === " ") continue;
    const from = Math.max(0, i - CONTEXT);
    const to = Math.min(edits.length, i + CONTEXT + 1);
    const last = found.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = to;
    else found.push([from, to]);
  }
  return found;
}

function editsBetween(before: readonly string[], after: readonly string[]): Edit[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  const rest = Math.min(before.length, after.length) - start;
  while (end < rest && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  const same = (lines: readonly string[]): Edit[] => lines.map((line) => ({ kind: " ", line }));
  return [
    ...same(before.slice(0, start)),
    ...shortest(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...same(before.slice(before.length - end)),
  ];
}

/** The fewest lines taken out and put in (Myers, "An O(ND) difference algorithm", 1986). */
function shortest(before: readonly string[], after: readonly string[]): Edit[] {
  const replaced = () => [
    ...before.map((line): Edit => ({ kind: "-", line })),
    ...after.map((line): Edit => ({ kind: "+", line })),
  ];
  if (before.length === 0 || after.length === 0) return replaced();
  const most = Math.min(before.length + after.length, MAX_EDITS);
  /** How far each diagonal came, by the number of edits. */
  const trace: Int32Array[] = [];
  let reach = new Int32Array(2 * most + 3);
  for (let edits = 0; edits <= most; edits++) {
    trace.push(reach.slice());
    for (let k = -edits; k <= edits; k += 2) {
      let x = startOn(reach, k, edits, most);
      while (x < before.length && x - k < after.length && before[x] === after[x - k]) x++;
      reach[k + most + 1] = x;
      if (x >= before.length && x - k >= after.length) return walkBack(before, after, trace, most);
    }
  }
  return replaced();
}

/** Where diagonal `k` begins: a line taken out left of it, or one put in above. */
function startOn(reach: Int32Array, k: number, edits: number, most: number): number {
  const at = (diagonal: number) => reach[diagonal + most + 1] ?? 0;
  return k === -edits || (k !== edits && at(k - 1) < at(k + 1)) ? at(k + 1) : at(k - 1) + 1;
}

function walkBack(before: readonly string[], after: readonly string[], trace: readonly Int32Array[], most: number) {
  const edits: Edit[] = [];
  let x = before.length;
  let y = after.length;
  for (let d = trace.length - 1; d >= 0; d--) {
    const reach = trace[d] as Int32Array;
    const k = x - y;
    const at = (diagonal: number) => reach[diagonal + most + 1] ?? 0;
    const down = k === -d || (k !== d && at(k - 1) < at(k + 1));
    const fromX = d === 0 ? 0 : at(down ? k + 1 : k - 1);
    const fromY = d === 0 ? 0 : fromX - (down ? k + 1 : k - 1);
    while (x > fromX && y > fromY) {
      edits.push({ kind: " ", line: before[--x] as string });
      y--;
    }
    if (d === 0) break;
    if (down) edits.push({ kind: "+", line: after[--y] as string });
    else edits.push({ kind: "-", line: before[--x] as string });
  }
  return edits.reverse();
}
