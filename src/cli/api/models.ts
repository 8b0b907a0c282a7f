import type { Timestamp } from "../../core/model/timestamp.ts";
import type { ListOf, Model, Part } from "./json-model.ts";

/*
 * What the API sends and takes, as upstream's client holds it. Anything may be missing in an answer; undefined stands for
 * that and for null.
 */

export type Labels = Readonly<Record<string, string>>;

export interface ApiMatcher {
  readonly isEqual?: boolean | undefined;
  readonly isRegex?: boolean | undefined;
  readonly name?: string | undefined;
  readonly value?: string | undefined;
}

interface SilenceFields {
  readonly annotations?: Labels | undefined;
  readonly comment?: string | undefined;
  readonly createdBy?: string | undefined;
  readonly startsAt?: Timestamp | undefined;
  readonly endsAt?: Timestamp | undefined;
  readonly matchers?: readonly ApiMatcher[] | undefined;
}

export interface PostableSilence extends SilenceFields {
  readonly id?: string | undefined;
}

export interface GettableSilence extends SilenceFields {
  readonly id?: string | undefined;
  readonly status?: { readonly state?: string } | undefined;
  readonly updatedAt?: Timestamp | undefined;
}

export interface PostableAlert {
  readonly annotations?: Labels | undefined;
  readonly startsAt: Timestamp;
  readonly endsAt: Timestamp;
  readonly generatorURL?: string | undefined;
  readonly labels: Labels;
}

export interface GettableAlert {
  readonly annotations?: Labels | undefined;
  readonly startsAt?: Timestamp | undefined;
  readonly endsAt?: Timestamp | undefined;
  readonly status?: { readonly state?: string } | undefined;
  readonly generatorURL?: string | undefined;
  readonly labels?: Labels | undefined;
}

export interface AlertGroup {
  readonly alerts?: readonly GettableAlert[] | undefined;
  readonly labels?: Labels | undefined;
  readonly receiver?: { readonly name?: string | undefined } | undefined;
}

export interface ClusterPeer {
  readonly address?: string | undefined;
  readonly name?: string | undefined;
}

export interface ClusterStatus {
  readonly name?: string | undefined;
  readonly peers?: readonly ClusterPeer[] | undefined;
  readonly status?: string | undefined;
}

export interface VersionInfo {
  readonly branch?: string | undefined;
  readonly buildDate?: string | undefined;
  readonly buildUser?: string | undefined;
  readonly goVersion?: string | undefined;
  readonly revision?: string | undefined;
  readonly version?: string | undefined;
}

export interface AlertmanagerStatus {
  readonly cluster?: ClusterStatus | undefined;
  readonly config?: { readonly original?: string | undefined } | undefined;
  readonly uptime?: Timestamp | undefined;
  readonly versionInfo?: VersionInfo | undefined;
}

function model(...parts: readonly Part[]): Model {
  return { kind: "object", parts };
}

function part(struct: string, goType: string, fields: Part["fields"]): Part {
  return { struct, goType, fields };
}

const STRINGS: ListOf = { kind: "list", goType: "[]string", item: "string" };

const MATCHERS: ListOf = {
  kind: "list",
  goType: "models.Matchers",
  item: model(
    part("Matcher", "models.Matcher", [
      { key: "isEqual", type: "bool", omitEmpty: true },
      { key: "isRegex", type: "bool" },
      { key: "name", type: "string" },
      { key: "value", type: "string" },
    ]),
  ),
};

const SILENCE = part("Silence", "models.Silence", [
  { key: "annotations", type: "labels", omitEmpty: true },
  { key: "comment", type: "string" },
  { key: "createdBy", type: "string" },
  { key: "endsAt", type: "time" },
  { key: "matchers", type: MATCHERS },
  { key: "startsAt", type: "time" },
]);

export const POSTABLE_SILENCE = model(
  part("", 'struct { ID string "json:\\"id,omitempty\\"" }', [{ key: "id", type: "string", omitEmpty: true }]),
  SILENCE,
);

export const GETTABLE_SILENCE = model(
  part(
    "",
    'struct { ID *string "json:\\"id\\""; Status *models.SilenceStatus "json:\\"status\\""; UpdatedAt *strfmt.DateTime "json:\\"updatedAt\\"" }',
    [
      { key: "id", type: "string" },
      { key: "status", type: model(part("SilenceStatus", "models.SilenceStatus", [{ key: "state", type: "string" }])) },
      { key: "updatedAt", type: "time" },
    ],
  ),
  SILENCE,
);

