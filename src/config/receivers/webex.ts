import { refuse } from "../schema/collections.ts";
import { url } from "../schema/go-types.ts";
import { string } from "../schema/scalars.ts";
import { shown, struct } from "../schema/struct.ts";
import type { WebexConfig } from "./types.ts";
import { httpNotifierFields, inheritHttp, template, type FileOf, type Integration } from "./integration.ts";

export type WebexFile = FileOf<WebexConfig, "http_config" | "api_url">;

export const webex: Integration<WebexFile> = {
  goName: "config.WebexConfig",
  missing: "missing webex config",
  type: struct<WebexFile>({
    name: "config.WebexConfig",
    fields: { ...httpNotifierFields, api_url: url, message: string, room_id: shown(string) },
    defaults: () => ({ send_resolved: true, message: template("webex.default.message") }),
    validate({ room_id, http_config }) {
      if (room_id === "") refuse("missing room_id on webex_config");
      if (http_config?.authorization === undefined) refuse("missing webex_configs.http_config.authorization");
    },
  }),
  inherit(item, global) {
    inheritHttp(item, global);
    item.api_url ??= global.webex_api_url;
    if (item.api_url === undefined) refuse("no global Webex URL set");
  },
};
