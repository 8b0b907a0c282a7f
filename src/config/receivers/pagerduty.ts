import { list, refuse } from "../schema/collections.ts";
import { secret, url } from "../schema/go-types.ts";
import { goDuration, string } from "../schema/scalars.ts";
import { shown, struct } from "../schema/struct.ts";
import { untypedMap } from "../schema/untyped.ts";
import type { PagerdutyConfig, PagerdutyImage, PagerdutyLink } from "./types.ts";
import { httpNotifierFields, inheritHttp, template, type FileOf, type Integration } from "./integration.ts";

export type PagerdutyFile = FileOf<PagerdutyConfig, "http_config" | "url">;

const image = struct<PagerdutyImage>({
  name: "pagerduty.PagerdutyImage",
  fields: { src: string, alt: string, href: string },
});

const link = struct<PagerdutyLink>({ name: "pagerduty.PagerdutyLink", fields: { href: string, text: string } });

const DEFAULT_DETAILS = {
  firing: "{{ .Alerts.Firing | toJson }}",
  resolved: "{{ .Alerts.Resolved | toJson }}",
  num_firing: "{{ .Alerts.Firing | len }}",
  num_resolved: "{{ .Alerts.Resolved | len }}",
};

export const pagerduty: Integration<PagerdutyFile> = {
  goName: "pagerduty.PagerdutyConfig",
  missing: "missing pagerduty config",
  type: struct<PagerdutyFile>({
    name: "pagerduty.PagerdutyConfig",
    fields: {
      ...httpNotifierFields,
      service_key: secret,
      service_key_file: string,
      routing_key: secret,
      routing_key_file: string,
      url,
      client: string,
      client_url: string,
      description: string,
      details: untypedMap,
      images: list(image, "pagerduty.PagerdutyImage"),
      links: list(link, "pagerduty.PagerdutyLink"),
      source: string,
      severity: string,
      class: string,
      component: string,
      group: string,
      timeout: shown(goDuration),
    },
    defaults: () => ({
      send_resolved: true,
      // Without the last space, as upstream has it.
      description: '{{ template "pagerduty.default.description" .}}',
      client: template("pagerduty.default.client"),
      client_url: template("pagerduty.default.clientURL"),
    }),
    validate(item) {
      checkKeys(item);
      item.source ||= item.client;
      item.details = Object.assign(Object.create(null), DEFAULT_DETAILS, item.details);
    },
  }),
  inherit(item, global) {
    inheritHttp(item, global);
    item.url ??= global.pagerduty_url;
    if (item.url === undefined) refuse("no global PagerDuty URL set");
  },
};

function checkKeys(item: PagerdutyFile): void {
  const { routing_key, routing_key_file, service_key, service_key_file } = item;
  const none = routing_key === undefined && service_key === undefined;
  if (none && routing_key_file === "" && service_key_file === "") {
    refuse("missing service or routing key in PagerDuty config");
  }
  if (routing_key !== undefined && routing_key_file !== "") {
    refuse("at most one of routing_key & routing_key_file must be configured");
  }
  if (service_key !== undefined && service_key_file !== "") {
    refuse("at most one of service_key & service_key_file must be configured");
  }
}
