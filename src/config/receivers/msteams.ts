import { secretUrl } from "../schema/go-types.ts";
import { string } from "../schema/scalars.ts";
import { struct } from "../schema/struct.ts";
import type { MsteamsConfig } from "./types.ts";
import { httpNotifierFields, inheritHttp, template, type FileOf, type Integration } from "./integration.ts";
import { checkWebhookUrl } from "./webhook-url.ts";

export type MsteamsFile = FileOf<MsteamsConfig, "http_config">;

export const msteams: Integration<MsteamsFile> = {
  goName: "msteams.MSTeamsConfig",
  missing: "missing msteams config",
  type: struct<MsteamsFile>({
    name: "msteams.MSTeamsConfig",
    fields: {
      ...httpNotifierFields,
      webhook_url: secretUrl,
      webhook_url_file: string,
      title: string,
      summary: string,
      text: string,
    },
    defaults: () => ({
      send_resolved: true,
      title: template("msteams.default.title"),
      summary: template("msteams.default.summary"),
      text: template("msteams.default.text"),
    }),
    validate: checkWebhookUrl,
  }),
  inherit: inheritHttp,
};
