import type { Alert } from "../../core/model/alert.ts";
import { compareBytes, compareLabelSets } from "../../core/model/labels.ts";
import type { Matcher } from "../../core/model/matcher.ts";
import { escapeSeparators, plainJSON } from "../json/quote.ts";
import { AlertWriter } from "./alert-json.ts";
import type { GroupView, Muting } from "./backend.ts";
import { type APIContext, type APIRequest, requestAttrs } from "./context.ts";
import { FilterError, matchesFilter, parseFilter, passesState } from "./filters.ts";
import { type ReceiverFilter, TEXT_AT_A_TIME, receiverFilter, stateFilter } from "./get-alerts.ts";
import type { Fragments } from "./fragments.ts";
import { Query } from "./query.ts";
import { textError } from "./respond.ts";
import { type Elements, jsonList } from "./stream.ts";

/** A group with those of its alerts that are shown, and what mutes and who is told of each. */
interface ShownGroup {
  readonly group: GroupView;
  readonly alerts: Alert[];
  readonly mutings: Muting[];
  readonly receivers: (readonly string[] | undefined)[];
}

/** `GET /api/v2/alerts/groups` (spec §2.8) */
export async function getAlertGroups(context: APIContext, call: APIRequest): Promise<Response> {
  const query = new Query(call.query);
  let filter: Matcher[];
  let wantsReceiver: ReceiverFilter;
  try {
    filter = parseFilter(context.matchers, query.all("filter"));
    wantsReceiver = receiverFilter(context, query);
  } catch (e) {
    if (!(e instanceof FilterError)) throw e;
    logRefused(context, call, e);
    return textError(400, e.message);
  }
  const states = stateFilter(query);
  const { backend } = context;
  const groups = await backend.groups();
  const now = backend.now();
  /** By fingerprint, the receivers of the groups an alert of several is shown in. */
  const several = new Map<string, readonly string[]>();
  const shown: ShownGroup[] = [];
  for (const group of groups) {
    if (!wantsReceiver([group.receiver])) continue;
    const alerts: Alert[] = [];
    const mutings: Muting[] = [];
    const receivers: (readonly string[] | undefined)[] = [];
    for (const alert of group.alerts) {
      if (alert.endsAt.ms < now || !matchesFilter(filter, alert.labels)) continue;
      const muting = backend.muting(alert.labels, now);
      if (!passesState(states, muting)) continue;
      const all = backend.receiversOf(alert.labels);
      alerts.push(alert);
      mutings.push(muting);
      receivers.push(all.length === 1 ? all : undefined);
      if (all.length === 1) continue;
      const { fingerprint } = alert.labels;
      several.set(fingerprint, [...(several.get(fingerprint) ?? []), group.receiver].sort(compareBytes));
    }
    if (alerts.length > 0) shown.push({ group, alerts, mutings, receivers });
  }
  const wanted = query.flag("muted") ? shown : shown.filter(({ group }) => group.mutedBy.length === 0);
  wanted.sort(
    (a, b) => compareLabelSets(a.group.labels, b.group.labels) || compareBytes(a.group.receiver, b.group.receiver),
  );
  return jsonList(written(wanted, several, context.fragments));
}

// Upstream logs a bad receiver here as an error, everything else for debugging only.
function logRefused({ log }: APIContext, call: APIRequest, e: FilterError): void {
  const attrs = { ...requestAttrs(call), err: e.err };
  if (e.log === "Failed to compile receiver regex") log.error(e.log, attrs);
  else log.debug(e.log, attrs);
}

function written(
  groups: readonly ShownGroup[],
  several: ReadonlyMap<string, readonly string[]>,
  fragments: Fragments,
): Elements {
  const writer = new AlertWriter(fragments);
  /** The group being written and how many of its alerts are. */
  let at = 0;
  let inGroup = 0;
  return {
    next(pieces) {
      for (let length = 0; at < groups.length && length < TEXT_AT_A_TIME;) {
        const { group, alerts, mutings, receivers } = groups[at] as ShownGroup;
        if (inGroup === 0) pieces.push(at === 0 ? '{"alerts":[' : ',{"alerts":[');
        for (; inGroup < alerts.length && length < TEXT_AT_A_TIME; inGroup++) {
          const alert = alerts[inGroup] as Alert;
          const muting = mutings[inGroup] as Muting;
          const names = receivers[inGroup] ?? several.get(alert.labels.fingerprint) ?? [];
          length += writer.add(pieces, { alert, muting, receivers: names, mutedBy: group.mutedBy }, inGroup === 0);
        }
        if (inGroup < alerts.length) break;
        writer.end(pieces);
        pieces.push("],", groupText(group));
        inGroup = 0;
        at++;
      }
      return at < groups.length;
    },
  };
}

/** A group but for its alerts. */
function groupText({ labels, receiver, routeLabels }: GroupView): string {
  return `"labels":${escapeSeparators(labels.key)},"receiver":${plainJSON({ name: receiver })},"routeLabels":${escapeSeparators(routeLabels.key)}}`;
}
