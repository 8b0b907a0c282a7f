import { FEATURE_NAMES } from "../server/features.ts";
import type { Arg, Flag } from "../kingpin/index.ts";
import {
  boolValue,
  durationValue,
  enumValue,
  existingFilesValue,
  existingFileValue,
  intValue,
  readableFileValue,
  stringsValue,
  stringValue,
  urlValue,
} from "../kingpin/values.ts";

/** Flags of every command, in the order of the help. */
export const DATE_FORMAT: Flag<string> = {
  name: "date.format",
  type: stringValue,
  default: "2006-01-02 15:04:05 MST",
  help: "Layout of dates, as Go writes it",
};
export const VERBOSE: Flag<boolean> = {
  name: "verbose",
  short: "v",
  type: boolValue,
  help: "Say what is being done",
};
export const ALERTMANAGER_URL: Flag<string | undefined> = {
  name: "alertmanager.url",
  type: urlValue,
  help: "Alertmanager to ask",
};
export const OUTPUT: Flag<string> = {
  name: "output",
  short: "o",
  type: enumValue(["simple", "extended", "json"]),
  default: "simple",
  help: "Form of the output (simple, extended, json)",
};
export const TIMEOUT: Flag<number> = {
  name: "timeout",
  type: durationValue,
  default: "30s",
  help: "Longest time the command may take",
};
export const HTTP_CONFIG_FILE: Flag<string> = {
  name: "http.config.file",
  type: existingFileValue,
  placeholder: "<filename>",
  help: "File with the settings of the HTTP client amtool reaches Alertmanager with.",
};
export const VERSION_CHECK: Flag<boolean> = {
  name: "version-check",
  type: boolValue,
  default: "true",
  help: "Compare versions with Alertmanager. Turn off with --no-version-check.",
};
export const ENABLE_FEATURE: Flag<string> = {
  name: "enable-feature",
  type: stringValue,
  default: "",
  help: `Experimental features to turn on, separated by commas. Valid options: ${FEATURE_NAMES.join(", ")}`,
};
export const GLOBAL_FLAGS: readonly Flag[] = [
  DATE_FORMAT,
  VERBOSE,
  ALERTMANAGER_URL,
  OUTPUT,
  TIMEOUT,
  HTTP_CONFIG_FILE,
  VERSION_CHECK,
  ENABLE_FEATURE,
];

const RFC3339 = "RFC3339 format 2006-01-02T15:04:05-07:00";

export const ALERT_QUERY = {
  inhibited: { name: "inhibited", short: "i", type: boolValue, help: "Show inhibited alerts" },
  silenced: { name: "silenced", short: "s", type: boolValue, help: "Show silenced alerts" },
  active: { name: "active", short: "a", type: boolValue, help: "Show active alerts" },
  unprocessed: { name: "unprocessed", short: "u", type: boolValue, help: "Show unprocessed alerts" },
  receiver: {
    name: "receiver",
    short: "r",
    type: stringValue,
    help: "Show alerts of receivers whose name matches this regular expression",
  },
} satisfies Record<string, Flag>;

export const MATCHER_GROUPS: Arg<readonly string[]> = {
  name: "matcher-groups",
  type: stringsValue,
  help: "Matchers that must all match",
};

export const ALERT_ADD = {
  generatorUrl: { name: "generator-url", type: stringValue, help: "Where the alert comes from, a URL" },
  start: { name: "start", type: stringValue, help: `When the alert starts. ${RFC3339}` },
  end: { name: "end", type: stringValue, help: `When the alert ends. ${RFC3339}` },
  annotations: { name: "annotation", type: stringsValue, help: "Annotation of the alert, as name=value" },
} satisfies Record<string, Flag>;

export const LABELS: Arg<readonly string[]> = {
  name: "labels",
  type: stringsValue,
  help: "Labels of the alert, as name=value",
};

export const SILENCE_ADD = {
  /** Its default is the user's name. */
  author: { name: "author", short: "a", type: stringValue, help: "Who creates the silence" },
  requireComment: {
    name: "require-comment",
    type: boolValue,
    default: "true",
    hidden: true,
    help: "Refuse a silence without a comment",
  },
  duration: { name: "duration", short: "d", type: stringValue, default: "1h", help: "How long the silence lasts" },
  start: { name: "start", type: stringValue, help: `When the silence starts. ${RFC3339}` },
  end: { name: "end", type: stringValue, help: `When the silence ends, whatever --duration says. ${RFC3339}` },
  comment: { name: "comment", short: "c", type: stringValue, help: "Why there is a silence" },
  annotations: { name: "annotation", type: stringsValue, help: "Annotation of the silence, as name=value" },
} satisfies Record<string, Flag>;

