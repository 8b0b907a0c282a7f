/** A text and what stands below it. */
export interface Tree {
  readonly text: string;
  readonly children: readonly Tree[];
}

/** Draws trees below a dot, one node a line. */
export function printTree(trees: readonly Tree[]): string {
  return `.\n${branches(trees, "")}`;
}

function branches(trees: readonly Tree[], indent: string): string {
  return trees
    .map(({ text, children }, i) => {
      const isLast = i === trees.length - 1;
      const below = branches(children, `${indent}${isLast ? "    " : "│   "}`);
      return `${indent}${isLast ? "└──" : "├──"} ${text}\n${below}`;
    })
    .join("");
}
