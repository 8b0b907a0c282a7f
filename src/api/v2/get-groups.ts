import { compareBytes, compareLabelSets } from "../../core/model/labels.ts";
import type { Matcher } from "../../core/model/matcher.ts";
import { escapeSeparators, plainJSON } from "../json/quote.ts";
import { AlertWriter, type ShownAlert } from "./alert-json.ts";
import type { GroupView, Muting } from "./backend.ts";
import { type APIContext, type APIRequest, requestAttrs } from "./context.ts";
import { FilterError, matchesFilter, parseFilter, passesState } from "./filters.ts";
import { type ReceiverFilter, receiverFilter, stateFilter } from "./get-alerts.ts";
import { labelsJSON } from "./labels-json.ts";
import { Query } from "./query.ts";
import { textError } from "./respond.ts";
import { jsonList } from "./stream.ts";

interface ShownGroup {
  readonly group: GroupView;
  readonly alerts: readonly { readonly alert: GroupView["alerts"][number]; readonly muting: Muting }[];
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
  /** By fingerprint, the receivers of the groups an alert is shown in. */
  const receivers = new Map<string, readonly string[]>();
  /** One list for each receiver that alone has an alert, which most do. */
  const alone = new Map<string, readonly string[]>();
  const shown: ShownGroup[] = [];
  for (const group of groups) {
    if (!wantsReceiver([group.receiver])) continue;
    const alerts: { alert: GroupView["alerts"][number]; muting: Muting }[] = [];
    for (const alert of group.alerts) {
      if (alert.endsAt.ms < now || !matchesFilter(filter, alert.labels)) continue;
      const muting = backend.muting(alert.labels, now);
      if (!passesState(states, muting)) continue;
      alerts.push({ alert, muting });
      const { fingerprint } = alert.labels;
      const names = receivers.get(fingerprint);
      receivers.set(
        fingerprint,
        names === undefined ? only(group.receiver, alone) : [...names, group.receiver].sort(compareBytes),
      );
    }
    if (alerts.length > 0) shown.push({ group, alerts });
  }
  const wanted = query.flag("muted") ? shown : shown.filter(({ group }) => group.mutedBy.length === 0);
  wanted.sort(
    (a, b) => compareLabelSets(a.group.labels, b.group.labels) || compareBytes(a.group.receiver, b.group.receiver),
  );
  return jsonList(written(wanted, receivers));
}

function only(receiver: string, lists: Map<string, readonly string[]>): readonly string[] {
  let list = lists.get(receiver);
  if (list === undefined) {
    list = [receiver];
    lists.set(receiver, list);
  }
  return list;
}

// Upstream logs a bad receiver here as an error, everything else for debugging only.
function logRefused({ log }: APIContext, call: APIRequest, e: FilterError): void {
  const attrs = { ...requestAttrs(call), err: e.err };
  if (e.log === "Failed to compile receiver regex") log.error(e.log, attrs);
  else log.debug(e.log, attrs);
}

function* written(groups: readonly ShownGroup[], receivers: ReadonlyMap<string, readonly string[]>): Generator<string> {
  const writer = new AlertWriter();
  for (const { group, alerts } of groups) {
    const shown = alerts.map(({ alert, muting }): ShownAlert => ({
      alert,
      muting,
      receivers: receivers.get(alert.labels.fingerprint) ?? [],
      mutedBy: group.mutedBy,
    }));
    const labels = escapeSeparators(labelsJSON(group.labels));
    const routeLabels = escapeSeparators(labelsJSON(group.routeLabels));
    const receiver = plainJSON({ name: group.receiver });
    yield `{"alerts":[${writer.list(shown)}],"labels":${labels},"receiver":${receiver},"routeLabels":${routeLabels}}`;
  }
}
