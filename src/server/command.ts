import { type Features, FeatureError, parseFeatures } from "./features.ts";
import { optionsOf, readFlags } from "./flags.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import { createLogger } from "./logger.ts";
import { type Options, optionsError } from "./options.ts";
import { PROCESS_TERMINAL, type Terminal } from "../kingpin/terminal.ts";

/** Runs the server until it is told to stop and gives its exit code; throws what kept it from starting. */
export type Server = (options: Options, features: Features, logger: Logger) => Promise<number>;

/**
 * The program `alertmanager`: reads its flags, then runs the server `load` gives. Resolves to the exit code.
 *
 * @param name what the program was called by, for its error messages
 */
export async function alertmanager(
  args: readonly string[],
  name: string,
  load: () => Promise<Server>,
  terminal: Terminal = PROCESS_TERMINAL,
): Promise<number> {
  const outcome = readFlags(args, name, terminal.width);
  if (outcome.kind === "print") {
    terminal.out(outcome.text);
    return 0;
  }
  if (outcome.kind === "error") {
    terminal.error(`${name}: error: ${outcome.message}, try --help\n`);
    return 1;
  }
  return start(optionsOf(outcome.values), load, terminal);
}

async function start(options: Options, load: () => Promise<Server>, terminal: Terminal): Promise<number> {
  const logger = createLogger({ level: options.logLevel, format: options.logFormat, write: terminal.error });
  const features = readFeatures(options, logger);
  if (features === undefined) return 1;
  if (features.has("auto-gomemlimit") && (options.goMemLimitRatio <= 0 || options.goMemLimitRatio > 1)) {
    logger.error("--auto-gomemlimit.ratio must be greater than 0 and less than or equal to 1.");
    return 1;
  }
  try {
    const problem = optionsError(options);
    if (problem !== undefined) throw new Error(problem);
    const run = await load();
    return await run(options, features, logger);
  } catch (error) {
    logger.error("alertmanager exited with error", { err: error });
    return 1;
  }
}

function readFeatures(options: Options, logger: Logger): Features | undefined {
  try {
    return parseFeatures(options.featureFlags, (message) => logger.warn(message));
  } catch (error) {
    if (!(error instanceof FeatureError)) throw error;
    logger.error("error parsing the feature flag list", { err: error });
    return undefined;
  }
}
