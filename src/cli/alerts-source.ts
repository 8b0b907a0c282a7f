import { postableAlerts } from "../api/v2/postable-alerts.ts";
import { AlertTable } from "../core/ingestion/alert-table.ts";
import { AlertLimit } from "../core/ingestion/limit.ts";
import type { Alert } from "../core/model/alert.ts";
import { goQuote } from "../core/model/goquote.ts";
import { isValidLabelName, type MatcherMode } from "../core/model/matcher-parse.ts";
import type { PostableAlert } from "../core/model/postable.ts";
import { Timestamp } from "../core/model/timestamp.ts";
import { matcherMode, parseFeatures } from "../server/features.ts";
import type { ApiClient } from "./api/client.ts";
import type { GettableAlert } from "./api/models.ts";
import { GET_ALERTS } from "./api/operations.ts";
import { FatalError } from "./failure.ts";
import { ALERTS_FILE, ENABLE_FEATURE } from "./flags.ts";
import { readJsonFile } from "./json-file.ts";
import type { Session } from "./session.ts";

/** Reads the file of `--alerts`. @throws FatalError */
export function readAlerts(file: string): readonly PostableAlert[] {
  return readJsonFile(ALERTS_FILE.name, file, "a JSON list of alerts as POST /api/v2/alerts takes it", postableAlerts);
}

/** The alerts an Alertmanager has firing, muted ones included. @throws Error in the words of upstream's client */
export async function fetchAlerts(client: ApiClient): Promise<readonly PostableAlert[]> {
  const alerts = (await client.call(GET_ALERTS, {}, "command")) as readonly GettableAlert[] | undefined;
  return (alerts ?? []).map(({ labels = {}, annotations = {}, startsAt, endsAt, generatorURL = "" }) => ({
    labels,
    annotations,
    startsAt,
    endsAt,
    generatorURL,
  }));
}

/**
 * Alerts as a server knows them to which all of them are sent now, ordered by fingerprint: checked, and without their empty
 * labels. All of them fire: a list of alerts that was saved is looked at later than the ends it gives.
 *
 * @param now ms
 * @throws FatalError naming the alert that is invalid
 */
export function firingAlerts(posted: readonly PostableAlert[], now: number, mode: MatcherMode): readonly Alert[] {
  const table = new AlertTable({
    isLabelName: (name) => isValidLabelName(mode, name),
    limit: new AlertLimit(0),
  });
  const at = new Timestamp(now);
  for (const [i, alert] of posted.entries()) {
    const startsAt = alert.startsAt?.endedBy(now) ? alert.startsAt : undefined;
    const endsAt = alert.endsAt?.endedBy(now) ? undefined : alert.endsAt;
    const result = table.ingest({ ...alert, startsAt: startsAt ?? at, endsAt }, at, ASSUMED_TO_FIRE_FOR);
    if (result.kind === "invalid") throw invalidAlert(i, alert, result.message);
  }
  return table.sorted();
}

/** Only has to outlast the moment, ms. */
const ASSUMED_TO_FIRE_FOR = 5 * 60_000;

export function invalidAlert(index: number, { labels }: PostableAlert, reason: string): FatalError {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${goQuote(value)}`);
  return new FatalError(`alert ${index + 1}, {${pairs.join(", ")}}, is invalid: ${reason}`);
}

/** How label names and matchers are read with the features the flags name. */
export function modeOf({ values }: Session): MatcherMode {
  return matcherMode(parseFeatures(values.get(ENABLE_FEATURE), () => undefined));
}
