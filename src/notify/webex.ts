import type { WebexConfig } from "../config/receivers/types.ts";
import type { AlertPublisher } from "../core/interfaces/publishing.ts";
import type { ReceiverDeps } from "./deps.ts";
import { jsonReceiver, type Writer } from "./json-receiver.ts";
import { truncateInBytes } from "./truncate.ts";

/** Webex's own limit, bytes. */
const MAX_MESSAGE = 7439;

/** Posts a message to a Webex room (spec §10.10). */
export function createWebex(config: WebexConfig, deps: ReceiverDeps): AlertPublisher {
  return jsonReceiver("webex", config, deps, (writer) => {
    const { text: markdown, truncated } = truncateInBytes(writer.text(config.message), MAX_MESSAGE);
    if (truncated) {
      const about = { truncated_message: markdown };
      writer.log.debug("message truncated due to exceeding maximum allowed length by webex", about);
    }
    return { url: config.api_url, body: { markdown, roomId: room(config.room_id, writer) || undefined } };
  });
}

/** A template that fails leaves the room out, as upstream does. */
function room(source: string, writer: Writer): string {
  try {
    return writer.text(source);
  } catch {
    return "";
  }
}
