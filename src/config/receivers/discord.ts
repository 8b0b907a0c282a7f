import { secretUrl } from "../schema/go-types.ts";
import { string } from "../schema/scalars.ts";
import { struct } from "../schema/struct.ts";
import type { DiscordConfig } from "./types.ts";
import { httpNotifierFields, inheritHttp, template, type FileOf, type Integration } from "./integration.ts";
import { checkWebhookUrl } from "./webhook-url.ts";

export type DiscordFile = FileOf<DiscordConfig, "http_config">;

export const discord: Integration<DiscordFile> = {
  goName: "discord.DiscordConfig",
  missing: "missing discord config",
  type: struct<DiscordFile>({
    name: "discord.DiscordConfig",
    fields: {
      ...httpNotifierFields,
      webhook_url: secretUrl,
      webhook_url_file: string,
      content: string,
      title: string,
      message: string,
      username: string,
      avatar_url: string,
    },
    defaults: () => ({
      send_resolved: true,
      title: template("discord.default.title"),
      message: template("discord.default.message"),
    }),
    validate: checkWebhookUrl,
  }),
  inherit: inheritHttp,
};
