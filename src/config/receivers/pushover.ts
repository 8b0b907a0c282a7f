import { refuse } from "../schema/collections.ts";
import { secret, textDuration } from "../schema/go-types.ts";
import { bool, string } from "../schema/scalars.ts";
import { struct } from "../schema/struct.ts";
import type { PushoverConfig } from "./types.ts";
import { httpNotifierFields, inheritHttp, template, type FileOf, type Integration } from "./integration.ts";

export type PushoverFile = FileOf<PushoverConfig, "http_config">;

export const pushover: Integration<PushoverFile> = {
  goName: "pushover.PushoverConfig",
  missing: "missing pushover config",
  type: struct<PushoverFile>({
    name: "pushover.PushoverConfig",
    fields: {
      ...httpNotifierFields,
      user_key: secret,
      user_key_file: string,
      token: secret,
      token_file: string,
      title: string,
      message: string,
      url: string,
      url_title: string,
      device: string,
      sound: string,
      priority: string,
      retry: textDuration,
      expire: textDuration,
      ttl: textDuration,
      html: bool,
      monospace: bool,
    },
    defaults: () => ({
      send_resolved: true,
      title: template("pushover.default.title"),
      message: template("pushover.default.message"),
      url: template("pushover.default.url"),
      priority: '{{ if eq .Status "firing" }}2{{ else }}0{{ end }}',
      retry: 60_000,
      expire: 3_600_000,
    }),
    validate({ user_key, user_key_file, token, token_file, html, monospace }) {
      if (user_key === undefined && user_key_file === "") refuse("one of user_key or user_key_file must be configured");
      if (user_key !== undefined && user_key_file !== "") {
        refuse("at most one of user_key & user_key_file must be configured");
      }
      if (token === undefined && token_file === "") refuse("one of token or token_file must be configured");
      if (token !== undefined && token_file !== "") refuse("at most one of token & token_file must be configured");
      if (html && monospace) refuse("at most one of monospace & html must be configured");
    },
  }),
  inherit: inheritHttp,
};
