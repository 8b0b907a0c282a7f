import type { DiscordConfig } from "../config/receivers/types.ts";
import type { AlertPublisher } from "../core/interfaces/publishing.ts";
import { isFiring } from "./attempt.ts";
import type { ReceiverDeps } from "./deps.ts";
import { parseUrl } from "./http/url.ts";
import { jsonReceiver, webhookUrl } from "./json-receiver.ts";

// Discord's own limits, runes.
const MAX_TITLE = 256;
const MAX_DESCRIPTION = 4096;
const MAX_CONTENT = 2000;

const RED = 0x992d22;
const GREEN = 0x2ecc71;

/** Posts an embed to a Discord webhook (spec §10.7). `username` and `avatar_url` are no templates. */
export function createDiscord(config: DiscordConfig, deps: ReceiverDeps): AlertPublisher {
  return jsonReceiver("discord", config, deps, ({ notification, log, cut }) => {
    const title = cut("title", config.title, MAX_TITLE);
    const description = cut("message", config.message, MAX_DESCRIPTION);
    const content = cut("message", config.content, MAX_CONTENT);
    const url = webhookUrl(config);
    const avatar = isUrl(config.avatar_url);
    if (!avatar) log.warn("Bad avatar url");
    return {
      url,
      body: {
        content,
        embeds: [{ title, description, color: isFiring(notification) ? RED : GREEN }],
        username: config.username || undefined,
        avatar_url: avatar && config.avatar_url !== "" ? config.avatar_url : undefined,
      },
    };
  });
}

function isUrl(text: string): boolean {
  try {
    parseUrl(text);
    return true;
  } catch {
    return false;
  }
}
