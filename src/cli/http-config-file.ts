import { readFileSync } from "node:fs";
import { dirname } from "node:path";

import { httpConfig } from "../config/http-config.ts";
import { inUpstreamsWords } from "../config/load.ts";
import { resolveHttpPaths } from "../config/paths.ts";
import { Decoder } from "../config/schema/decoder.ts";
import type { HttpConfig } from "../config/types.ts";
import { parseYaml } from "../config/yaml/parser.ts";
import { createMatcherParser } from "../core/model/matcher-parse.ts";
import { openError } from "../core/text/errno.ts";
import { FatalError } from "./failure.ts";

/** Reads the file of `--http.config.file`: an `http_config`, its paths relative to the file. @throws FatalError */
export function readHttpConfig(file: string): HttpConfig {
  try {
    const config = inUpstreamsWords(() => decoder().decodeDocument(parseYaml(readFileSync(file)), httpConfig));
    resolveHttpPaths(config, dirname(file));
    return config;
  } catch (error) {
    throw new FatalError(`failed to load HTTP config file: ${reason(file, error)}`);
  }
}

/** There are neither matchers nor templates in such a file. */
function decoder(): Decoder {
  const parser = createMatcherParser("fallback", () => undefined);
  return new Decoder({ matcherMode: "fallback", parser, checkTemplate: () => undefined });
}

function reason(file: string, error: unknown): string {
  if (error instanceof Error && "code" in error) return openError(file, error);
  return error instanceof Error ? error.message : String(error);
}
