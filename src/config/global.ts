import { defaultHttpConfig, httpConfig } from "./http-config.ts";
import { optional } from "./schema/collections.ts";
import { hostPort, promDuration, secret, secretPointer, secretUrl, url } from "./schema/go-types.ts";
import { bool, string } from "./schema/scalars.ts";
import { shown, struct, type Mutable } from "./schema/struct.ts";
import { tlsConfig } from "./tls-config.ts";
import type { GlobalConfig } from "./types.ts";

/** `global` as the file has it: `http_config` may have been taken away with a null. */
export type GlobalFile = Mutable<
  Omit<GlobalConfig, "http_config"> & { readonly http_config: GlobalConfig["http_config"] | undefined }
>;

/** `global` (spec §4.3). */
export const globalConfig = struct<GlobalFile>({
  name: "config.GlobalConfig",
  fields: {
    resolve_timeout: shown(promDuration),
    http_config: optional(httpConfig),
    jira_api_url: url,
    smtp_from: string,
    smtp_hello: string,
    smtp_smarthost: hostPort,
    smtp_auth_username: string,
    smtp_auth_password: secret,
    smtp_auth_password_file: string,
    smtp_auth_secret: secret,
    smtp_auth_secret_file: string,
    smtp_auth_identity: string,
    smtp_require_tls: shown(bool),
    smtp_tls_config: optional(tlsConfig),
    smtp_force_implicit_tls: optional(bool),
    slack_api_url: secretUrl,
    slack_api_url_file: string,
    slack_app_token: secret,
    slack_app_token_file: string,
    slack_app_url: url,
    pagerduty_url: url,
    opsgenie_api_url: url,
    opsgenie_api_key: secret,
    opsgenie_api_key_file: string,
    wechat_api_url: url,
    wechat_api_secret: secret,
    wechat_api_secret_file: string,
    wechat_api_corp_id: string,
    victorops_api_url: url,
    victorops_api_key: secret,
    victorops_api_key_file: string,
    telegram_api_url: url,
    telegram_bot_token: secret,
    telegram_bot_token_file: string,
    webex_api_url: url,
    rocketchat_api_url: url,
    rocketchat_token: secretPointer,
    rocketchat_token_file: string,
    rocketchat_token_id: secretPointer,
    rocketchat_token_id_file: string,
    mattermost_webhook_url: secretUrl,
    mattermost_webhook_url_file: string,
  },
  defaults: globalDefaults,
});

function globalDefaults(): Partial<GlobalFile> {
  return {
    resolve_timeout: 300_000,
    http_config: defaultHttpConfig(),
    smtp_hello: "localhost",
    smtp_require_tls: true,
    smtp_tls_config: tlsConfig.zero(),
    slack_app_url: "https://slack.com/api/chat.postMessage",
    pagerduty_url: "https://events.pagerduty.com/v2/enqueue",
    opsgenie_api_url: "https://api.opsgenie.com/",
    wechat_api_url: "https://qyapi.weixin.qq.com/cgi-bin/",
    victorops_api_url: "https://alert.victorops.com/integrations/generic/20131114/alert/",
    telegram_api_url: "https://api.telegram.org",
    webex_api_url: "https://webexapis.com/v1/messages",
    rocketchat_api_url: "https://open.rocket.chat/",
  };
}

/** `global` where the file has none. */
export function defaultGlobal(): GlobalFile {
  return { ...globalConfig.zero(), ...globalDefaults() };
}
