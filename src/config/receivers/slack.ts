import type { GlobalFile } from "../global.ts";
import { copyHttpConfig } from "../http-config.ts";
import { list, optional, refuse, strings } from "../schema/collections.ts";
import { secret, secretUrl, url } from "../schema/go-types.ts";
import { bool, goDuration, string } from "../schema/scalars.ts";
import { shown, struct } from "../schema/struct.ts";
import { Secret } from "../secret.ts";
import type { SlackAction, SlackConfig, SlackConfirmationField, SlackField } from "./types.ts";
import { httpNotifierFields, template, type FileOf, type Integration } from "./integration.ts";

/** As the file has it: items given as null stay, for printing. */
export type SlackFile = FileOf<Omit<SlackConfig, "fields" | "actions">, "http_config" | "app_url"> & {
  fields: (SlackField | undefined)[];
  actions: (SlackAction | undefined)[];
};

const field = struct<SlackField>({
  name: "config.SlackField",
  fields: { title: string, value: string, short: optional(bool) },
  validate({ title, value }) {
    if (title === "") refuse("missing title in Slack field configuration");
    if (value === "") refuse("missing value in Slack field configuration");
  },
});

const confirmation = struct<SlackConfirmationField>({
  name: "config.SlackConfirmationField",
  fields: { text: string, title: string, ok_text: string, dismiss_text: string },
  validate({ text }) {
    if (text === "") refuse("missing text in Slack confirmation configuration");
  },
});

const action = struct<SlackAction>({
  name: "config.SlackAction",
  fields: {
    type: string,
    text: string,
    url: string,
    style: string,
    name: string,
    value: string,
    confirm: optional(confirmation),
  },
  validate(item) {
    if (item.type === "") refuse("missing type in Slack action configuration");
    if (item.text === "") refuse("missing text in Slack action configuration");
    if (item.url !== "") {
      // A link is no message button.
      item.name = "";
      item.value = "";
      item.confirm = undefined;
    } else if (item.name === "") {
      refuse("missing name or url in Slack action configuration");
    }
  },
});

/** Where bot tokens post to. */
const POST_MESSAGE = "https://slack.com/api/chat.postMessage";

export const slack: Integration<SlackFile> = {
  goName: "config.SlackConfig",
  type: struct<SlackFile>({
    name: "config.SlackConfig",
    fields: {
      ...httpNotifierFields,
      api_url: secretUrl,
      api_url_file: string,
      app_token: secret,
      app_token_file: string,
      app_url: url,
      channel: string,
      username: string,
      color: string,
      title: string,
      title_link: string,
      pretext: string,
      text: string,
      message_text: string,
      fields: list(optional(field), "*config.SlackField"),
      short_fields: shown(bool),
      footer: string,
      fallback: string,
      callback_id: string,
      icon_emoji: string,
      icon_url: string,
      image_url: string,
      thumb_url: string,
      link_names: shown(bool),
      mrkdwn_in: strings,
      actions: list(optional(action), "*config.SlackAction"),
      update_message: shown(bool),
      timeout: shown(goDuration),
    },
    defaults: () => ({
      color: template("slack.default.color"),
      username: template("slack.default.username"),
      title: template("slack.default.title"),
      title_link: template("slack.default.titlelink"),
      icon_emoji: template("slack.default.iconemoji"),
      icon_url: template("slack.default.iconurl"),
      pretext: template("slack.default.pretext"),
      text: template("slack.default.text"),
      fallback: template("slack.default.fallback"),
      callback_id: template("slack.default.callbackid"),
      footer: template("slack.default.footer"),
    }),
    validate: check,
  }),
  inherit,
};

function check({ api_url, api_url_file, app_token, app_token_file, update_message }: SlackFile): void {
  const hasUrl = api_url !== undefined || api_url_file !== "";
  const hasToken = app_token !== undefined || app_token_file !== "";
  if (api_url !== undefined && api_url_file !== "") {
    refuse("at most one of api_url & api_url_file must be configured");
  }
  if (app_token !== undefined && app_token_file !== "") {
    refuse("at most one of app_token & app_token_file must be configured");
  }
  if (hasUrl && hasToken) {
    refuse("at most one of api_url/api_url_file & app_token/app_token_file must be configured");
  }
  // Upstream's program ends where there is no api_url at all (spec §4.5).
  if (update_message && api_url?.reveal() !== POST_MESSAGE) {
    refuse(`update_message can only be used with bot tokens. api_url must be set to ${POST_MESSAGE}`);
  }
}

function inherit(item: SlackFile, global: GlobalFile): void {
  item.app_url ??= global.slack_app_url;
  const appUrl = item.app_url ?? refuse("no global Slack App URL set");
  const ownAuthorization = item.http_config?.authorization !== undefined;
  if (item.app_token === undefined && item.app_token_file === "" && !ownAuthorization && item.api_url === undefined) {
    item.app_token = global.slack_app_token;
    item.app_token_file = global.slack_app_token_file;
  }
  if (item.api_url === undefined && item.api_url_file === "") {
    item.api_url = global.slack_api_url;
    item.api_url_file = global.slack_api_url_file;
  }
  const hasToken = item.app_token !== undefined || item.app_token_file !== "";
  if (item.api_url === undefined && item.api_url_file === "" && !hasToken) {
    refuse("no Slack API URL nor App token set either inline or in a file");
  }
  const http = item.http_config ?? copyHttpConfig(global.http_config);
  item.http_config = http;
  if (!hasToken) return;
  if (http.authorization !== undefined) refuse("http authorization can't be set when using Slack App tokens");
  const { app_token: credentials, app_token_file: credentials_file } = item;
  item.http_config = { ...http, authorization: { type: "Bearer", credentials, credentials_file, credentials_ref: "" } };
  item.api_url = new Secret(appUrl);
}
