import type { PostableAlert } from "../core/model/postable.ts";
import { buildRoutes, type Route } from "../core/routing/route.ts";
import type { Arg } from "../kingpin/index.ts";
import { fetchAlerts, firingAlerts, modeOf, readAlerts } from "./alerts-source.ts";
import { connect } from "./api/client.ts";
import { compareRoutes, differs } from "../core/routing/compare.ts";
import { formatDifference } from "./config-diff-format.ts";
import { readConfig } from "./config-source.ts";
import { FatalError } from "./failure.ts";
import { ALERTMANAGER_URL, ALERTS_FILE, NEW_FILE, OLD_FILE } from "./flags.ts";
import { outputOf } from "./format/output.ts";
import type { Session } from "./session.ts";

const SAME = 0;
const DIFFERENT = 1;
const TROUBLE = 2;

/** `amtool config diff`. Exits as diff does. */
export async function diffConfigs(session: Session): Promise<number> {
  const { values, environment } = session;
  try {
    const before = readRoutes(OLD_FILE, session);
    const after = readRoutes(NEW_FILE, session);
    const alerts = firingAlerts(await postedAlerts(session), environment.now(), modeOf(session));
    const difference = compareRoutes(before, after, alerts);
    environment.terminal.out(formatDifference(difference, outputOf(values).form));
    return differs(difference) ? DIFFERENT : SAME;
  } catch (error) {
    environment.terminal.error(`amtool: error: ${error instanceof Error ? error.message : String(error)}\n`);
    return TROUBLE;
  }
}

function readRoutes(arg: Arg<string>, session: Session): Route {
  const file = session.values.get(arg);
  if (file === "") throw new FatalError(`required argument '${arg.name}' not provided, expected a configuration file`);
  return buildRoutes(readConfig(file, session).config.route);
}

/** The alerts of the file, or else of the Alertmanager, the flags name. */
async function postedAlerts(session: Session): Promise<readonly PostableAlert[]> {
  const { values, environment } = session;
  const file = values.get(ALERTS_FILE);
  if (file !== "") {
    if (values.given(ALERTMANAGER_URL)) {
      environment.terminal.error("Warning: --alerts flag overrides the --alertmanager.url.\n");
    }
    return readAlerts(file);
  }
  if (values.get(ALERTMANAGER_URL) === undefined) {
    throw new FatalError("You have to specify one of --alerts or --alertmanager.url flags.");
  }
  return fetchAlerts(await connect(session));
}
