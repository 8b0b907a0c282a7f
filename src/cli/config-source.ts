import type { LoadedConfig } from "../config/index.ts";
import { FatalError } from "./failure.ts";
import { loadConfigFile } from "./load-config.ts";
import type { Session } from "./session.ts";

/** Reads and checks a configuration file. @throws FatalError naming the file, with upstream's verdict */
export function readConfig(file: string, { matchers }: Session): LoadedConfig {
  try {
    return loadConfigFile(file, matchers);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // A file that cannot be opened is named already.
    throw new FatalError(reason.includes(file) ? reason : `${file}: ${reason}`);
  }
}
