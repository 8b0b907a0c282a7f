import type { OpsgenieConfig, OpsgenieResponder } from "../config/receivers/types.ts";
import type { AlertPublisher } from "../core/interfaces/publishing.ts";
import { commonLabels } from "../core/grouping/common.ts";
import type { Notification } from "../core/model/notification.ts";
import { groupKeyHash, httpPublisher, isFiring, JSON_HEADERS, notificationLog, templateData } from "./attempt.ts";
import { receiverClient } from "./client.ts";
import type { ReceiverDeps } from "./deps.ts";
import { wrapError } from "./http/errors.ts";
import { readText } from "./http/read-file.ts";
import { appendToPath, encodeValues, formatUrl } from "./http/url.ts";
import { encodeJson, type Json } from "./json.ts";
import { checkStatus, PublishError } from "./status.ts";
import { truncateInRunes } from "./truncate.ts";

/** Opsgenie's own limit, runes. */
const MAX_MESSAGE = 130;

interface Call {
  readonly method: "POST" | "PUT";
  readonly url: string;
  readonly body: Json;
}

type Text = (source: string) => string;

/** Creates, updates and closes an alert a group in Opsgenie, in up to three requests (spec §10.4). */
export function createOpsgenie(config: OpsgenieConfig, deps: ReceiverDeps): AlertPublisher {
  const client = receiverClient("opsgenie", config.http_config, deps);
  return httpPublisher("opsgenie", client, async (notification, signal) => {
    const { calls, key } = compose(config, notification, deps);
    const headers = [...JSON_HEADERS, ["Authorization", `GenieKey ${key}`] as const];
    for (const { method, url, body } of calls) {
      const sent = client.send({ method, url, headers, body: encodeJson(body) }, signal);
      const response = await sent.catch((error: Error) => {
        throw new PublishError(error.message, true);
      });
      await checkStatus(response);
      response.discard();
    }
  });
}

/** @throws Error, which is not worth another try */
function compose(config: OpsgenieConfig, notification: Notification, deps: ReceiverDeps) {
  const keySource = readKey(config);
  const data = templateData(notification, deps);
  const text: Text = (source) => deps.templates.text(source, data);
  try {
    const details = new Map(commonLabels(notification.alerts.map((alert) => alert.labels)).entries());
    for (const [name, value] of Object.entries(config.details)) details.set(name, text(value));
    const alias = groupKeyHash(notification);
    const calls = isFiring(notification)
      ? create(config, notification, alias, details, text, deps)
      : [call("POST", config, `v2/alerts/${alias}/close`, { source: text(config.source) })];
    return { calls, key: config.api_key === undefined ? text(keySource).trim() : text(keySource) };
  } catch (error) {
    throw wrapError("templating error", error);
  }
}

function readKey(config: OpsgenieConfig): string {
  if (config.api_key !== undefined) return config.api_key.reveal();
  try {
    return readText(config.api_key_file);
  } catch (error) {
    throw wrapError("read key_file error", error);
  }
}

/** A request about the alert that has the alias. */
function call(method: Call["method"], config: OpsgenieConfig, path: string, body: Json): Call {
  const url = appendToPath(config.api_url, path);
  const query = new URLSearchParams(url.query ?? "");
  query.set("identifierType", "alias");
  return { method, url: formatUrl({ ...url, query: encodeValues(query) }), body };
}

function create(
  config: OpsgenieConfig,
  notification: Notification,
  alias: string,
  details: ReadonlyMap<string, string>,
  text: Text,
  deps: ReceiverDeps,
): Call[] {
  const cut = truncateInRunes(text(config.message), MAX_MESSAGE);
  if (cut.truncated) {
    const log = notificationLog("opsgenie", notification, deps);
    log.warn("Truncated message", { alert: notification.groupKey, max_runes: MAX_MESSAGE });
  }
  const responders = config.responders.flatMap((responder) => respondersOf(responder, text));
  const description = text(config.description) || undefined;
  const source = text(config.source);
  const tags = split(text(config.tags));
  const note = text(config.note) || undefined;
  const priority = text(config.priority) || undefined;
  const entity = text(config.entity) || undefined;
  const actions = split(text(config.actions));
  const body = {
    alias,
    message: cut.text,
    description,
    details,
    source,
    responders: responders.length > 0 ? responders : undefined,
    tags: tags.length > 0 ? tags : undefined,
    note,
    priority,
    entity,
    actions: actions.length > 0 ? actions : undefined,
  };
  const first: Call = { method: "POST", url: formatUrl(appendToPath(config.api_url, "v2/alerts")), body };
  if (!config.update_alerts) return [first];
  return [
    first,
    call("PUT", config, `v2/alerts/${alias}/message`, { message: cut.text || undefined }),
    call("PUT", config, `v2/alerts/${alias}/description`, { description }),
  ];
}

/** One that comes out empty is left out, so that labels can decide; `teams` stands for several. */
function respondersOf(responder: OpsgenieResponder, text: Text): Json[] {
  const id = text(responder.id) || undefined;
  const name = text(responder.name);
  const username = text(responder.username) || undefined;
  const type = text(responder.type);
  if (id === undefined && name === "" && username === undefined && type === "") return [];
  if (type === "teams") return split(name).map((team) => ({ name: text(team) || undefined, type: "team" }));
  return [{ id, name: name || undefined, username, type }];
}

/** At commas; the parts keep their blanks, but for the ends of the whole. */
function split(list: string): string[] {
  return list
    .trim()
    .split(",")
    .filter((part) => part !== "");
}
