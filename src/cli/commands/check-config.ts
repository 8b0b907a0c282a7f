import type { LoadedConfig } from "../../config/index.ts";
import { readTemplateFiles } from "../../server/template-files.ts";
import { parseTemplates } from "../../template/index.ts";
import { FatalError } from "../failure.ts";
import { CHECK_FILES } from "../flags.ts";
import { loadConfigFile, loadConfigText } from "../load-config.ts";
import type { Session } from "../session.ts";

const STDIN_NAME = "/dev/stdin";

/** `amtool check-config` */
export function checkConfig(session: Session): number {
  const { values, environment, matchers } = session;
  const { out } = environment.terminal;
  const files = values.get(CHECK_FILES);
  if (files.length === 0 && environment.stdin.isCharacterDevice()) {
    throw new FatalError("Failed to read from standard input");
  }
  const checks = files.map((file) => ({ name: file, load: () => loadConfigFile(file, matchers) }));
  if (files.length === 0) checks.push({ name: STDIN_NAME, load: () => loadStdin(session) });

  let failed = 0;
  for (const { name, load } of checks) {
    out(`Checking '${name}'`);
    const loaded = report(load);
    if (loaded === undefined) failed++;
    else if (!reportContents(loaded)) failed++;
    out("\n");
  }
  if (failed > 0) throw new Error(`failed to validate ${failed} file(s)`);
  return 0;

  /** Prints whether something can be done; its result. */
  function report<T>(action: () => T): T | undefined {
    try {
      const result = action();
      out("  SUCCESS\n");
      return result;
    } catch (error) {
      out(`  FAILED: ${error instanceof Error ? error.message : String(error)}\n`);
      return undefined;
    }
  }

  function reportContents({ config }: LoadedConfig): boolean {
    const { inhibit_rules, receivers, templates } = config;
    out("Found:\n - global config\n - route\n");
    out(
      ` - ${inhibit_rules.length} inhibit rules\n - ${receivers.length} receivers\n - ${templates.length} templates\n`,
    );
    return templates.length === 0 || report(() => parseTemplates(readTemplateFiles(templates))) !== undefined;
  }
}

function loadStdin({ environment, matchers }: Session): LoadedConfig {
  return loadConfigText(new TextDecoder().decode(environment.stdin.read()), matchers, "/dev");
}
