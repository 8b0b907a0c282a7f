import type { VictoropsConfig } from "../config/receivers/types.ts";
import type { AlertPublisher } from "../core/interfaces/publishing.ts";
import type { Notification } from "../core/model/notification.ts";
import { groupKeyHash, httpPublisher, isFiring, postJson, templateData } from "./attempt.ts";
import { receiverClient } from "./client.ts";
import type { ReceiverDeps } from "./deps.ts";
import { wrapError } from "./http/errors.ts";
import { readTrimmed } from "./http/read-file.ts";
import { appendToPath, formatUrl } from "./http/url.ts";
import { checkStatus, PublishError } from "./status.ts";
import { truncateInRunes } from "./truncate.ts";

/** VictorOps' own limit, runes. */
const MAX_MESSAGE = 20_480;
const FIRING_TYPES = new Set(["INFO", "WARNING", "CRITICAL"]);

type Text = (source: string) => string;

/** Posts to VictorOps' generic REST endpoint (spec §10.11). */
export function createVictorops(config: VictoropsConfig, deps: ReceiverDeps): AlertPublisher {
  const client = receiverClient("victorops", config.http_config, deps);
  return httpPublisher("victorops", client, async (notification, signal) => {
    const data = templateData(notification, deps);
    const text: Text = (source) => deps.templates.text(source, data);
    const url = endpoint(config, text);
    const response = await postJson(client, url, payload(config, notification, text, deps), signal);
    await checkStatus(response);
    response.discard();
  });
}

function endpoint(config: VictoropsConfig, text: Text): string {
  const key = config.api_key?.reveal() ?? readTrimmed(config.api_key_file, "failed to read API key from file");
  let routingKey: string;
  try {
    routingKey = text(config.routing_key);
  } catch (error) {
    throw wrapError("templating error", error);
  }
  return formatUrl(appendToPath(config.api_url, `${key}/${routingKey}`));
}

/** @throws PublishError for a template that fails: unlike everywhere else, upstream tries again (spec §10.11) */
function payload(
  config: VictoropsConfig,
  notification: Notification,
  text: Text,
  { log }: ReceiverDeps,
): ReadonlyMap<string, string> {
  try {
    const configured = text(config.message_type);
    const firingType = FIRING_TYPES.has(configured) ? configured : "CRITICAL";
    const stateMessage = truncateInRunes(text(config.state_message), MAX_MESSAGE);
    if (stateMessage.truncated) {
      const attrs = { integration: "victorops", group_key: notification.groupKey, max_runes: MAX_MESSAGE };
      log.warn("Truncated state_message", attrs);
    }
    const message = new Map([
      ["message_type", isFiring(notification) ? firingType : "RECOVERY"],
      ["entity_id", groupKeyHash(notification)],
      ["entity_display_name", text(config.entity_display_name)],
      ["state_message", stateMessage.text],
      ["monitoring_tool", text(config.monitoring_tool)],
    ]);
    for (const [name, value] of Object.entries(config.custom_fields)) message.set(name, text(value));
    return message;
  } catch (error) {
    throw new PublishError(`templating error: ${(error as Error).message}`, true);
  }
}