export const SILENCE_IDS: Arg<readonly string[]> = {
  name: "silence-ids",
  type: stringsValue,
  help: "IDs of the silences to end",
};

export const SILENCE_IMPORT = {
  force: { name: "force", short: "f", type: boolValue, help: "Create new silences even where the old ones exist" },
  workers: { name: "worker", short: "w", type: intValue, default: "8", help: "How many silences to send at a time" },
} satisfies Record<string, Flag>;

export const INPUT_FILE: Arg<string> = {
  name: "input-file",
  type: existingFileValue,
  help: "JSON file with silences",
};

export const SILENCE_QUERY = {
  expired: { name: "expired", type: boolValue, help: "Show expired silences in place of the others" },
  quiet: { name: "quiet", short: "q", type: boolValue, help: "Show IDs only" },
  createdBy: { name: "created-by", type: stringValue, help: "Show silences of this author" },
  id: { name: "id", type: stringValue, help: "Show the silence with this ID" },
  within: { name: "within", type: durationValue, help: "Show silences that end, or have ended, within this time" },
} satisfies Record<string, Flag>;

export const SILENCE_UPDATE = {
  quiet: { name: "quiet", short: "q", type: boolValue, help: "Show IDs only" },
  duration: { name: "duration", short: "d", type: stringValue, help: "How long the silence lasts" },
  start: { name: "start", type: stringValue, help: `When the silence starts. ${RFC3339}` },
  end: { name: "end", type: stringValue, help: `When the silence ends, whatever --duration says. ${RFC3339}` },
  comment: { name: "comment", short: "c", type: stringValue, help: "Why there is a silence" },
} satisfies Record<string, Flag>;

export const UPDATE_IDS: Arg<readonly string[]> = {
  name: "update-ids",
  type: stringsValue,
  help: "IDs of the silences to change",
};

export const CHECK_FILES: Arg<readonly string[]> = {
  name: "check-files",
  type: existingFilesValue,
  help: "Files to check",
};

export const CONFIG_FILE: Flag<string> = {
  name: "config.file",
  type: existingFileValue,
  help: "Configuration file to look at.",
};

export const ROUTES_TEST = {
  verifyReceivers: {
    name: "verify.receivers",
    type: stringValue,
    help: "Receivers the labels should lead to, separated by commas; the command fails if they lead to others.",
  },
  tree: { name: "tree", type: boolValue, help: "Print the routes that match as a tree." },
} satisfies Record<string, Flag>;

export const TEST_LABELS: Arg<readonly string[]> = {
  name: "labels",
  type: stringsValue,
  help: "Labels to look for routes with, as name=value.",
};

export const TEMPLATE_RENDER = {
  globs: {
    name: "template.glob",
    type: stringsValue,
    required: true,
    help: "Pattern of the template files to read; may be given several times.",
  },
  text: { name: "template.text", type: stringValue, required: true, help: "Text to expand." },
  type: { name: "template.type", type: enumValue(["html", "text"]), help: "Expand as text (the default) or html." },
  data: {
    name: "template.data",
    type: readableFileValue,
    help: "JSON file with the data to expand the text with, as https://pkg.go.dev/github.com/prometheus/alertmanager/template#Data has it. Without it, a simple sample is used.",
  },
} satisfies Record<string, Flag>;

export const ALERTS_FILE: Flag<string> = {
  name: "alerts",
  type: stringValue,
  placeholder: "<filename>",
  help: "JSON file with alerts, as POST /api/v2/alerts takes them and alert query -o json prints them.",
};

export const SILENCES_FILE: Flag<string> = {
  name: "silences",
  type: stringValue,
  placeholder: "<filename>",
  help: "JSON file with silences, as silence query -o json prints them.",
};

export const EXPLAIN_LABELS: Arg<readonly string[]> = {
  name: "labels",
  type: stringsValue,
  help: "Labels of the alert, as name=value",
};

export const SIMULATE = {
  configFile: { ...CONFIG_FILE, required: true, help: "Configuration file to try out." },
  alerts: { ...ALERTS_FILE, required: true },
  silences: SILENCES_FILE,
  start: {
    name: "start",
    type: stringValue,
    help: `When the run begins: now, or in ${RFC3339}. Without it, when the first alert starts, or now.`,
  },
  duration: { name: "duration", type: durationValue, default: "24h", help: "How long the run lasts at most" },
  keepFiring: {
    name: "keep-firing",
    type: boolValue,
    help: "Let alerts fire to the end of the run, as if they were sent again and again",
  },
} satisfies Record<string, Flag>;

export const OLD_FILE: Arg<string> = { name: "old", type: stringValue, help: "Configuration file in force" };
export const NEW_FILE: Arg<string> = { name: "new", type: stringValue, help: "Configuration file to compare it with" };
