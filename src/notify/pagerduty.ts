import type { PagerdutyConfig } from "../config/receivers/types.ts";
import type { Secret } from "../config/secret.ts";
import type { AlertPublisher } from "../core/interfaces/publishing.ts";
import type { Notification } from "../core/model/notification.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import { expandStructured, type TemplateData } from "../template/index.ts";
import { groupKeyHash, httpPublisher, isFiring, JSON_HEADERS, templateData } from "./attempt.ts";
import { decodeFirst, type Struct } from "./decode-json.ts";
import { receiverClient } from "./client.ts";
import type { ReceiverDeps } from "./deps.ts";
import { contextError, wrapError } from "./http/errors.ts";
import { readTrimmed } from "./http/read-file.ts";
import { encodeJson, fromYaml, type Json } from "./json.ts";
import { checkStatus, PublishError, type StatusRule } from "./status.ts";
import { withTimeout } from "./timeout.ts";
import { truncateInRunes } from "./truncate.ts";

/** Where a service key takes an event: there is no setting for it. */
const V1_URL = "https://events.pagerduty.com/generic/2010-04-15/create_event.json";
// PagerDuty's own limits.
const MAX_EVENT_SIZE = 512_000;
const MAX_SUMMARY = 1024;

/** One of the two Events APIs. */
interface Version {
  readonly name: "v1" | "v2";
  /** How a request that got no answer is told. */
  readonly failure: string;
  readonly keyName: "service key" | "routing key";
  readonly url: (config: PagerdutyConfig) => string;
  readonly key: (config: PagerdutyConfig) => Secret | undefined;
  readonly keyFile: (config: PagerdutyConfig) => string;
  readonly event: (event: EventParts) => { readonly [key: string]: Json };
  readonly rule: StatusRule;
}

interface EventParts {
  readonly config: PagerdutyConfig;
  readonly firing: boolean;
  readonly dedupKey: string;
  /** Not yet expanded. */
  readonly key: string;
  readonly summary: string;
  readonly details: Json;
  readonly text: (source: string) => string;
}

/** What makes a 403 worth another try in the old API: it is its way to limit the rate. Why it failed is not told. */
const V1: Version = {
  name: "v1",
  failure: "failed to post message to PagerDuty v1",
  keyName: "service key",
  url: () => V1_URL,
  key: (config) => config.service_key,
  keyFile: (config) => config.service_key_file,
  event: eventV1,
  rule: { retryCodes: [403], reason: "other", details: errorDetails },
};

const V2: Version = {
  name: "v2",
  failure: "failed to post message to PagerDuty",
  keyName: "routing key",
  url: (config) => config.url,
  key: (config) => config.routing_key,
  keyFile: (config) => config.routing_key_file,
  event: eventV2,
  rule: { details: errorDetails },
};

/** Triggers and resolves an incident a group in PagerDuty (spec §10.3). */
export function createPagerduty(config: PagerdutyConfig, deps: ReceiverDeps): AlertPublisher {
  const client = receiverClient("pagerduty", config.http_config, deps);
  const version = config.service_key !== undefined || config.service_key_file !== "" ? V1 : V2;
  const log = deps.log.with({ integration: "pagerduty" });
  return httpPublisher("pagerduty", client, async (notification, signal) => {
    const data = templateData(notification, deps);
    const body = withinLimit(version, eventOf(version, config, deps, data, notification, log), log);
    const request = { method: "POST", url: version.url(config), headers: JSON_HEADERS, body };
    await withTimeout("pagerduty", config.timeout, signal, async (limited) => {
      const response = await client.send(request, limited).catch((error: Error) => {
        const ended = limited.aborted ? `: ${contextError(limited).message}` : "";
        throw new PublishError(`${version.failure}: ${error.message}${ended}`, true);
      });
      await checkStatus(response, version.rule);
      response.discard();
    });
  });
}

function eventOf(
  version: Version,
  config: PagerdutyConfig,
  deps: ReceiverDeps,
  data: TemplateData,
  notification: Notification,
  log: Logger,
): { readonly [key: string]: Json } {
  const details = renderDetails(config, deps, data);
  const key = readKey(version, config);
  const text = (source: string) => deps.templates.text(source, data);
  let event: { readonly [key: string]: Json };
  try {
    const summary = truncateInRunes(text(config.description), MAX_SUMMARY);
    if (summary.truncated) {
      const what = version.name === "v1" ? "description" : "summary";
      log.warn(`Truncated ${what}`, { key: notification.groupKey, max_runes: MAX_SUMMARY });
    }
    const dedupKey = groupKeyHash(notification);
    event = version.event({
      config,
      firing: isFiring(notification),
      dedupKey,
      key,
      summary: summary.text,
      details,
      text,
    });
  } catch (error) {
    throw wrapError(`failed to template PagerDuty ${version.name} message`, error);
  }
  if ((event.service_key ?? event.routing_key) === undefined) throw new Error(`${version.keyName} cannot be empty`);
  return event;
}

