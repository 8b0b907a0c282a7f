import type { LoadedConfig } from "../config/index.ts";
import { groupLabels } from "../core/grouping/group-key.ts";
import type { Alert } from "../core/model/alert.ts";
import { labelSetFromObject, type LabelSet } from "../core/model/labels.ts";
import type { PostableAlert } from "../core/model/postable.ts";
import type { Silence } from "../core/model/silence.ts";
import { buildRoutes, matchRoutes, type Route } from "../core/routing/route.ts";
import { engineSettings } from "../server/engine-config.ts";
import { fetchAlerts, firingAlerts, modeOf, readAlerts } from "./alerts-source.ts";
import { type ApiClient, connect } from "./api/client.ts";
import type { AlertGroup, AlertmanagerStatus } from "./api/models.ts";
import { GET_ALERT_GROUPS, GET_STATUS } from "./api/operations.ts";
import { readConfig } from "./config-source.ts";
import { explainAlert } from "./explain-alert.ts";
import { formatExplanation } from "./explain-format.ts";
import { askServer } from "./explain-server.ts";
import { serverExplanationText } from "./explain-server-text.ts";
import { FatalError } from "./failure.ts";
import { ALERTMANAGER_URL, ALERTS_FILE, CONFIG_FILE, EXPLAIN_LABELS, SILENCES_FILE } from "./flags.ts";
import { outputOf } from "./format/output.ts";
import { integrationsOf } from "./integrations.ts";
import { loadConfigText } from "./load-config.ts";
import { parseLabels, withAlertname } from "./matchers.ts";
import type { Session } from "./session.ts";
import { fetchSilences, readSilencesFile } from "./silences-source.ts";

/** `amtool explain` */
export async function explain(session: Session): Promise<number> {
  const { values, environment } = session;
  const labels = parseLabels(
    session.matchers,
    withAlertname(session.matchers, values.get(EXPLAIN_LABELS)),
    "labels must be specified as key=value pairs",
  );
  if (Object.keys(labels).length === 0) throw new FatalError("no labels given, expected at least one as name=value");

  const client = await clientOf(session);
  const told = client !== undefined && asksAsItIs(session) ? await askServer(client, labels) : undefined;
  if (told !== undefined) {
    const { form, layout } = outputOf(values);
    const text =
      form === "json" ? `${JSON.stringify(told)}\n` : serverExplanationText(told, layout, form === "extended");
    environment.terminal.out(text);
    return 0;
  }
  const { loaded, posted, silences, groups } = await sources(session, client);
  const now = environment.now();
  const firing = firingAlerts(posted, now, modeOf(session));
  const asked = firingAlerts([{ ...UNTIMED, labels }], now, modeOf(session))[0] as Alert;
  const known = firing.find((alert) => alert.labels.key === asked.labels.key);
  const { route, inhibitRules, timeIntervals } = engineSettings(loaded);
  const explanation = explainAlert(known ?? asked, {
    root: buildRoutes(route),
    inhibitRules,
    timeIntervals,
    alerts: known === undefined ? [...firing, asked] : firing,
    silences,
    groupMembers: groups === undefined ? membersOf(firing, buildRoutes(route)) : listedMembers(groups),
    now,
  });
  const { receivers } = loaded.config;
  const integrations = (name: string) => receivers.filter((receiver) => receiver.name === name).flatMap(integrationsOf);
  const explained = { explanation, isFiring: known !== undefined, now, integrations };
  environment.terminal.out(formatExplanation(explained, outputOf(values)));
  return 0;
}

const UNTIMED: Omit<PostableAlert, "labels"> = {
  annotations: {},
  startsAt: undefined,
  endsAt: undefined,
  generatorURL: "",
};

interface Sources {
  readonly loaded: LoadedConfig;
  readonly posted: readonly PostableAlert[];
  readonly silences: readonly Silence[];
  /** Undefined where they follow from the alerts. */
  readonly groups: readonly AlertGroup[] | undefined;
}

/** Undefined where a file has the configuration: then no Alertmanager is asked. @throws FatalError without either */
async function clientOf(session: Session): Promise<ApiClient | undefined> {
  const { values } = session;
  if (values.get(CONFIG_FILE) !== "") return undefined;
  if (values.get(ALERTMANAGER_URL) === undefined) {
    throw new FatalError("You have to specify one of --config.file or --alertmanager.url flags.");
  }
  return connect(session);
}

/** Whether nothing the Alertmanager has is to be taken from a file instead. */
function asksAsItIs({ values }: Session): boolean {
  return values.get(ALERTS_FILE) === "" && values.get(SILENCES_FILE) === "";
}

/** What the flags name: files, and for what has none the Alertmanager, unless the configuration is a file's. */
async function sources(session: Session, client: ApiClient | undefined): Promise<Sources> {
  const { values, environment } = session;
  const alertsFile = values.get(ALERTS_FILE);
  const silencesFile = values.get(SILENCES_FILE);
  const posted = alertsFile === "" ? undefined : readAlerts(alertsFile);
  const silences = silencesFile === "" ? undefined : readSilencesFile(silencesFile);
  if (client === undefined) {
    if (values.given(ALERTMANAGER_URL)) {
      environment.terminal.error("Warning: --config.file flag overrides the --alertmanager.url.\n");
    }
    const loaded = readConfig(values.get(CONFIG_FILE), session);
    return { loaded, posted: posted ?? [], silences: silences ?? [], groups: undefined };
  }
  const [loaded, alerts, silencesThere, groups] = await Promise.all([
    fetchConfig(client, session),
    posted ?? fetchAlerts(client),
    silences ?? fetchSilences(client),
    posted === undefined ? fetchGroups(client) : undefined,
  ]);
  return { loaded, posted: alerts, silences: silencesThere, groups };
}

async function fetchConfig(client: ApiClient, session: Session): Promise<LoadedConfig> {
  const status = (await client.call(GET_STATUS, {}, "command")) as AlertmanagerStatus | undefined;
  return loadConfigText(status?.config?.original ?? "", session.matchers);
}

async function fetchGroups(client: ApiClient): Promise<readonly AlertGroup[]> {
  return ((await client.call(GET_ALERT_GROUPS, {}, "command")) ?? []) as readonly AlertGroup[];
}

/** The groups a server shows do not tell their route: those of the same receiver and labels count. */
function listedMembers(groups: readonly AlertGroup[]) {
  return ({ receiver }: Route, { key }: LabelSet): readonly LabelSet[] =>
    groups
      .filter((group) => group.receiver?.name === receiver && labelSetFromObject(group.labels ?? {}).key === key)
      .flatMap(({ alerts = [] }) => alerts.map(({ labels = {} }) => labelSetFromObject(labels)));
}

/** The groups a server would make of the alerts. */
function membersOf(alerts: readonly Alert[], root: Route) {
  return ({ id }: Route, { key }: LabelSet): readonly LabelSet[] =>
    alerts
      .filter(({ labels }) =>
        matchRoutes(root, labels).some((route) => route.id === id && groupLabels(route, labels).key === key),
      )
      .map(({ labels }) => labels);
}
