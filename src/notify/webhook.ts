import type { WebhookConfig } from "../config/receivers/types.ts";
import type { Enrichment } from "../core/interfaces/classification.ts";
import type { AlertPublisher } from "../core/interfaces/publishing.ts";
import type { Classification } from "../core/model/classification.ts";
import type { Notification } from "../core/model/notification.ts";
import { expandStructured, type TemplateData } from "../template/index.ts";
import { httpPublisher, JSON_HEADERS, postJson, templateData } from "./attempt.ts";
import { receiverClient } from "./client.ts";
import type { ReceiverDeps } from "./deps.ts";
import type { Header } from "./http/transport.ts";
import { readTrimmed } from "./http/read-file.ts";
import { fromYaml, type Json } from "./json.ts";
import { message, type Message } from "./message.ts";
import { checkStatus } from "./status.ts";
import { withTimeout } from "./timeout.ts";

/**
 * Posts a notification as JSON, version 4 of upstream's format, or as the payload configured (spec §10.2). Each decision to
 * notify has an `Idempotency-Key`, the same for all attempts at it.
 */
export function createWebhook(config: WebhookConfig, deps: ReceiverDeps): AlertPublisher {
  const client = receiverClient("webhook", config.http_config, deps);
  const maxAlerts = Number(config.max_alerts);
  return httpPublisher("webhook", client, async (notification, signal) => {
    const sent = maxAlerts > 0 ? notification.alerts.slice(0, maxAlerts) : notification.alerts;
    const told = { ...notification, alerts: sent };
    const data = templateData(told, deps);
    const body =
      config.payload === undefined
        ? withClassifications(message("4", told, notification.alerts.length - sent.length, deps), told)
        : payload(config, data, deps);
    const url = webhookUrl(config, data, deps);
    const headers: Header[] = [...JSON_HEADERS, ["Idempotency-Key", notification.idempotencyKey]];
    const response = await withTimeout("webhook", config.timeout, signal, (limited) =>
      postJson(client, url, body, limited, headers),
    );
    await checkStatus(response);
    response.discard();
  });
}

/** The message with what its alerts and the group are classified as, where our own settings want that in the payload. */
function withClassifications(whole: Message, { enrichment }: Notification): Json {
  if (enrichment?.inPayload !== true) return whole;
  const shown = (one: Classification) => shownOf(one, enrichment.shows);
  return {
    ...whole,
    alerts: whole.alerts.map((alert, i) => ({
      ...alert,
      classification: shown(enrichment.alerts[i] as Classification),
    })),
    classification: shown(enrichment.group),
  };
}

function shownOf(classification: Classification, shows: Enrichment["shows"]): Json {
  const { severity, category, confidence, reason, recommendations, classifier, model } = classification;
  if (shows === "recommendations") return { recommendations };
  return { severity, category, confidence, reason, recommendations, classifier, model };
}

/** The address for this notification. @throws Error, which is not worth another try */
function webhookUrl(config: WebhookConfig, data: TemplateData, deps: ReceiverDeps): string {
  const source = config.url === undefined ? readTrimmed(config.url_file, "read url_file") : config.url.reveal();
  let url: string;
  try {
    url = deps.templates.text(source, data);
  } catch (error) {
    throw new Error(`failed to template webhook URL: ${(error as Error).message}`, { cause: error });
  }
  if (url === "") throw new Error("webhook URL is empty after templating");
  return url;
}

function payload(config: WebhookConfig, data: TemplateData, deps: ReceiverDeps): Json {
  try {
    return fromYaml(expandStructured(config.payload ?? null, deps.templates, data));
  } catch (error) {
    throw new Error(`failed to render custom payload: ${(error as Error).message}`, { cause: error });
  }
}
