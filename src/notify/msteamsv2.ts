import type { Msteamsv2Config } from "../config/receivers/types.ts";
import type { AlertPublisher } from "../core/interfaces/publishing.ts";
import { isFiring } from "./attempt.ts";
import type { ReceiverDeps } from "./deps.ts";
import { jsonReceiver, webhookUrl } from "./json-receiver.ts";

/** Posts an adaptive card to a Microsoft Teams workflow (spec §10.9). */
export function createMsteamsv2(config: Msteamsv2Config, deps: ReceiverDeps): AlertPublisher {
  return jsonReceiver("msteamsv2", config, deps, ({ notification, text }) => {
    const color = isFiring(notification) ? "Attention" : "Good";
    const title = text(config.title);
    const heading = { type: "TextBlock", text: title, weight: "Bolder", size: "Medium", wrap: true };
    return {
      body: {
        type: "message",
        attachments: [
          {
            contentType: "application/vnd.microsoft.card.adaptive",
            contentUrl: null,
            content: {
              $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
              type: "AdaptiveCard",
              version: "1.2",
              body: [
                { ...heading, style: "heading", color },
                { type: "TextBlock", text: text(config.text), wrap: true },
              ],
              msteams: { width: "full" },
            },
          },
        ],
      },
      url: webhookUrl(config),
    };
  });
}
