/** Functions of Go's text/template itself. */
const BUILTIN_NAMES: readonly string[] = [
  "and",
  "call",
  "eq",
  "ge",
  "gt",
  "html",
  "index",
  "js",
  "le",
  "len",
  "lt",
  "ne",
  "not",
  "or",
  "print",
  "printf",
  "println",
  "slice",
  "urlquery",
];

/** Functions Alertmanager adds (spec §9.3). */
const ALERTMANAGER_NAMES: readonly string[] = [
  "append",
  "base64decode",
  "base64encode",
  "date",
  "dict",
  "humanizeDuration",
  "join",
  "list",
  "match",
  "mustToDate",
  "now",
  "reReplaceAll",
  "routeLabels",
  "safeHtml",
  "safeUrl",
  "since",
  "stringSlice",
  "title",
  "toDate",
  "toJson",
  "toLower",
  "toUpper",
  "trimSpace",
  "tz",
  "urlUnescape",
];

export const BUILTIN_FUNCTIONS: ReadonlySet<string> = new Set(BUILTIN_NAMES);
export const ALL_FUNCTIONS: ReadonlySet<string> = new Set([...BUILTIN_NAMES, ...ALERTMANAGER_NAMES]);
