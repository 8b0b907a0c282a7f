import { withTrailingSlash } from "../go-url.ts";
import type { Decoder } from "../schema/decoder.ts";
import { list, refuse, stringMap } from "../schema/collections.ts";
import { checked, secret, url } from "../schema/go-types.ts";
import { bool, string } from "../schema/scalars.ts";
import { struct } from "../schema/struct.ts";
import type { OpsgenieConfig, OpsgenieResponder } from "./types.ts";
import { httpNotifierFields, inheritHttp, template, type FileOf, type Integration } from "./integration.ts";

export type OpsgenieFile = FileOf<OpsgenieConfig, "http_config" | "api_url">;

const responder = struct<OpsgenieResponder>({
  name: "opsgenie.OpsGenieConfigResponder",
  fields: { id: string, name: string, username: string, type: string },
});

const RESPONDER_TYPES = "^(team|teams|user|escalation|schedule)$";

export const opsgenie: Integration<OpsgenieFile> = {
  goName: "opsgenie.OpsGenieConfig",
  type: struct<OpsgenieFile>({
    name: "opsgenie.OpsGenieConfig",
    fields: {
      ...httpNotifierFields,
      api_key: secret,
      api_key_file: string,
      api_url: url,
      message: string,
      description: string,
      source: string,
      details: stringMap,
      entity: string,
      responders: list(responder, "opsgenie.OpsGenieConfigResponder"),
      actions: string,
      tags: string,
      note: string,
      priority: string,
      update_alerts: bool,
    },
    defaults: () => ({
      send_resolved: true,
      message: template("opsgenie.default.message"),
      description: template("opsgenie.default.description"),
      source: template("opsgenie.default.source"),
    }),
    validate(item, decoder) {
      if (item.api_key !== undefined && item.api_key_file !== "") {
        refuse("at most one of api_key & api_key_file must be configured");
      }
      for (const one of item.responders) checkResponder(one, decoder);
    },
  }),
  inherit(item, global) {
    inheritHttp(item, global);
    if (item.api_url === undefined) {
      const inherited = global.opsgenie_api_url ?? refuse("no global OpsGenie URL set");
      // The slash ends up in the global setting too: upstream shares the URL.
      global.opsgenie_api_url = withTrailingSlash(inherited);
      item.api_url = global.opsgenie_api_url;
    } else {
      item.api_url = withTrailingSlash(item.api_url);
    }
    item.api_key ??= global.opsgenie_api_key;
    item.api_key_file ||= global.opsgenie_api_key_file;
    if (item.api_key === undefined && item.api_key_file === "") {
      refuse("no global OpsGenie API Key set either inline or in a file");
    }
  },
};

function checkResponder(one: OpsgenieResponder, { context }: Decoder): void {
  const show = (type: string) => `{${one.id} ${one.name} ${one.username} ${type}}`;
  if (one.id === "" && one.username === "" && one.name === "") {
    refuse(`opsGenieConfig responder ${show(one.type)} has to have at least one of id, username or name specified`);
  }
  if (one.type.includes("{{")) {
    const subject = `opsGenieConfig responder ${show(one.type)} type contains invalid template syntax`;
    checked(subject, () => context.checkTemplate(one.type));
    return;
  }
  const type = one.type.toLowerCase();
  if (!new RegExp(RESPONDER_TYPES).test(type)) {
    refuse(`opsGenieConfig responder ${show(type)} type does not match valid options ${RESPONDER_TYPES}`);
  }
}
