import { type Application, HELP_COMMAND, HELP_FLAGS, readCommandLine, VERSION } from "../../kingpin/index.ts";
import type { Values } from "../../kingpin/index.ts";
import { PROCESS_TERMINAL, type Terminal } from "../../kingpin/terminal.ts";
import { versionText } from "../../server/version.ts";
import { COMMANDS } from "./flags.ts";

/** Does what the command line says. @throws Error with what kept it from it */
type Run = (values: Values, terminal: Terminal) => Promise<void>;

const RUNS: Readonly<Record<string, () => Promise<Run>>> = {
  backup: async () => (await import("./backup.ts")).backup,
  restore: async () => (await import("./restore.ts")).restore,
  migrate: async () => (await import("./migrate.ts")).migrateDirectory,
};

/**
 * `alertmanager backup`, `restore` and `migrate`. Resolves to the exit code.
 *
 * @param args beginning with the command
 */
export async function backupCommand(args: readonly string[], terminal: Terminal = PROCESS_TERMINAL): Promise<number> {
  const app: Application = {
    name: "alertmanager",
    help: "",
    version: versionText("alertmanager"),
    flags: [...HELP_FLAGS, VERSION],
    commands: [HELP_COMMAND, ...COMMANDS],
    usage: "default",
  };
  const outcome = readCommandLine(app, args, terminal.width);
  if (outcome.kind === "print") {
    terminal.out(outcome.text);
    return 0;
  }
  if (outcome.kind === "error") {
    terminal.error(`alertmanager: error: ${outcome.message}, try --help\n`);
    return 1;
  }
  try {
    const run = await RUNS[outcome.command]?.();
    if (run === undefined) throw new Error(`no such command: ${outcome.command}`);
    await run(outcome.values, terminal);
    return 0;
  } catch (error) {
    terminal.error(
      `alertmanager ${outcome.command}: error: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    return 1;
  }
}
