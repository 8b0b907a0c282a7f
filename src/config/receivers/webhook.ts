import { refuse } from "../schema/collections.ts";
import { secretTemplateUrl } from "../schema/go-types.ts";
import { goDuration, string, uint64 } from "../schema/scalars.ts";
import { shown, struct } from "../schema/struct.ts";
import { untypedOrNone } from "../schema/untyped.ts";
import type { WebhookConfig } from "./types.ts";
import { httpNotifierFields, inheritHttp, type FileOf, type Integration } from "./integration.ts";

export type WebhookFile = FileOf<WebhookConfig, "http_config">;

export const webhook: Integration<WebhookFile> = {
  goName: "webhook.WebhookConfig",
  missing: "missing webhook config",
  type: struct<WebhookFile>({
    name: "webhook.WebhookConfig",
    fields: {
      ...httpNotifierFields,
      url: secretTemplateUrl,
      url_file: shown(string),
      max_alerts: shown(uint64),
      timeout: shown(goDuration),
      payload: untypedOrNone,
    },
    defaults: () => ({ send_resolved: true }),
    validate({ url, url_file }) {
      if (url === undefined && url_file === "") refuse("one of url or url_file must be configured");
      if (url !== undefined && url_file !== "") refuse("at most one of url & url_file must be configured");
    },
  }),
  inherit: inheritHttp,
};
