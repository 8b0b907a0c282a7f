import { refuse } from "../schema/collections.ts";
import { secret, url } from "../schema/go-types.ts";
import { bool, int, int64, string } from "../schema/scalars.ts";
import { shown, struct } from "../schema/struct.ts";
import type { TelegramConfig } from "./types.ts";
import { httpNotifierFields, inheritHttp, template, type FileOf, type Integration } from "./integration.ts";

export type TelegramFile = FileOf<TelegramConfig, "http_config" | "api_url">;

const PARSE_MODES = new Set(["", "Markdown", "MarkdownV2", "HTML"]);

export const telegram: Integration<TelegramFile> = {
  goName: "telegram.TelegramConfig",
  missing: "missing telegram config",
  type: struct<TelegramFile>({
    name: "telegram.TelegramConfig",
    fields: {
      ...httpNotifierFields,
      api_url: shown(url),
      bot_token: secret,
      bot_token_file: string,
      chat_id: int64,
      chat_id_file: string,
      message_thread_id: int,
      message: string,
      disable_notifications: bool,
      parse_mode: string,
    },
    defaults: () => ({ send_resolved: true, message: template("telegram.default.message"), parse_mode: "HTML" }),
    validate(item) {
      if (item.bot_token !== undefined && item.bot_token_file !== "") {
        refuse("at most one of bot_token & bot_token_file must be configured");
      }
      if (item.chat_id === 0n && item.chat_id_file === "") {
        refuse("missing chat_id or chat_id_file on telegram_config");
      }
      if (item.chat_id !== 0n && item.chat_id_file !== "") {
        refuse("at most one of chat_id & chat_id_file must be configured");
      }
      if (!PARSE_MODES.has(item.parse_mode)) {
        refuse("unknown parse_mode on telegram_config, must be Markdown, MarkdownV2, HTML or empty string");
      }
    },
  }),
  inherit(item, global) {
    inheritHttp(item, global);
    item.api_url ??= global.telegram_api_url;
    if (item.bot_token !== undefined || item.bot_token_file !== "") return;
    if (global.telegram_bot_token === undefined && global.telegram_bot_token_file === "") {
      refuse("missing bot_token or bot_token_file on telegram_config");
    }
    item.bot_token = global.telegram_bot_token;
    item.bot_token_file = global.telegram_bot_token_file;
  },
};
