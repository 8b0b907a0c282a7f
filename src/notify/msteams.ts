import type { MsteamsConfig } from "../config/receivers/types.ts";
import type { AlertPublisher } from "../core/interfaces/publishing.ts";
import { isFiring } from "./attempt.ts";
import type { ReceiverDeps } from "./deps.ts";
import { jsonReceiver, webhookUrl } from "./json-receiver.ts";

const RED = "8C1A1A";
const GREEN = "2DC72D";

/** Posts a MessageCard to a Microsoft Teams connector (spec §10.8). */
export function createMsteams(config: MsteamsConfig, deps: ReceiverDeps): AlertPublisher {
  return jsonReceiver("msteams", config, deps, ({ notification, text }) => ({
    body: {
      "@context": "http://schema.org/extensions",
      type: "MessageCard",
      title: text(config.title),
      summary: text(config.summary),
      text: text(config.text),
      themeColor: isFiring(notification) ? RED : GREEN,
    },
    url: webhookUrl(config),
  }));
}
