import { readFileSync } from "node:fs";
import { dirname } from "node:path";

import { loadHttpConfig } from "../config/index.ts";
import type { HttpConfig } from "../config/types.ts";
import { openError } from "../server/kingpin/open-error.ts";
import { FatalError } from "./failure.ts";

/** Reads the file of `--http.config.file`: an `http_config`, its paths relative to the file. @throws FatalError */
export function readHttpConfig(file: string): HttpConfig {
  try {
    return loadHttpConfig(readFileSync(file, "utf8"), dirname(file));
  } catch (error) {
    const reason =
      error instanceof Error && "code" in error
        ? openError(file, error)
        : String(error instanceof Error ? error.message : error);
    throw new FatalError(`failed to load HTTP config file: ${reason}`);
  }
}