function renderDetails(config: PagerdutyConfig, deps: ReceiverDeps, data: TemplateData): ReadonlyMap<string, Json> {
  try {
    const render = (value: PagerdutyConfig["details"][string]) =>
      fromYaml(expandStructured(value, deps.templates, data));
    return new Map(Object.entries(config.details).map(([name, value]) => [name, render(value)]));
  } catch (error) {
    throw wrapError("failed to render details", error);
  }
}

function readKey(version: Version, config: PagerdutyConfig): string {
  const key = version.key(config);
  if (key !== undefined) return key.reveal();
  return readTrimmed(version.keyFile(config), `failed to read ${version.keyName} from file`);
}

function eventV1({ config, firing, dedupKey, key, summary, details, text }: EventParts) {
  return {
    service_key: text(key) || undefined,
    incident_key: dedupKey,
    event_type: firing ? "trigger" : "resolve",
    description: summary || undefined,
    event_action: "",
    payload: null,
    client: (firing && text(config.client)) || undefined,
    client_url: (firing && text(config.client_url)) || undefined,
    details,
  };
}

function eventV2({ config, firing, dedupKey, key, summary, details, text }: EventParts) {
  const client = text(config.client) || undefined;
  const clientUrl = text(config.client_url) || undefined;
  const routingKey = text(key) || undefined;
  const payload = {
    summary,
    source: text(config.source),
    severity: text(config.severity || "error"),
    class: text(config.class) || undefined,
    component: text(config.component) || undefined,
    group: text(config.group) || undefined,
    custom_details: details,
  };
  const images = config.images
    .map(({ src, alt, href }) => ({ src: text(src), alt: text(alt), href: text(href) }))
    .filter((image) => image.src !== "");
  const links = config.links
    .map((link) => ({ href: text(link.href), text: text(link.text) }))
    .filter((link) => link.href !== "");
  return {
    routing_key: routingKey,
    dedup_key: dedupKey,
    event_action: firing ? "trigger" : "resolve",
    payload,
    client,
    client_url: clientUrl,
    images: images.length > 0 ? images : undefined,
    links: links.length > 0 ? links : undefined,
  };
}

/** An event PagerDuty would refuse for its size goes out with a note in the place of its details. */
function withinLimit(version: Version, event: { readonly [key: string]: Json }, log: Logger): string {
  const body = encodeJson(event);
  const size = Buffer.byteLength(body);
  if (size <= MAX_EVENT_SIZE) return body;
  const limit = metricBytes(MAX_EVENT_SIZE);
  log.warn(`Truncated Details because message of size ${metricBytes(size)} exceeds limit ${limit}`);
  const error = `Custom details have been removed because the original event exceeds the maximum size of ${limit}`;
  const payload = event.payload as { readonly [key: string]: Json } | null;
  return encodeJson(
    version.name === "v1"
      ? { ...event, details: { error } }
      : { ...event, payload: { ...payload, custom_details: { error } } },
  );
}

/** `512KB`; a rest below a thousand follows: `512KB1B`. */
function metricBytes(size: number): string {
  const kilobytes = Math.floor(size / 1000) % 1000;
  const parts = [
    [Math.floor(size / 1_000_000), "MB"],
    [kilobytes, "KB"],
    [size % 1000, "B"],
  ] as const;
  return parts.map(([n, unit]) => (n === 0 ? "" : `${n}${unit}`)).join("");
}

const RESPONSE: Struct = {
  goType: "pagerduty.response",
  fields: { status: "string", message: "string", errors: { list: "string" } },
};

/** Only the answer to an invalid event is worth telling. */
function errorDetails(status: number, body: string): string {
  if (status !== 400) return "";
  try {
    const { message = "", errors = [] } = decodeFirst<{ message?: string; errors?: readonly string[] }>(body, RESPONSE);
    return `${message}: ${errors.join(",")}`;
  } catch {
    return "";
  }
}
