import type { HttpNotifierConfig } from "../config/receivers/types.ts";
import type { AlertPublisher } from "../core/interfaces/publishing.ts";
import type { Notification } from "../core/model/notification.ts";
import type { Secret } from "../config/secret.ts";
import { httpPublisher, JSON_HEADERS, notificationLog, postJson, templateData } from "./attempt.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import { receiverClient } from "./client.ts";
import type { ReceiverDeps } from "./deps.ts";
import type { HttpResponse } from "./http.ts";
import type { Header } from "./http/transport.ts";
import { readTrimmed } from "./http/read-file.ts";
import type { Json } from "./json.ts";
import { checkStatus, type StatusRule } from "./status.ts";
import { truncateInRunes } from "./truncate.ts";

/** What a notification has become: one POST of JSON. */
export interface JsonMessage {
  readonly url: string;
  readonly body: Json;
  /** Besides User-Agent and Content-Type. */
  readonly headers?: readonly Header[];
  readonly rule?: StatusRule;
  /** Looks into a successful answer. @throws PublishError */
  readonly check?: (response: HttpResponse) => Promise<void>;
}

/** Writes one notification's texts. */
export interface Writer {
  readonly notification: Notification;
  readonly log: Logger;
  /** Expands a template as text. @throws TemplateError */
  text(source: string): string;
  /** The same, cut to a number of runes with a warning that names what was cut. @throws TemplateError */
  cut(what: string, source: string, maxRunes: number): string;
}

/**
 * A receiver that takes a notification as one POST of JSON, as most chats do, with some Markdown in its texts.
 *
 * @param write makes the message; what it throws ends the notification without another try
 */
export function jsonReceiver(
  type: string,
  config: HttpNotifierConfig,
  deps: ReceiverDeps,
  write: (writer: Writer) => JsonMessage,
): AlertPublisher {
  const client = receiverClient(type, config.http_config, deps);
  return httpPublisher(type, client, async (notification, signal) => {
    const { url, body, headers = [], rule, check } = write(createWriter(type, notification, deps));
    const response = await postJson(client, url, body, signal, [...JSON_HEADERS, ...headers]);
    await checkStatus(response, rule);
    if (check === undefined) response.discard();
    else await check(response);
  });
}

function createWriter(type: string, notification: Notification, deps: ReceiverDeps): Writer {
  const data = templateData(notification, deps, "markdown");
  const text = (source: string) => deps.templates.text(source, data);
  const log = notificationLog(type, notification, deps);
  return {
    notification,
    log,
    text,
    cut(what, source, maxRunes) {
      const cut = truncateInRunes(text(source), maxRunes);
      if (cut.truncated) log.warn(`Truncated ${what}`, { max_runes: maxRunes });
      return cut.text;
    },
  };
}

/**
 * The URL of a chat's webhook: the one configured, or what its file holds now.
 *
 * @throws Error in Go's words
 */
export function webhookUrl(config: {
  readonly webhook_url: Secret | undefined;
  readonly webhook_url_file: string;
}): string {
  if (config.webhook_url !== undefined) return config.webhook_url.reveal();
  return readTrimmed(config.webhook_url_file, "read webhook_url_file");
}
