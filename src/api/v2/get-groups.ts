import type { Alert } from "../../core/model/alert.ts";
import { compareBytes, compareLabelSets } from "../../core/model/labels.ts";
import type { Matcher } from "../../core/model/matcher.ts";
import { escapeSeparators, plainJSON } from "../json/quote.ts";
import type { GroupView, Muting } from "../../core/interfaces/backend.ts";
import type { Chunk } from "./chunk.ts";
import { type APIContext, type APIRequest, requestAttrs } from "./context.ts";
import { FilterError, matchesFilter, parseFilter, passesState } from "./filters.ts";
import { ALERT_BYTES, type ReceiverFilter, receiverFilter, stateFilter } from "./get-alerts.ts";
import { Query } from "./query.ts";
import { textError } from "./respond.ts";
import { ShownAlerts } from "./shown-alerts.ts";
import { type Elements, jsonList } from "./stream.ts";

/** A group with those of its alerts that are shown: numbers `from` up to `to`. */
interface ShownGroup {
  readonly group: GroupView;
  readonly from: number;
  readonly to: number;
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
  const { backend, texts } = context;
  const groups = await backend.groups();
  const now = backend.now();
  const version = backend.mutingVersion(now);
  texts.follow(backend.alerts(), now, version);
  const { rows } = texts;
  const shown = new ShownAlerts(
    texts,
    version,
    groups.reduce((sum, { alerts }) => sum + alerts.length, 0),
  );
  /** By fingerprint, the receivers of the groups an alert of several is shown in. */
  const several = new Map<string, string[]>();
  const shownGroups: ShownGroup[] = [];
  for (const group of groups) {
    if (!wantsReceiver([group.receiver])) continue;
    const { mutedBy } = group;
    const from = shown.size;
    const ranks = texts.ranksIn(group);
    for (let i = 0; i < group.alerts.length; i++) {
      const alert = group.alerts[i] as Alert;
      const rank = ranks[i] as number;
      const isActive = rows.active[rank] === alert;
      if (!isActive && alert.endsAt.ms < now) continue;
      if (filter.length > 0 && !matchesFilter(filter, alert.labels)) continue;
      if (isActive && rows.haveOne[rank] === 1 && mutedBy.length === 0) {
        if (states.active) shown.addActive(rank);
        continue;
      }
      const muting = isActive ? NO_MUTING : backend.muting(alert.labels, now);
      if (!passesState(states, muting)) continue;
      const all = backend.receiversOf(alert.labels);
      if (all.length === 1) {
        shown.add({ alert, receivers: all, muting, mutedBy }, true);
        continue;
      }
      const { fingerprint } = alert.labels;
      const receivers = several.get(fingerprint) ?? [];
      several.set(fingerprint, receivers);
      receivers.push(group.receiver);
      shown.add({ alert, receivers, muting, mutedBy }, false);
    }
    if (shown.size > from) shownGroups.push({ group, from, to: shown.size });
  }
  for (const receivers of several.values()) receivers.sort(compareBytes);
  const wanted = query.flag("muted") ? shownGroups : shownGroups.filter(({ group }) => group.mutedBy.length === 0);
  wanted.sort(
    (a, b) => compareLabelSets(a.group.labels, b.group.labels) || compareBytes(a.group.receiver, b.group.receiver),
  );
  return jsonList(written(wanted, shown));
}

const NO_MUTING: Muting = { inhibitedBy: [], silencedBy: [] };

// Upstream logs a bad receiver here as an error, everything else for debugging only.
function logRefused({ log }: APIContext, call: APIRequest, e: FilterError): void {
  const attrs = { ...requestAttrs(call), err: e.err };
  if (e.log === "Failed to compile receiver regex") log.error(e.log, attrs);
  else log.debug(e.log, attrs);
}

function written(groups: readonly ShownGroup[], shown: ShownAlerts): Elements {
  /** The group being written, and the first of its alerts that is not; undefined before its beginning is. */
  let at = 0;
  let left: number | undefined;
  const finish = (chunk: Chunk, { group, from, to }: ShownGroup): boolean => {
    if (left === undefined && !chunk.addText(at === 0 ? '{"alerts":[' : ',{"alerts":[')) return false;
    left = shown.write(chunk, from, left ?? from, to);
    return left === to && chunk.addText(`],${groupText(group)}`);
  };
  return {
    size: (groups.length + shown.size) * ALERT_BYTES,
    next(chunk) {
      for (; at < groups.length; at++) {
        if (!finish(chunk, groups[at] as ShownGroup)) return true;
        left = undefined;
      }
      return false;
    },
  };
}

/** A group but for its alerts. */
function groupText({ labels, receiver, routeLabels }: GroupView): string {
  return `"labels":${escapeSeparators(labels.key)},"receiver":${plainJSON({ name: receiver })},"routeLabels":${escapeSeparators(routeLabels.key)}}`;
}
