import { copyHttpConfig } from "../http-config.ts";
import { secretUrl } from "../schema/go-types.ts";
import { string } from "../schema/scalars.ts";
import { struct } from "../schema/struct.ts";
import type { Msteamsv2Config } from "./types.ts";
import { httpNotifierFields, template, type FileOf, type Integration } from "./integration.ts";
import { checkWebhookUrl } from "./webhook-url.ts";

export type Msteamsv2File = FileOf<Msteamsv2Config, "http_config">;

export const msteamsv2: Integration<Msteamsv2File> = {
  goName: "msteamsv2.MSTeamsV2Config",
  missing: "missing msteamsv2 config",
  type: struct<Msteamsv2File>({
    name: "msteamsv2.MSTeamsV2Config",
    fields: {
      ...httpNotifierFields,
      webhook_url: secretUrl,
      webhook_url_file: string,
      title: string,
      text: string,
    },
    defaults: () => ({
      send_resolved: true,
      title: template("msteamsv2.default.title"),
      text: template("msteamsv2.default.text"),
    }),
    validate: checkWebhookUrl,
  }),
  // Alone among the integrations it takes the global proxy_url into an http_config of its own.
  inherit(item, global) {
    const own = item.http_config;
    if (own === undefined) item.http_config = copyHttpConfig(global.http_config);
    else item.http_config = { ...own, proxy_url: own.proxy_url ?? global.http_config?.proxy_url };
  },
};
