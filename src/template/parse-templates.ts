import defaultTemplates from "./defaults/default.tmpl" with { type: "text" };
import emailTemplates from "./defaults/email.tmpl" with { type: "text" };
import { ALL_FUNCTIONS } from "./funcs/names.ts";
import type { Tree } from "./parse/nodes.ts";
import { parseTrees } from "./parse/parser.ts";
import { mergeTrees, TemplateSet } from "./set.ts";

/** A template file: its content is known under its base name, and defines what it defines (spec §9.1). */
export interface TemplateFile {
  /** Base name or path. */
  readonly name: string;
  readonly content: string;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

let builtIn: ReadonlyMap<string, Tree> | undefined;

/**
 * The body of upstream's file of defaults: the line ends between its definitions. An HTML text that is nothing but space
 * renders as that body instead, as html/template keeps the template there was.
 */
const DEFAULT_BODY = "\n".repeat(81);

/** The trees of the built-in templates, parsed when first wanted. */
function builtInTrees(): ReadonlyMap<string, Tree> {
  if (builtIn === undefined) {
    const trees = new Map<string, Tree>(parseTrees("", DEFAULT_BODY, ALL_FUNCTIONS));
    for (const text of [defaultTemplates, emailTemplates]) mergeTrees(trees, parseTrees("", text, ALL_FUNCTIONS));
    builtIn = trees;
  }
  return builtIn;
}

/**
 * Parses template files on top of the built-in templates; what comes later replaces what came before.
 *
 * @param files in the order of the configuration, the files of one pattern by name
 * @throws TemplateError in Go's words, naming the file
 */
export function parseTemplates(files: readonly TemplateFile[]): TemplateSet {
  const parsed = files.map((file) => parseTrees(baseName(file.name), file.content, ALL_FUNCTIONS));
  return new TemplateSet(() => {
    const trees = new Map(builtInTrees());
    for (const added of parsed) mergeTrees(trees, added);
    return trees;
  });
}
