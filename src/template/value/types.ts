/** The kinds of Go types that can occur in a template. */
export type Kind =
  | "bool"
  | "int"
  | "int64"
  | "uint8"
  | "uint64"
  | "float64"
  | "complex128"
  | "string"
  | "slice"
  | "map"
  | "struct"
  | "ptr"
  | "interface"
  | "value";

/** A Go type, compared by identity. */
export interface GoType {
  /** As `%T` prints it. */
  readonly name: string;
  readonly kind: Kind;
  /** Of a slice, a map or a pointer. */
  readonly elem?: GoType;
  /** For a named slice type: the unnamed one it is assignable to and from. */
  readonly unnamed?: GoType;
  readonly fields?: readonly Field[];
  /** Position of each field, for a struct. */
  readonly fieldIndex?: ReadonlyMap<string, number>;
}

export interface Field {
  readonly name: string;
  readonly type: GoType;
  /** Key in JSON; absent for a field that is not exported. */
  readonly json?: string;
}

function basic(name: string, kind: Kind): GoType {
  return { name, kind };
}

function struct(name: string, fields: readonly Field[]): GoType {
  return { name, kind: "struct", fields, fieldIndex: new Map(fields.map((field, i) => [field.name, i])) };
}

export const BOOL = basic("bool", "bool");
export const INT = basic("int", "int");
export const INT64 = basic("int64", "int64");
export const UINT8 = basic("uint8", "uint8");
export const UINT64 = basic("uint64", "uint64");
export const FLOAT64 = basic("float64", "float64");
export const COMPLEX128 = basic("complex128", "complex128");
export const STRING = basic("string", "string");
export const ANY = basic("interface {}", "interface");
/** A parameter that takes whatever there is, even no value: Go's reflect.Value. */
export const REFLECT_VALUE = basic("reflect.Value", "value");

export const DURATION = basic("time.Duration", "int64");
export const MONTH = basic("time.Month", "int");
export const WEEKDAY = basic("time.Weekday", "int");

/** Text that html/template trusts. */
export const HTML = basic("template.HTML", "string");
export const URL = basic("template.URL", "string");

export const STRING_SLICE: GoType = { name: "[]string", kind: "slice", elem: STRING };
export const STRINGS: GoType = { name: "template.Strings", kind: "slice", elem: STRING, unnamed: STRING_SLICE };
export const ANY_SLICE: GoType = { name: "[]interface {}", kind: "slice", elem: ANY };
export const BYTES: GoType = { name: "[]uint8", kind: "slice", elem: UINT8 };
export const ANY_MAP: GoType = { name: "map[string]interface {}", kind: "map", elem: ANY };
export const KV: GoType = { name: "template.KV", kind: "map", elem: STRING };

export const LOCATION: GoType = { name: "time.Location", kind: "struct", fields: [], fieldIndex: new Map() };
export const LOCATION_POINTER: GoType = { name: "*time.Location", kind: "ptr", elem: LOCATION };
export const TIME = struct("time.Time", [
  { name: "wall", type: UINT64 },
  { name: "ext", type: INT64 },
  { name: "loc", type: LOCATION_POINTER },
]);

export const PAIR = struct("template.Pair", [
  { name: "Name", type: STRING, json: "Name" },
  { name: "Value", type: STRING, json: "Value" },
]);
const PAIR_SLICE: GoType = { name: "[]template.Pair", kind: "slice", elem: PAIR };
export const PAIRS: GoType = { name: "template.Pairs", kind: "slice", elem: PAIR, unnamed: PAIR_SLICE };

const ALERT_FIELDS: readonly Field[] = [
  { name: "Status", type: STRING, json: "status" },
  { name: "Labels", type: KV, json: "labels" },
  { name: "Annotations", type: KV, json: "annotations" },
  { name: "StartsAt", type: TIME, json: "startsAt" },
  { name: "EndsAt", type: TIME, json: "endsAt" },
  { name: "GeneratorURL", type: STRING, json: "generatorURL" },
  { name: "Fingerprint", type: STRING, json: "fingerprint" },
];
export const ALERT = struct("template.Alert", ALERT_FIELDS);
const ALERT_SLICE: GoType = { name: "[]template.Alert", kind: "slice", elem: ALERT };
export const ALERTS: GoType = { name: "template.Alerts", kind: "slice", elem: ALERT, unnamed: ALERT_SLICE };

const dataFields = (alerts: GoType): readonly Field[] => [
  { name: "Receiver", type: STRING, json: "receiver" },
  { name: "Status", type: STRING, json: "status" },
  { name: "Alerts", type: alerts, json: "alerts" },
  { name: "NotificationReason", type: STRING, json: "notification_reason" },
  { name: "GroupLabels", type: KV, json: "groupLabels" },
  { name: "CommonLabels", type: KV, json: "commonLabels" },
  { name: "CommonAnnotations", type: KV, json: "commonAnnotations" },
  { name: "RouteLabels", type: KV, json: "routeLabels" },
  { name: "ExternalURL", type: STRING, json: "externalURL" },
  { name: "routeLabelsRendered", type: BOOL },
];
export const DATA = struct("template.Data", dataFields(ALERTS));
export const DATA_POINTER: GoType = { name: "*template.Data", kind: "ptr", elem: DATA };

/** What an alert, or a group, is classified as: ours, and only there where notifications show it. */
export const CLASSIFICATION = struct("template.Classification", [
  { name: "Severity", type: STRING, json: "severity" },
  { name: "Category", type: STRING, json: "category" },
  { name: "Confidence", type: FLOAT64, json: "confidence" },
  { name: "Reason", type: STRING, json: "reason" },
  { name: "Recommendations", type: STRING_SLICE, json: "recommendations" },
  { name: "Classifier", type: STRING, json: "classifier" },
  { name: "Model", type: STRING, json: "model" },
]);
const CLASSIFICATION_FIELD: Field = { name: "Classification", type: CLASSIFICATION, json: "classification" };

// Under the same names: whoever prints a type sees upstream's. What upstream has stands where it does.
export const CLASSIFIED_ALERT = struct("template.Alert", [...ALERT_FIELDS, CLASSIFICATION_FIELD]);
const CLASSIFIED_ALERT_SLICE: GoType = { name: "[]template.Alert", kind: "slice", elem: CLASSIFIED_ALERT };
export const CLASSIFIED_ALERTS: GoType = {
  name: "template.Alerts",
  kind: "slice",
  elem: CLASSIFIED_ALERT,
  unnamed: CLASSIFIED_ALERT_SLICE,
};
export const CLASSIFIED_DATA = struct("template.Data", [...dataFields(CLASSIFIED_ALERTS), CLASSIFICATION_FIELD]);
export const CLASSIFIED_DATA_POINTER: GoType = { name: "*template.Data", kind: "ptr", elem: CLASSIFIED_DATA };

/** Whether a value of the one type can be given where the other is expected. */
export function assignable(from: GoType, to: GoType): boolean {
  return from === to || to.kind === "interface" || from.unnamed === to || to.unnamed === from;
}
