import type { PushoverConfig } from "../config/receivers/types.ts";
import type { Secret } from "../config/secret.ts";
import type { AlertPublisher } from "../core/interfaces/publishing.ts";
import type { Notification } from "../core/model/notification.ts";
import { answered, httpPublisher, notificationLog, templateData } from "./attempt.ts";
import { receiverClient } from "./client.ts";
import { USER_AGENT, type ReceiverDeps } from "./deps.ts";
import { wrapError } from "./http/errors.ts";
import { readText } from "./http/read-file.ts";
import { encodeValues } from "./http/url.ts";
import { checkStatus } from "./status.ts";
import { truncateInRunes } from "./truncate.ts";

const URL = "https://api.pushover.net/1/messages.json";
// Pushover's own limits, runes.
const MAX_TITLE = 250;
const MAX_MESSAGE = 1024;
const MAX_URL = 512;

const HEADERS = [
  ["User-Agent", USER_AGENT],
  ["Content-Type", "text/plain"],
] as const;

/** Sends everything in the query of a POST without a body (spec §10.12). */
export function createPushover(config: PushoverConfig, deps: ReceiverDeps): AlertPublisher {
  const client = receiverClient("pushover", config.http_config, deps);
  return httpPublisher("pushover", client, async (notification, signal) => {
    const url = `${URL}?${encodeValues(parameters(config, notification, deps))}`;
    const response = await answered(client.send({ method: "POST", url, headers: HEADERS }, signal));
    await checkStatus(response);
    response.discard();
  });
}

/** @throws Error, which is not worth another try */
function parameters(config: PushoverConfig, notification: Notification, deps: ReceiverDeps): [string, string][] {
  const token = read("token_file", config.token, config.token_file);
  const user = read("user_key_file", config.user_key, config.user_key_file);
  const data = templateData(notification, deps);
  const log = notificationLog("pushover", notification, deps);
  const text = (source: string) => deps.templates.text(source, data);
  const cut = (what: string, value: string, max: number) => {
    const { text, truncated } = truncateInRunes(value, max);
    if (truncated) log.warn(`Truncated ${what}`, { incident: notification.groupKey, max_runes: max });
    return text;
  };
  const list: [string, string][] = [
    ["token", text(token)],
    ["user", text(user)],
    ["title", cut("title", text(config.title), MAX_TITLE)],
  ];
  const message = config.html ? deps.templates.html(config.message, data) : text(config.message);
  if (config.html) list.push(["html", "1"]);
  if (config.monospace) list.push(["monospace", "1"]);
  list.push(
    // Pushover refuses a message without text.
    ["message", cut("message", message, MAX_MESSAGE).trim() || "(no details)"],
    ["url", cut("URL", text(config.url), MAX_URL)],
    ["url_title", text(config.url_title)],
    ["priority", text(config.priority)],
    ["retry", seconds(config.retry)],
    ["expire", seconds(config.expire)],
    ["device", text(config.device)],
    ["sound", text(config.sound)],
  );
  if (config.ttl >= 1000) list.push(["ttl", seconds(config.ttl)]);
  return list;
}

/** The file's content is taken as it is, a line feed at its end included (spec §10.12). */
function read(what: string, secret: Secret | undefined, file: string): string {
  if (secret !== undefined) return secret.reveal();
  try {
    return readText(file);
  } catch (error) {
    throw wrapError(`read ${what}`, error);
  }
}

function seconds(ms: number): string {
  return String(Math.trunc(ms / 1000));
}
