import { readFileSync } from "node:fs";
import { dirname } from "node:path";

import { loadConfig, type LoadedConfig } from "../config/index.ts";
import type { MatcherParser } from "../core/model/matcher-parse.ts";
import { openError } from "../core/text/errno.ts";
import { parseTemplateSyntax } from "../template/index.ts";

/** Reads and checks a configuration file. @throws Error with upstream's verdict */
export function loadConfigFile(file: string, parser: MatcherParser): LoadedConfig {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(openError(file, error), { cause: error });
  }
  return loadConfigText(text, parser, dirname(file));
}

/** Checks a configuration. @throws Error with upstream's verdict */
export function loadConfigText(text: string, parser: MatcherParser, baseDir = ""): LoadedConfig {
  return loadConfig(text, { baseDir, parser, checkTemplate: (template) => parseTemplateSyntax(template, "builtin") });
}
