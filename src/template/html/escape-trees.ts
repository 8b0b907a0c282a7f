import { TemplateError } from "../error.ts";
import type { Tree } from "../parse/nodes.ts";
import { contextText, errorText, TEXT } from "./context.ts";
import { Escaper } from "./escaper.ts";
import { rewriteTree } from "./rewrite.ts";

/**
 * Adds escapers to a template and all it calls, so that whatever data it inserts stays data (Go's html/template).
 *
 * @returns the templates reachable from `main`, by the name they are called by after that
 * @throws TemplateError when a context cannot be made out
 */
export function escapeTrees(trees: ReadonlyMap<string, Tree>, main: string): ReadonlyMap<string, Tree> {
  const escaper = new Escaper(trees);
  const [c] = escaper.escapeTree(TEXT, undefined, main, 0);
  if (c.error !== undefined) throw new TemplateError(errorText(c.error, main));
  if (c.state !== "stateText") {
    throw new TemplateError(
      errorText({ description: `ends in a non-text context: ${contextText(c)}`, node: undefined, line: 0 }, main),
    );
  }
  const escaped = new Map<string, Tree>();
  for (const name of escaper.output.keys()) {
    const tree = trees.get(name) ?? escaper.derived.get(name);
    if (tree !== undefined) escaped.set(name, rewriteTree(tree, escaper.edits));
  }
  return escaped;
}
