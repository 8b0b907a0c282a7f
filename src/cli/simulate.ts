import type { PostableAlert } from "../core/model/postable.ts";
import { parseTimestamp } from "../core/model/timestamp.ts";
import { modeOf, readAlerts } from "./alerts-source.ts";
import { readConfig } from "./config-source.ts";
import { FatalError } from "./failure.ts";
import { SIMULATE } from "./flags.ts";
import { outputOf } from "./format/output.ts";
import type { Session } from "./session.ts";
import { readSilencesFile } from "./silences-source.ts";
import { formatSimulation } from "./simulate-format.ts";
import { simulateRun } from "./simulate-run.ts";

/** `amtool simulate` */
export async function simulate(session: Session): Promise<number> {
  const { values, environment } = session;
  const duration = values.get(SIMULATE.duration);
  if (duration <= 0) throw new FatalError(`--duration: ${duration}ms is not a length of time, expected more than 0`);
  const loaded = readConfig(values.get(SIMULATE.configFile), session);
  const alerts = readAlerts(values.get(SIMULATE.alerts));
  const silencesFile = values.get(SIMULATE.silences);
  const simulation = await simulateRun({
    loaded,
    alerts,
    silences: silencesFile === "" ? [] : readSilencesFile(silencesFile),
    mode: modeOf(session),
    start: startOf(values.get(SIMULATE.start), alerts, environment.now()),
    duration,
    keepFiring: values.get(SIMULATE.keepFiring),
  });
  environment.terminal.out(formatSimulation(simulation, outputOf(values)));
  return 0;
}

/** When the run begins, ms. */
function startOf(text: string, alerts: readonly PostableAlert[], now: number): number {
  if (text === "now") return now;
  if (text !== "") {
    try {
      return parseTimestamp(text).ms;
    } catch (error) {
      throw new FatalError(`--start: ${text} is not a time, expected now or RFC 3339: ${(error as Error).message}`);
    }
  }
  const starts = alerts.flatMap(({ startsAt }) => startsAt?.ms ?? []);
  return starts.length === 0 ? now : starts.reduce((first, start) => Math.min(first, start));
}
