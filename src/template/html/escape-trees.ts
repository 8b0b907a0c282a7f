import type { Tree } from "../parse/nodes.ts";

export function escapeTrees(trees: ReadonlyMap<string, Tree>, _main: string): ReadonlyMap<string, Tree> {
  return trees;
}
