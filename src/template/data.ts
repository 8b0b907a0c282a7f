import { commonLabels } from "../core/grouping/common.ts";
import type { Enrichment } from "../core/interfaces/classification.ts";
import type { Classification } from "../core/model/classification.ts";
import type { LabelSet } from "../core/model/labels.ts";
import type { NotificationReason, NotifiedAlert } from "../core/model/notification.ts";
import { type AsPlainText, classificationValue } from "./classification.ts";
import { momentOfTimestamp } from "./time/moment.ts";
import {
  ALERT,
  ALERTS,
  CLASSIFIED_ALERT,
  CLASSIFIED_ALERTS,
  CLASSIFIED_DATA,
  CLASSIFIED_DATA_POINTER,
  DATA,
  DATA_POINTER,
} from "./value/types.ts";
import { GoList, GoPointer, GoStruct, GoTime, Kv, type Value } from "./value/values.ts";

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
  /** How the alerts, in their order, and the group are classified; without it the dot is upstream's. */
  readonly enrichment?: Enrichment;
}

/** Escapes what has a meaning in a regular expression, as Go's regexp.QuoteMeta. */
export function quoteMeta(s: string): string {
  return s.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&");
}

function kvOf(labels: LabelSet): Kv {
  return new Kv(labels.names, labels.values);
}

function alertValue(alert: NotifiedAlert): GoStruct {
  return new GoStruct(ALERT, alertFields(alert));
}

function alertFields(alert: NotifiedAlert): Value[] {
  return [
    alert.status,
    kvOf(alert.labels),
    kvOf(alert.annotations),
    new GoTime(momentOfTimestamp(alert.startsAt)),
    new GoTime(momentOfTimestamp(alert.endsAt)),
    alert.generatorURL,
    alert.labels.fingerprint,
  ];
}

/**
 * Builds the dot of a notification.
 *
 * @param rendered false while the route labels themselves are rendered: they are templates then (spec §9.5)
 * @param plain for the texts of classifications
 */
export function notificationData(
  source: DataSource,
  rendered = true,
  plain: AsPlainText = (text) => text,
): TemplateData {
  const { alerts, enrichment } = source;
  if (enrichment === undefined) {
    const fields = dataFields(source, new GoList(ALERTS, alerts.map(alertValue)), rendered);
    return new GoPointer(DATA_POINTER, new GoStruct(DATA, fields));
  }
  const valueOf = (one: Classification) => classificationValue(one, enrichment.shows, plain);
  const values = alerts.map(
    (alert, i) =>
      new GoStruct(CLASSIFIED_ALERT, [...alertFields(alert), valueOf(enrichment.alerts[i] as Classification)]),
  );
  const fields = dataFields(source, new GoList(CLASSIFIED_ALERTS, values), rendered);
  return new GoPointer(CLASSIFIED_DATA_POINTER, new GoStruct(CLASSIFIED_DATA, [...fields, valueOf(enrichment.group)]));
}

function dataFields(source: DataSource, list: GoList, rendered: boolean): Value[] {
  const { alerts } = source;
  return [
    quoteMeta(source.receiver),
    alerts.some((alert) => alert.status === "firing") ? "firing" : "resolved",
    list,
    source.reason,
    kvOf(source.groupLabels),
    kvOf(commonLabels(alerts.map((alert) => alert.labels))),
    kvOf(commonLabels(alerts.map((alert) => alert.annotations))),
    kvOf(source.routeLabels),
    source.externalURL,
    rendered,
  ];
}

const ROUTE_LABELS = DATA.fieldIndex?.get("RouteLabels") as number;
const RENDERED = DATA.fieldIndex?.get("routeLabelsRendered") as number;

/** The route labels of a dot, and whether they are final. */
export function routeLabelsOf(data: TemplateData): { readonly labels: Kv; readonly rendered: boolean } {
  const { values } = data instanceof GoPointer ? data.target : data;
  return { labels: values[ROUTE_LABELS] as Kv, rendered: values[RENDERED] === true };
}
