import { withTrailingSlash } from "../go-url.ts";
import { refuse, stringMap } from "../schema/collections.ts";
import { secret, url } from "../schema/go-types.ts";
import { string } from "../schema/scalars.ts";
import { shown, struct } from "../schema/struct.ts";
import type { VictoropsConfig } from "./types.ts";
import { httpNotifierFields, inheritHttp, template, type FileOf, type Integration } from "./integration.ts";

export type VictoropsFile = FileOf<VictoropsConfig, "http_config" | "api_url">;

/** What the message holds anyway. */
const RESERVED_FIELDS = [
  "routing_key",
  "message_type",
  "state_message",
  "entity_display_name",
  "monitoring_tool",
  "entity_id",
  "entity_state",
];

export const victorops: Integration<VictoropsFile> = {
  goName: "config.VictorOpsConfig",
  missing: "missing victorops config",
  type: struct<VictoropsFile>({
    name: "config.VictorOpsConfig",
    fields: {
      ...httpNotifierFields,
      api_key: secret,
      api_key_file: string,
      api_url: shown(url),
      routing_key: shown(string),
      message_type: shown(string),
      state_message: shown(string),
      entity_display_name: shown(string),
      monitoring_tool: shown(string),
      custom_fields: stringMap,
    },
    defaults: () => ({
      send_resolved: true,
      message_type: "CRITICAL",
      state_message: template("victorops.default.state_message"),
      entity_display_name: template("victorops.default.entity_display_name"),
      monitoring_tool: template("victorops.default.monitoring_tool"),
    }),
    validate(item) {
      if (item.routing_key === "") refuse("missing Routing key in VictorOps config");
      if (item.api_key !== undefined && item.api_key_file !== "") {
        refuse("at most one of api_key & api_key_file must be configured");
      }
      for (const name of RESERVED_FIELDS) {
        if (name in item.custom_fields) {
          refuse(
            `victorOps config contains custom field ${name} which cannot be used as it conflicts with the fixed/static fields`,
          );
        }
      }
    },
  }),
  inherit(item, global) {
    inheritHttp(item, global);
    if (item.api_url === undefined) {
      const inherited = global.victorops_api_url ?? refuse("no global VictorOps URL set");
      // As with opsgenie, the global setting is the same URL.
      global.victorops_api_url = withTrailingSlash(inherited);
      item.api_url = global.victorops_api_url;
    } else {
      item.api_url = withTrailingSlash(item.api_url);
    }
    item.api_key ??= global.victorops_api_key;
    item.api_key_file ||= global.victorops_api_key_file;
    if (item.api_key === undefined && item.api_key_file === "") refuse("no global VictorOps API Key set");
  },
};
