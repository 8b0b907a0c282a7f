const PADDING = 2;

/**
 * Lays out cells as Go's tabwriter does with padding 2: a tab ends a cell, and the cells above each other in neighbouring
 * lines that have that cell make a column, as wide as the widest and two blanks. What follows the last tab of a line is
 * no cell.
 */
export function alignTabs(text: string): string {
  // A form feed ends a line and the columns with it; a vertical tab ends a cell.
  return text
    .split(/(?<=\f)/)
    .map((block) => alignBlock(block.replaceAll("\v", "\t").replaceAll("\f", "\n")))
    .join("");
}

function alignBlock(text: string): string {
  const lines = text.split("\n").map((line) => line.split("\t"));
  const widths: number[][] = lines.map(() => []);
  setWidths(0, lines.length, 0);
  return lines
    .map((cells, i) => cells.map((cell, column) => cell + blanks(cell, widths[i]?.[column])).join(""))
    .join("\n");

  function setWidths(from: number, to: number, column: number): void {
    let start = from;
    while (start < to) {
      if (!hasCell(start, column)) {
        start++;
        continue;
      }
      let end = start;
      let width = 0;
      for (; end < to && hasCell(end, column); end++)
        width = Math.max(width, runes(lines[end]?.[column] ?? "") + PADDING);
      for (let line = start; line < end; line++) widths[line]?.push(width);
      setWidths(start, end, column + 1);
      start = end;
    }
  }

  function hasCell(line: number, column: number): boolean {
    return column < (lines[line]?.length ?? 0) - 1;
  }
}

function blanks(cell: string, width: number | undefined): string {
  return width === undefined ? "" : " ".repeat(width - runes(cell));
}

function runes(text: string): number {
  return [...text].length;
}
