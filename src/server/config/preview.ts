import { sortAlerts } from "../../core/grouping/order.ts";
import { isResolved, type Alert } from "../../core/model/alert.ts";
import { labelSetFromObject, EMPTY_LABELS, type LabelSet } from "../../core/model/labels.ts";
import type { NotifiedAlert } from "../../core/model/notification.ts";
import { ZERO_TIME } from "../../core/model/timestamp.ts";
import { placesOf } from "../../core/routing/compare.ts";
import { buildRoutes } from "../../core/routing/route.ts";
import { Secret } from "../../config/index.ts";
import {
  notificationData,
  renderRouteLabels,
  sampleData,
  TemplateError,
  type TemplateData,
} from "../../template/index.ts";
import { Problem } from "../../api/plus/problem.ts";
import type { InForce } from "../configuration.ts";

/** What is to be rendered, and with what. */
export interface PreviewRequest {
  /** Undefined: the text of `field`. */
  readonly template: string | undefined;
  /** Whose notification it would be; with a group's key which of its groups. */
  readonly receiver: string | undefined;
  /** Of the receiver, such as `slack_configs[0].title`. */
  readonly field: string | undefined;
  readonly groupKey: string | undefined;
  /** Of alerts; without them and a group, sample alerts. */
  readonly fingerprints: readonly string[] | undefined;
  readonly html: boolean | undefined;
}

export type Preview =
  { readonly output: string; readonly error: null } | { readonly output: null; readonly error: string };

/** A quarter of a second at worst, in which nothing else has its turn. */
const MAX_STEPS = 100_000;
/** Characters. */
const MAX_OUTPUT = 1024 * 1024;

/**
 * Renders a text as a notification would, with the templates of the configuration in force.
 *
 * @param alerts all that are known
 * @param now ms
 * @throws Problem for what is not there; what is wrong with the template is in the answer
 */
export function previewTemplate(
  inForce: InForce,
  alerts: readonly Alert[],
  request: PreviewRequest,
  now: number,
): Preview {
  const { receiver, html } = request;
  if (receiver !== undefined && !inForce.loaded.config.receivers.some(({ name }) => name === receiver)) {
    throw new Problem(404, `receiver: there is no receiver ${JSON.stringify(receiver)}`);
  }
  const text = request.template ?? fieldOf(inForce, request);
  const data = dataFor(inForce, alerts, request, now);
  // Whoever asks for HTML knows; the field of that name is HTML by itself.
  const mode = (html ?? request.field?.endsWith(".html")) ? "html" : "text";
  try {
    const output = inForce.deps.templates.preview(mode, text, data, MAX_STEPS);
    if (output.length > MAX_OUTPUT) return { output: null, error: `output exceeds ${MAX_OUTPUT} bytes` };
    return { output, error: null };
  } catch (error) {
    if (error instanceof TemplateError) return { output: null, error: error.message };
    throw error;
  }
}

function fieldOf({ loaded }: InForce, { receiver, field }: PreviewRequest): string {
  if (receiver === undefined || field === undefined) {
    throw new Problem(400, "template: expected a text, or a receiver and one of its fields");
  }
  let value: unknown = loaded.config.receivers.find(({ name }) => name === receiver);
  for (const part of field.split(/[.[\]]+/).filter((name) => name !== "")) {
    const holder = value;
    value =
      typeof holder === "object" && holder !== null && Object.hasOwn(holder, part)
        ? (holder as Record<string, unknown>)[part]
        : undefined;
    if (value instanceof Secret)
      throw new Problem(403, `field: ${field} of receiver ${JSON.stringify(receiver)} is a secret`);
  }
  if (typeof value === "string") return value;
  throw new Problem(
    404,
    `field: receiver ${JSON.stringify(receiver)} has no text at ${field}; expected such as slack_configs[0].title`,
  );
}

function dataFor(inForce: InForce, alerts: readonly Alert[], request: PreviewRequest, now: number): TemplateData {
  const { receiver, groupKey, fingerprints } = request;
  if (groupKey !== undefined) return groupData(inForce, alerts, groupKey, receiver, now);
  if (fingerprints === undefined) return sampleData(now);
  const chosen = new Set(fingerprints);
  const found = alerts.filter(({ labels }) => chosen.delete(labels.fingerprint));
  if (chosen.size > 0) throw new Problem(404, `fingerprints: there is no alert ${[...chosen].join(", ")}`);
  return dataOf(
    inForce,
    found,
    receiver ?? inForce.loaded.config.route.receiver ?? "",
    EMPTY_LABELS,
    EMPTY_LABELS,
    now,
  );
}

function groupData(
  inForce: InForce,
  alerts: readonly Alert[],
  groupKey: string,
  receiver: string | undefined,
  now: number,
): TemplateData {
  const root = buildRoutes(inForce.loaded.config.route);
  const fits = (alert: Alert) =>
    placesOf(root, alert.labels).find(
      (place) => place.key === groupKey && (receiver === undefined || place.receiver === receiver),
    );
  const members = alerts.filter((alert) => fits(alert) !== undefined);
  const place = members[0] === undefined ? undefined : fits(members[0]);
  if (place === undefined)
    throw new Problem(404, `groupKey: there is no group ${JSON.stringify(groupKey)} with alerts`);
  const routeLabels = labelSetFromObject(place.route.labels);
  return dataOf(inForce, members, place.receiver, place.labels, routeLabels, now);
}

function dataOf(
  { deps }: InForce,
  alerts: readonly Alert[],
  receiver: string,
  groupLabels: LabelSet,
  routeLabels: LabelSet,
  now: number,
): TemplateData {
  const notified = sortAlerts(alerts).map((alert) => notifiedAt(alert, now));
  const source = { receiver, alerts: notified, groupLabels, reason: "unknown" as const, externalURL: deps.externalUrl };
  // A route label that fails is left out, as it is of a notification.
  const rendered = renderRouteLabels(deps.templates, { ...source, routeLabels }, () => undefined);
  return notificationData({ ...source, routeLabels: rendered });
}

function notifiedAt(alert: Alert, now: number): NotifiedAlert {
  return isResolved(alert, now) ? { ...alert, status: "resolved" } : { ...alert, endsAt: ZERO_TIME, status: "firing" };
}
