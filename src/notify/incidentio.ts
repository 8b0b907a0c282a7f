import type { IncidentioConfig } from "../config/receivers/types.ts";
import { Secret } from "../config/secret.ts";
import type { HttpConfig } from "../config/types.ts";
import type { AlertPublisher } from "../core/interfaces/publishing.ts";
import type { Notification } from "../core/model/notification.ts";
import { answered, httpPublisher, JSON_HEADERS } from "./attempt.ts";
import { decodeFirst, type Struct } from "./decode-json.ts";
import { receiverClient } from "./client.ts";
import type { ReceiverDeps } from "./deps.ts";
import { readTrimmed } from "./http/read-file.ts";
import { encodeJson } from "./json.ts";
import { message } from "./message.ts";
import { checkStatus } from "./status.ts";
import { withTimeout } from "./timeout.ts";

/** incident.io's own limit, bytes. */
const MAX_SIZE = 512 * 1024;

/**
 * Posts a notification to an incident.io alert source, in the format of webhooks (spec §10.17). The token's file is read
 * once, here, as upstream does; the URL is no template.
 *
 * @throws Error in upstream's words where the token's file cannot be read
 */
export function createIncidentio(config: IncidentioConfig, deps: ReceiverDeps): AlertPublisher {
  const client = receiverClient("incidentio", authorized(config), deps);
  return httpPublisher("incidentio", client, async (notification, signal) => {
    const body = payload(config, notification, deps);
    const url = config.url ?? readTrimmed(config.url_file, "read url_file");
    const request = { method: "POST", url, headers: JSON_HEADERS, body };
    const response = await withTimeout("incident.io", config.timeout, signal, (limited) =>
      answered(client.send(request, limited)),
    );
    await checkStatus(response, { details: (_, text) => details(text) });
    response.discard();
  });
}

function authorized({ http_config, alert_source_token, alert_source_token_file }: IncidentioConfig): HttpConfig {
  const fromFile = alert_source_token_file === "" ? undefined : readTokenFile(alert_source_token_file);
  const credentials = alert_source_token ?? fromFile;
  if (credentials === undefined) return http_config;
  return { ...http_config, authorization: { type: "Bearer", credentials, credentials_file: "", credentials_ref: "" } };
}

function readTokenFile(path: string): Secret {
  return new Secret(readTrimmed(path, "failed to read alert_source_token_file"));
}

/** What is too large is sent with its first alert alone. */
function payload(config: IncidentioConfig, notification: Notification, deps: ReceiverDeps): string {
  const max = Number(config.max_alerts);
  const { alerts } = notification;
  const told = max > 0 && alerts.length > max ? { ...notification, alerts: alerts.slice(0, max) } : notification;
  const whole = message("1", told, alerts.length - told.alerts.length, deps);
  const body = encodeJson(whole);
  const size = Buffer.byteLength(body);
  if (size <= MAX_SIZE) return body;
  const cut = encodeJson({ ...whole, alerts: whole.alerts.slice(0, 1) });
  const log = deps.log.with({ integration: "incidentio" });
  const text = "Truncated alert content due to incident.io payload size limit";
  const final = Buffer.byteLength(cut);
  if (final > MAX_SIZE) {
    const sizes = { original_size: size, final_size: final, max_size: MAX_SIZE };
    log.error(`${text}, but still exceeds limit`, sizes);
  } else {
    log.warn(text, { original_size: size, truncated_size: final, max_size: MAX_SIZE });
  }
  return cut;
}

const RESPONSE: Struct = {
  goType: "incidentio.response",
  fields: { message: "string", error: "string", errors: { list: "string" } },
};

/** What incident.io's answer says; nothing where it is not its JSON. */
function details(body: string): string {
  let answer: { readonly message?: string; readonly error?: string; readonly errors?: readonly string[] };
  try {
    answer = decodeFirst(body, RESPONSE);
  } catch {
    return "";
  }
  const { message, error, errors = [] } = answer;
  return [message, error, errors.join(", ")].filter((part) => part !== undefined && part !== "").join(": ");
}
