import { commonLabels } from "../core/grouping/common.ts";
import type { LabelSet } from "../core/model/labels.ts";
import type { NotificationReason, NotifiedAlert } from "../core/model/notification.ts";
import { momentOfTimestamp } from "./time/moment.ts";
import { ALERT, ALERTS, DATA, DATA_POINTER } from "./value/types.ts";
import { GoList, GoPointer, GoStruct, GoTime, Kv } from "./value/values.ts";

/** The top-level dot of a template (spec §9.2). */
export type TemplateData = GoPointer | GoStruct;

/** What the dot is made of. */
export interface DataSource {
  /** The receiver's plain name. */
  readonly receiver: string;
  /** In the order they are to be shown in; what is common is common to exactly these. */
  readonly alerts: readonly NotifiedAlert[];
  readonly groupLabels: LabelSet;
  readonly routeLabels: LabelSet;
  readonly reason: NotificationReason;
  readonly externalURL: string;
}

/** Escapes what has a meaning in a regular expression, as Go's regexp.QuoteMeta. */
export function quoteMeta(s: string): string {
  return s.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&");
}

function kvOf(labels: LabelSet): Kv {
  return new Kv(labels.names, labels.values);
}

function alertValue(alert: NotifiedAlert): GoStruct {
  return new GoStruct(ALERT, [
    alert.status,
    kvOf(alert.labels),
    kvOf(alert.annotations),
    new GoTime(momentOfTimestamp(alert.startsAt)),
    new GoTime(momentOfTimestamp(alert.endsAt)),
    alert.generatorURL,
    alert.labels.fingerprint,
  ]);
}

/**
 * Builds the dot of a notification.
 *
 * @param rendered false while the route labels themselves are rendered: they are templates then (spec §9.5)
 */
export function notificationData(source: DataSource, rendered = true): TemplateData {
  const { alerts } = source;
  return new GoPointer(
    DATA_POINTER,
    new GoStruct(DATA, [
      quoteMeta(source.receiver),
      alerts.some((alert) => alert.status === "firing") ? "firing" : "resolved",
      new GoList(ALERTS, alerts.map(alertValue)),
      source.reason,
      kvOf(source.groupLabels),
      kvOf(commonLabels(alerts.map((alert) => alert.labels))),
      kvOf(commonLabels(alerts.map((alert) => alert.annotations))),
      kvOf(source.routeLabels),
      source.externalURL,
      rendered,
    ]),
  );
}

const ROUTE_LABELS = DATA.fieldIndex?.get("RouteLabels") as number;
const RENDERED = DATA.fieldIndex?.get("routeLabelsRendered") as number;

/** The route labels of a dot, and whether they are final. */
export function routeLabelsOf(data: TemplateData): { readonly labels: Kv; readonly rendered: boolean } {
  const { values } = data instanceof GoPointer ? data.target : data;
  return { labels: values[ROUTE_LABELS] as Kv, rendered: values[RENDERED] === true };
}
