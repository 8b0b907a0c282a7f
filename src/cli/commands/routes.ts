import { buildRoutes, matchRoutes, type Route } from "../../core/routing/route.ts";
import { labelSetFromObject } from "../../core/model/labels.ts";
import { matchesAll, matchersToString } from "../../core/model/matcher.ts";
import type { LabelSet } from "../../core/model/labels.ts";
import { FatalError } from "../failure.ts";
import { ALERTMANAGER_URL, CONFIG_FILE, ROUTES_TEST, TEST_LABELS } from "../flags.ts";
import { printTree, type Tree } from "../format/tree.ts";
import { loadConfigFile, loadConfigText } from "../load-config.ts";
import { parseLabels } from "../matchers.ts";
import type { Session } from "../session.ts";
import { getStatus } from "./status.ts";

/** `amtool config routes show` */
export async function showRoutes(session: Session): Promise<number> {
  const root = await loadRoutes(session);
  session.environment.terminal.out(`Routing tree:\n${printTree([routeTree(root)])}\n`);
  return 0;
}

/** `amtool config routes test` */
export async function testRoutes(session: Session): Promise<number> {
  const { values, environment } = session;
  const root = await loadRoutes(session, "\n");
  const labels = testLabels(session);
  if (values.get(ROUTES_TEST.tree)) {
    environment.terminal.out(`Matching routes:\n${printTree([matchingTree(root, labels)])}\n\n`);
  }
  const receivers = matchRoutes(root, labels)
    .map((route) => route.receiver)
    .join(",");
  environment.terminal.out(`${receivers}\n`);
  const expected = values.get(ROUTES_TEST.verifyReceivers);
  if (expected === "" || expected === receivers) return 0;
  environment.terminal.out("WARNING: Expected receivers did not match resolved receivers.\n");
  return 1;
}

/** The routing tree of the file, or else of the Alertmanager, the flags name. `ending` closes an error's message. */
async function loadRoutes(session: Session, ending = ""): Promise<Route> {
  const { values, environment } = session;
  const file = values.get(CONFIG_FILE);
  const hasUrl = values.get(ALERTMANAGER_URL) !== undefined;
  if (hasUrl && file !== "") {
    environment.terminal.error("Warning: --config.file flag overrides the --alertmanager.url.\n");
  }
  if (!hasUrl && file === "") {
    throw new FatalError("You have to specify one of --config.file or --alertmanager.url flags.");
  }
  try {
    const { config } =
      file === ""
        ? loadConfigText(await configText(session), session.matchers)
        : loadConfigFile(file, session.matchers);
    return buildRoutes(config.route);
  } catch (error) {
    if (error instanceof FatalError || !(error instanceof Error)) throw error;
    throw new FatalError(error.message + ending);
  }
}

async function configText(session: Session): Promise<string> {
  const { config } = await getStatus(session);
  return config?.original ?? "";
}

function testLabels({ values, matchers }: Session): LabelSet {
  try {
    return labelSetFromObject(parseLabels(matchers, values.get(TEST_LABELS), NOT_EQUAL));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new FatalError(message === NOT_EQUAL ? `${NOT_EQUAL}\n` : `Failed to parse labels: ${message}\n`);
  }
}

const NOT_EQUAL = "Labels must be specified as key=value pairs";

function routeTree(route: Route): Tree {
  const goesOn = route.continue ? "  continue: true" : "";
  return { text: `${selector(route)}${goesOn}  receiver: ${route.receiver}`, children: route.routes.map(routeTree) };
}

/** The routes that match, each with its receiver where it is the last of its branch. */
function matchingTree(route: Route, labels: LabelSet): Tree {
  const children: Tree[] = [];
  for (const child of route.routes) {
    if (!matchesAll(child.matchers, labels)) continue;
    children.push(matchingTree(child, labels));
    if (!child.continue) break;
  }
  const receiver = children.length === 0 ? `  receiver: ${route.receiver}` : "";
  return { text: selector(route) + receiver, children };
}

function selector({ matchers }: Route): string {
  return matchers.length === 0 ? "default-route" : matchersToString(matchers);
}
