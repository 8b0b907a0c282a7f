import { FeatureError, matcherMode, parseFeatures } from "../server/features.ts";
import { type Application, HELP_COMMAND, HELP_FLAGS, readCommandLine, type Values, VERSION } from "../kingpin/index.ts";
import { parseLine } from "../kingpin/parse.ts";
import { fullName } from "../kingpin/spec.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import { createLogger } from "../server/logger.ts";
import { versionText } from "../server/version.ts";
import { commandsOf } from "./commands.ts";
import { configuredDefaults, withDefaults } from "./defaults.ts";
import { type Environment, PROCESS_ENVIRONMENT } from "./environment.ts";
import { FatalError } from "./failure.ts";
import { ENABLE_FEATURE, GLOBAL_FLAGS, TIMEOUT, VERBOSE } from "./flags.ts";
import { APPLICATION_HELP } from "./help.ts";
import type { Run } from "./session.ts";

/** Imported when run, so that amtool starts fast. */
const COMMANDS: Readonly<Record<string, () => Promise<Run>>> = {
  "alert query": async () => (await import("./commands/alert-query.ts")).queryAlerts,
  "alert add": async () => (await import("./commands/alert-add.ts")).addAlert,
  "silence add": async () => (await import("./commands/silence-add.ts")).addSilence,
  "silence expire": async () => (await import("./commands/silence-expire.ts")).expireSilences,
  "silence import": async () => (await import("./commands/silence-import.ts")).importSilences,
  "silence query": async () => (await import("./commands/silence-query.ts")).querySilences,
  "silence update": async () => (await import("./commands/silence-update.ts")).updateSilences,
  "check-config": async () => (await import("./commands/check-config.ts")).checkConfig,
  "cluster show": async () => (await import("./commands/status.ts")).showCluster,
  "config show": async () => (await import("./commands/status.ts")).showConfig,
  "config routes show": async () => (await import("./commands/routes.ts")).showRoutes,
  "config routes test": async () => (await import("./commands/routes.ts")).testRoutes,
  "config diff": async () => (await import("./config-diff.ts")).diffConfigs,
  explain: async () => (await import("./explain.ts")).explain,
  simulate: async () => (await import("./simulate.ts")).simulate,
  "template render": async () => (await import("./commands/template-render.ts")).renderTemplate,
};

/** Commands of our own: what they log goes to stderr, so that it does not get into their JSON. */
const OWN_COMMANDS: ReadonlySet<string> = new Set(["config diff", "explain", "simulate"]);

/** The program `amtool`. Resolves to its exit code. */
export async function amtool(args: readonly string[], environment: Environment = PROCESS_ENVIRONMENT): Promise<number> {
  const { terminal } = environment;
  try {
    return await run(args, environment);
  } catch (error) {
    // An error that is not fatal in upstream's sense gets an empty line after it.
    const end = error instanceof FatalError ? "\n" : "\n\n";
    terminal.error(`amtool: error: ${error instanceof Error ? error.message : String(error)}${end}`);
    return 1;
  }
}

async function run(args: readonly string[], environment: Environment): Promise<number> {
  const { terminal, variables } = environment;
  const logged: { features?: ReturnType<typeof parseFeatures>; logger?: Logger } = {};
  const plain: Application = {
    name: "amtool",
    help: APPLICATION_HELP,
    version: versionText("amtool"),
    flags: [...HELP_FLAGS, ...GLOBAL_FLAGS, VERSION],
    commands: [HELP_COMMAND, ...commandsOf(environment.username())],
    usage: "compact",
    action: (values) => startLogging(values),
  };
  const defaults = await configuredDefaults(variables["HOME"] ?? "");
  const line = parseLine(plain, args);
  if (line.error !== undefined) throw new Error(line.error);

  const outcome = readCommandLine(withDefaults(plain, line.path, defaults), args, terminal.width);
  if (outcome.kind === "print") {
    terminal.out(outcome.text);
    return 0;
  }
  if (outcome.kind === "error") throw outcome.byAction ? new FatalError(outcome.message) : new Error(outcome.message);
  const { features, logger } = logged;
  const load = COMMANDS[outcome.command];
  if (features === undefined || logger === undefined || load === undefined) {
    throw new Error(`no such command: ${outcome.command}`);
  }
  const [runCommand, { loggingMatcherParser }] = await Promise.all([load(), import("./matchers.ts")]);
  const { values } = outcome;
  return runCommand({
    values,
    environment,
    matchers: loggingMatcherParser(matcherMode(features), logger),
    deadline: performance.now() + values.get(TIMEOUT),
  });

  /** Logs to stdout, as upstream does, and says which features are on. Our own commands log to stderr. */
  function startLogging(values: Values): string | undefined {
    const level = values.get(VERBOSE) ? "debug" : "info";
    const write = OWN_COMMANDS.has(fullName(line.path)) ? terminal.error : terminal.out;
    const logger = createLogger({ level, format: "logfmt", write });
    try {
      logged.features = parseFeatures(values.get(ENABLE_FEATURE), (message) => logger.warn(message));
      logged.logger = logger;
      return undefined;
    } catch (error) {
      if (!(error instanceof FeatureError)) throw error;
      return `error parsing the feature flag list: ${error.message}\n`;
    }
  }
}
