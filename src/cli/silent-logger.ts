import type { Logger } from "../core/interfaces/logging.ts";

/** Takes what the engine says on its way; the commands print the outcome. */
export const SILENT_LOGGER: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  enabled: () => false,
  with: () => SILENT_LOGGER,
};
