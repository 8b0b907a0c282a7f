import { optional, refuse, strings } from "../schema/collections.ts";
import { promDuration, url } from "../schema/go-types.ts";
import { bool, string } from "../schema/scalars.ts";
import { struct } from "../schema/struct.ts";
import { FAILED, type Type } from "../schema/type.ts";
import { untypedMap } from "../schema/untyped.ts";
import type { JiraConfig, JiraFieldConfig } from "./types.ts";
import { httpNotifierFields, inheritHttp, template, type FileOf, type Integration } from "./integration.ts";

export type JiraFile = FileOf<JiraConfig, "http_config" | "api_url">;

const fieldObject = struct<JiraFieldConfig>({
  name: "jira.JiraFieldConfig",
  fields: { template: string, enable_update: optional(bool) },
  validate: () => undefined,
});

/** A template alone, or with whether updates write it. */
const field: Type<JiraFieldConfig> = {
  ...fieldObject,
  goName: "jira.JiraFieldConfig",
  decode(node, current, decoder) {
    if (node.kind !== "scalar") return fieldObject.decode(node, current, decoder);
    const text = string.decode(node, "", decoder);
    return text === FAILED ? FAILED : { ...current, template: text };
  },
};

export const jira: Integration<JiraFile> = {
  goName: "jira.JiraConfig",
  missing: "missing jira config",
  type: struct<JiraFile>({
    name: "jira.JiraConfig",
    fields: {
      ...httpNotifierFields,
      api_url: url,
      api_type: string,
      project: string,
      summary: field,
      description: field,
      labels: strings,
      priority: string,
      issue_type: string,
      reopen_transition: string,
      resolve_transition: string,
      wont_fix_resolution: string,
      reopen_duration: promDuration,
      fields: untypedMap,
    },
    defaults: () => ({
      send_resolved: true,
      api_type: "auto",
      summary: { template: template("jira.default.summary"), enable_update: undefined },
      description: { template: template("jira.default.description"), enable_update: undefined },
      priority: template("jira.default.priority"),
    }),
    validate({ project, issue_type, api_type }) {
      if (project === "") refuse("missing project in jira_config");
      if (issue_type === "") refuse("missing issue_type in jira_config");
      if (!["auto", "cloud", "datacenter"].includes(api_type)) {
        refuse("unknown api_type on jira_config, must be auto, cloud or datacenter");
      }
    },
  }),
  inherit(item, global) {
    inheritHttp(item, global);
    item.api_url ??= global.jira_api_url;
    if (item.api_url === undefined) refuse("no global Jira Cloud URL set");
  },
};
