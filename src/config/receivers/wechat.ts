import { goQuote } from "../../core/model/goquote.ts";
import { withTrailingSlash } from "../go-url.ts";
import { refuse } from "../schema/collections.ts";
import { secret, url } from "../schema/go-types.ts";
import { string } from "../schema/scalars.ts";
import { struct } from "../schema/struct.ts";
import type { WechatConfig } from "./types.ts";
import { httpNotifierFields, inheritHttp, template, type FileOf, type Integration } from "./integration.ts";

export type WechatFile = FileOf<WechatConfig, "http_config" | "api_url">;

export const wechat: Integration<WechatFile> = {
  goName: "config.WechatConfig",
  type: struct<WechatFile>({
    name: "config.WechatConfig",
    fields: {
      ...httpNotifierFields,
      api_secret: secret,
      api_secret_file: string,
      corp_id: string,
      message: string,
      api_url: url,
      to_user: string,
      to_party: string,
      to_tag: string,
      agent_id: string,
      message_type: string,
    },
    defaults: () => ({
      message: template("wechat.default.message"),
      to_user: template("wechat.default.to_user"),
      to_party: template("wechat.default.to_party"),
      to_tag: template("wechat.default.to_tag"),
      agent_id: template("wechat.default.agent_id"),
    }),
    validate(item) {
      item.message_type ||= "text";
      if (item.message_type !== "text" && item.message_type !== "markdown") {
        refuse(`weChat message type ${goQuote(item.message_type)} does not match valid options ^(text|markdown)$`);
      }
      if (item.api_secret !== undefined && item.api_secret_file !== "") {
        refuse("at most one of api_secret & api_secret_file must be configured");
      }
    },
  }),
  inherit(item, global) {
    inheritHttp(item, global);
    const shared = item.api_url === undefined;
    const apiUrl = item.api_url ?? global.wechat_api_url ?? refuse("no global Wechat URL set");
    if (item.api_secret === undefined && item.api_secret_file === "") {
      if (global.wechat_api_secret === undefined && global.wechat_api_secret_file === "") {
        refuse("no global Wechat Api Secret set either inline or in a file");
      }
      item.api_secret = global.wechat_api_secret;
      item.api_secret_file = global.wechat_api_secret_file;
    }
    item.corp_id ||= global.wechat_api_corp_id;
    if (item.corp_id === "") refuse("no global Wechat CorpID set");
    item.api_url = withTrailingSlash(apiUrl);
    // As with opsgenie, the global setting is the same URL.
    if (shared) global.wechat_api_url = item.api_url;
  },
};