export const GETTABLE_SILENCES: ListOf = { kind: "list", goType: "models.GettableSilences", item: GETTABLE_SILENCE };

const ALERT = part("Alert", "models.Alert", [
  { key: "generatorURL", type: "uri", omitEmpty: true },
  { key: "labels", type: "labels" },
]);

export const POSTABLE_ALERTS: ListOf = {
  kind: "list",
  goType: "models.PostableAlerts",
  item: model(
    part("", "models.PostableAlert", [
      { key: "annotations", type: "labels", omitEmpty: true },
      { key: "endsAt", type: "time" },
      { key: "startsAt", type: "time" },
    ]),
    ALERT,
  ),
};

export const GETTABLE_ALERTS: ListOf = {
  kind: "list",
  goType: "models.GettableAlerts",
  item: model(
    part(
      "",
      'struct { Annotations models.LabelSet "json:\\"annotations\\""; EndsAt *strfmt.DateTime "json:\\"endsAt\\""; Fingerprint *string "json:\\"fingerprint\\""; Receivers []*models.ReceiverReference "json:\\"receivers\\""; StartsAt *strfmt.DateTime "json:\\"startsAt\\""; Status *models.AlertStatus "json:\\"status\\""; UpdatedAt *strfmt.DateTime "json:\\"updatedAt\\"" }',
      [
        { key: "annotations", type: "labels" },
        { key: "endsAt", type: "time" },
        { key: "fingerprint", type: "string" },
        {
          key: "receivers",
          type: {
            kind: "list",
            goType: "[]*models.ReceiverReference",
            item: model(part("ReceiverReference", "models.ReceiverReference", [{ key: "name", type: "string" }])),
          },
        },
        { key: "startsAt", type: "time" },
        {
          key: "status",
          type: model(
            part("AlertStatus", "models.AlertStatus", [
              { key: "inhibitedBy", type: STRINGS },
              { key: "mutedBy", type: STRINGS },
              { key: "silencedBy", type: STRINGS },
              { key: "state", type: "string" },
            ]),
          ),
        },
        { key: "updatedAt", type: "time" },
      ],
    ),
    ALERT,
  ),
};

export const ALERT_GROUPS: ListOf = {
  kind: "list",
  goType: "models.AlertGroups",
  item: model(
    part("AlertGroup", "models.AlertGroup", [
      { key: "alerts", type: GETTABLE_ALERTS },
      { key: "labels", type: "labels" },
      { key: "receiver", type: model(part("Receiver", "models.Receiver", [{ key: "name", type: "string" }])) },
    ]),
  ),
};

export const CLUSTER_STATUS = model(
  part("ClusterStatus", "models.ClusterStatus", [
    { key: "name", type: "string", omitEmpty: true },
    {
      key: "peers",
      type: {
        kind: "list",
        goType: "[]*models.PeerStatus",
        item: model(
          part("PeerStatus", "models.PeerStatus", [
            { key: "address", type: "string" },
            { key: "name", type: "string" },
          ]),
        ),
      },
    },
    { key: "status", type: "string" },
  ]),
);

export const ALERTMANAGER_STATUS = model(
  part("AlertmanagerStatus", "models.AlertmanagerStatus", [
    { key: "cluster", type: CLUSTER_STATUS },
    {
      key: "config",
      type: model(part("AlertmanagerConfig", "models.AlertmanagerConfig", [{ key: "original", type: "string" }])),
    },
    { key: "uptime", type: "time" },
    {
      key: "versionInfo",
      type: model(
        part("VersionInfo", "models.VersionInfo", [
          { key: "branch", type: "string" },
          { key: "buildDate", type: "string" },
          { key: "buildUser", type: "string" },
          { key: "goVersion", type: "string" },
          { key: "revision", type: "string" },
          { key: "version", type: "string" },
        ]),
      ),
    },
  ]),
);

export const POSTED_SILENCE = model(
  part("PostSilencesOKBody", "silence.PostSilencesOKBody", [{ key: "silenceID", type: "string", omitEmpty: true }]),
);
