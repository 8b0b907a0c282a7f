import { list, optional, refuse } from "../schema/collections.ts";
import { secretPointer, url } from "../schema/go-types.ts";
import { bool, string } from "../schema/scalars.ts";
import { shown, struct } from "../schema/struct.ts";
import type { RocketchatAction, RocketchatConfig, RocketchatField } from "./types.ts";
import { httpNotifierFields, inheritHttp, template, type FileOf, type Integration } from "./integration.ts";

/** As the file has it: items given as null stay, for printing. */
export type RocketchatFile = FileOf<Omit<RocketchatConfig, "fields" | "actions">, "http_config" | "api_url"> & {
  fields: (RocketchatField | undefined)[];
  actions: (RocketchatAction | undefined)[];
};

const field = struct<RocketchatField>({
  name: "rocketchat.RocketchatAttachmentField",
  fields: { short: shown(optional(bool)), title: shown(string), value: shown(string) },
});

const action = struct<RocketchatAction>({
  name: "rocketchat.RocketchatAttachmentAction",
  fields: {
    type: shown(string),
    text: shown(string),
    url: shown(string),
    imageurl: shown(string),
    iswebview: shown(bool),
    webviewheightratio: shown(string),
    msg: shown(string),
    msginchatwindow: shown(bool),
    msgprocessingtype: shown(string),
  },
});

export const rocketchat: Integration<RocketchatFile> = {
  goName: "rocketchat.RocketchatConfig",
  type: struct<RocketchatFile>({
    name: "rocketchat.RocketchatConfig",
    fields: {
      ...httpNotifierFields,
      api_url: url,
      token_id: secretPointer,
      token_id_file: string,
      token: secretPointer,
      token_file: string,
      channel: string,
      color: string,
      title: string,
      title_link: string,
      text: string,
      fields: list(optional(field), "*rocketchat.RocketchatAttachmentField"),
      short_fields: shown(bool),
      emoji: string,
      icon_url: string,
      image_url: string,
      thumb_url: string,
      link_names: shown(bool),
      actions: list(optional(action), "*rocketchat.RocketchatAttachmentAction"),
    },
    defaults: () => ({
      color: '{{ if eq .Status "firing" }}red{{ else }}green{{ end }}',
      emoji: template("rocketchat.default.emoji"),
      icon_url: template("rocketchat.default.iconurl"),
      text: template("rocketchat.default.text"),
      title: template("rocketchat.default.title"),
      title_link: template("rocketchat.default.titlelink"),
    }),
    validate({ token, token_file, token_id, token_id_file }) {
      if (token !== undefined && token_file !== "") refuse("at most one of token & token_file must be configured");
      if (token_id !== undefined && token_id_file !== "") {
        refuse("at most one of token_id & token_id_file must be configured");
      }
    },
  }),
  inherit(item, global) {
    inheritHttp(item, global);
    item.api_url ??= global.rocketchat_api_url;
    item.token_id ??= global.rocketchat_token_id;
    item.token_id_file ||= global.rocketchat_token_id_file;
    if (item.token_id === undefined && item.token_id_file === "") {
      refuse("no global Rocketchat TokenID set either inline or in a file");
    }
    item.token ??= global.rocketchat_token;
    item.token_file ||= global.rocketchat_token_file;
    if (item.token === undefined && item.token_file === "") {
      refuse("no global Rocketchat Token set either inline or in a file");
    }
  },
};
