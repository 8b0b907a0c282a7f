import type { Alert } from "../../core/model/alert.ts";
import { labelSetFromObject } from "../../core/model/labels.ts";
import type { Matcher } from "../../core/model/matcher.ts";
import type { Regex } from "../../core/model/regex.ts";
import type { Backend } from "../../core/interfaces/backend.ts";
import { type APIContext, type APIRequest, requestAttrs } from "./context.ts";
import {
  FilterError,
  matchesFilter,
  parseFilter,
  parseReceiver,
  parseReceiverMatchers,
  passesState,
} from "./filters.ts";
import { Query } from "./query.ts";
import { textError } from "./respond.ts";
import { ShownAlerts } from "./shown-alerts.ts";
import { type Elements, jsonList } from "./stream.ts";

/** About what an alert takes of an answer, bytes. */
export const ALERT_BYTES = 1024;

const NONE: readonly string[] = [];

/** `GET /api/v2/alerts` (spec §2.6) */
export function getAlerts(context: APIContext, call: APIRequest): Response {
  const query = new Query(call.query);
  let filter: Matcher[];
  let wantsReceiver: ReceiverFilter;
  try {
    filter = parseFilter(context.matchers, query.all("filter"));
    wantsReceiver = receiverFilter(context, query);
  } catch (e) {
    if (!(e instanceof FilterError)) throw e;
    context.log.debug(e.log, { ...requestAttrs(call), err: e.err });
    return textError(400, e.message);
  }
  const states = stateFilter(query);
  const { backend, texts } = context;
  const now = backend.now();
  const version = backend.mutingVersion(now);
  const alerts = backend.alerts();
  texts.follow(alerts, now, version);
  const { rows } = texts;
  const shown = new ShownAlerts(texts, version, alerts.length);
  for (let rank = 0; rank < alerts.length; rank++) {
    const alert = alerts[rank] as Alert;
    const isActive = rows.active[rank] === alert;
    if (!isActive && alert.endsAt.ms < now) continue;
    if (filter.length > 0 && !matchesFilter(filter, alert.labels)) continue;
    const receivers = isActive ? (rows.receivers[rank] as readonly string[]) : backend.receiversOf(alert.labels);
    if (!wantsReceiver(receivers)) continue;
    if (isActive) {
      if (states.active) shown.addActive(rank);
      continue;
    }
    const muting = backend.muting(alert.labels, now);
    if (passesState(states, muting)) shown.add({ alert, receivers, muting, mutedBy: NONE }, true);
  }
  return jsonList(written(shown));
}

function written(shown: ShownAlerts): Elements {
  let done = 0;
  return {
    size: shown.size * ALERT_BYTES,
    next(chunk) {
      done = shown.write(chunk, 0, done, shown.size);
      return done < shown.size;
    },
  };
}

export function stateFilter(query: Query) {
  return { active: query.flag("active"), silenced: query.flag("silenced"), inhibited: query.flag("inhibited") };
}

/** Whether one of these receivers is asked for. */
export type ReceiverFilter = (receivers: readonly string[]) => boolean;

/**
 * Reads `receiver` and `receiver_matchers`. Each is asked on its own: with both, one receiver may satisfy the one and
 * another the other.
 *
 * @throws FilterError
 */
export function receiverFilter({ backend, matchers }: APIContext, query: Query): ReceiverFilter {
  const regex = parseReceiver(query.last("receiver"));
  const byLabels = parseReceiverMatchers(matchers, query.all("receiver_matchers"));
  const matching = byLabels.length === 0 ? undefined : receiversMatching(backend, byLabels);
  return (receivers) =>
    (regex === undefined || receivers.some(test(regex))) &&
    (matching === undefined || receivers.some((name) => matching.has(name)));
}

function test(regex: Regex): (text: string) => boolean {
  return (text) => regex.test(text);
}

function receiversMatching(backend: Backend, matchers: readonly Matcher[]): ReadonlySet<string> {
  const matching = backend.receivers().filter(({ labels }) => matchesFilter(matchers, labelSetFromObject(labels)));
  return new Set(matching.map(({ name }) => name));
}
