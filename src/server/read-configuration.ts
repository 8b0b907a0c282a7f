import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { loadConfig, type LoadedConfig } from "../config/index.ts";
import type { MatcherMode, MatcherParser } from "../core/model/matcher-parse.ts";
import { parseTemplates, parseTemplateSyntax, TemplateError } from "../template/index.ts";
import { openError } from "../core/text/errno.ts";
import { readTemplateFiles } from "./template-files.ts";

/** How the configuration's matchers and label names are read. */
export interface Grammar {
  readonly parser: MatcherParser;
  readonly mode: MatcherMode;
}

/** Reads and checks alertmanager.yml. @throws Error with upstream's verdict */
export function readConfiguration(file: string, grammar: Grammar): LoadedConfig {
  return checkConfiguration(readSource(file), file, grammar);
}

/** Checks what might stand in alertmanager.yml at that path. @throws Error with upstream's verdict */
export function checkConfiguration(source: Uint8Array, file: string, grammar: Grammar): LoadedConfig {
  return loadConfig(source, { baseDir: dirname(file), ...loadOptions(grammar) });
}

/** The grammar as the configuration's reader takes it. */
export function loadOptions({ parser, mode }: Grammar) {
  return { parser, matcherMode: mode, checkTemplate: (text: string) => parseTemplateSyntax(text, "builtin") };
}

/** Reads and parses the files of `templates:`. @throws Error with upstream's words */
export function readTemplates(patterns: readonly string[]) {
  try {
    return parseTemplates(readTemplateFiles(patterns));
  } catch (e) {
    if (e instanceof TemplateError) throw new Error(`failed to parse templates: ${e.message}`, { cause: e });
    throw e;
  }
}

function readSource(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (e) {
    throw new Error(openError(file, e), { cause: e });
  }
}
