import { labelSetFromObject } from "../../core/model/labels.ts";
import type { Matcher } from "../../core/model/matcher.ts";
import type { Regex } from "../../core/model/regex.ts";
import { AlertWriter, type ShownAlert } from "./alert-json.ts";
import type { Backend } from "./backend.ts";
import { type APIContext, type APIRequest, requestAttrs } from "./context.ts";
import {
  FilterError,
  matchesFilter,
  parseFilter,
  parseReceiver,
  parseReceiverMatchers,
  passesState,
} from "./filters.ts";
import type { Fragments } from "./fragments.ts";
import { Query } from "./query.ts";
import { textError } from "./respond.ts";
import { type Elements, jsonList } from "./stream.ts";

/** About how much text is made at a time. */
export const TEXT_AT_A_TIME = 64 * 1024;

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
  const { backend } = context;
  const now = backend.now();
  const shown: ShownAlert[] = [];
  for (const { alert, receivers } of backend.alerts()) {
    if (!wantsReceiver(receivers) || alert.endsAt.ms < now || !matchesFilter(filter, alert.labels)) continue;
    const muting = backend.muting(alert.labels, now);
    if (passesState(states, muting)) shown.push({ alert, receivers, muting, mutedBy: NONE });
  }
  return jsonList(written(shown, context.fragments));
}

function written(alerts: readonly ShownAlert[], fragments: Fragments): Elements {
  const writer = new AlertWriter(fragments);
  let at = 0;
  return {
    next(pieces) {
      for (let length = 0; at < alerts.length && length < TEXT_AT_A_TIME; at++) {
        length += writer.add(pieces, alerts[at] as ShownAlert, at === 0);
      }
      if (at < alerts.length) return true;
      if (at > 0) writer.end(pieces);
      return false;
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
