import { createHash } from "node:crypto";
import type { AlertPublisher, PublishResult } from "../core/interfaces/publishing.ts";
import type { Notification } from "../core/model/notification.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import { notificationData, type TemplateData } from "../template/index.ts";
import { USER_AGENT, type ReceiverDeps } from "./deps.ts";
import { type HttpClient, type HttpResponse, RequestError } from "./http.ts";
import type { Header } from "./http/transport.ts";
import { encodeJson, type Json } from "./json.ts";
import { type Markup, plainText } from "./plain-text.ts";
import { PublishError } from "./status.ts";

/** Sends a notification once; what goes wrong is thrown, as a PublishError where it says more than its text. */
export type Attempt = (notification: Notification, signal: AbortSignal) => Promise<void>;

/** The publisher of a receiver that keeps nothing from one notification to the next. */
export function httpPublisher(type: string, client: HttpClient, attempt: Attempt): AlertPublisher {
  return {
    type,
    async publish(notification, signal) {
      try {
        await attempt(notification, signal);
        return { ok: true };
      } catch (error) {
        return failedResult(error);
      }
    },
    close: () => client.close(),
  };
}

/** How a failed attempt is told: without a PublishError (a template, a file) it is not worth another try. */
export function failedResult(error: unknown): PublishResult {
  if (!(error instanceof PublishError)) {
    return { ok: false, retry: false, error: error instanceof Error ? error.message : String(error), reason: "other" };
  }
  const { message, retry, reason, retryAfter } = error;
  return { ok: false, retry, error: message, reason, ...(retryAfter === undefined ? {} : { retryAfter }) };
}

/**
 * The dot of a notification's templates (spec §9.2).
 *
 * @param markup what texts of classifiers must not be taken for; HTML templates see to that by themselves
 */
export function templateData(
  notification: Notification,
  { externalUrl }: ReceiverDeps,
  markup: Markup = "none",
): TemplateData {
  const source = { ...notification, externalURL: externalUrl };
  return notificationData(source, true, (text) => plainText(markup, text));
}

/** The log of one notification of an integration. */
export function notificationLog(type: string, { groupKey }: Notification, { log }: ReceiverDeps): Logger {
  return log.with({ integration: type, group_key: groupKey });
}

/** The group's key as receivers know it: a hash, as they limit its length (spec §10.1). */
export function groupKeyHash({ groupKey }: Notification): string {
  return createHash("sha256").update(groupKey).digest("hex");
}

/** Whether a notification shows as firing. */
export function isFiring({ alerts }: Notification): boolean {
  return alerts.some((alert) => alert.status === "firing");
}

/** What upstream sends with a JSON body (spec §10.1). */
export const JSON_HEADERS: readonly Header[] = [
  ["User-Agent", USER_AGENT],
  ["Content-Type", "application/json"],
];

/**
 * Posts a JSON body.
 *
 * @throws PublishError worth another try when no answer comes; it does not show the URL
 */
export async function postJson(
  client: HttpClient,
  url: string,
  body: Json,
  signal: AbortSignal,
  headers: readonly Header[] = JSON_HEADERS,
): Promise<HttpResponse> {
  return answered(client.send({ method: "POST", url, headers, body: encodeJson(body) }, signal));
}

/** @throws PublishError worth another try when no answer comes; it does not show the URL */
export async function answered(response: Promise<HttpResponse>): Promise<HttpResponse> {
  try {
    return await response;
  } catch (error) {
    throw new PublishError(error instanceof RequestError ? error.redacted : (error as Error).message, true);
  }
}
