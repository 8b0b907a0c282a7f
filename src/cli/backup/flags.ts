import type { Arg, Command, Flag } from "../../kingpin/index.ts";
import { boolValue, durationValue, existingFileValue, stringValue, urlValue } from "../../kingpin/values.ts";

export const URL_FLAG: Flag<string | undefined> = {
  name: "url",
  type: urlValue,
  default: "http://localhost:9093",
  help: "Server to ask.",
};
export const HTTP_CONFIG_FILE: Flag<string> = {
  name: "http.config.file",
  type: existingFileValue,
  placeholder: "<filename>",
  help: "File with the settings of the HTTP client the server is reached with, as amtool has it.",
};
export const TIMEOUT: Flag<number> = {
  name: "timeout",
  type: durationValue,
  default: "5m",
  help: "Longest time the server may take.",
};
export const DIRECTORY: Flag<string> = {
  name: "storage.path",
  type: stringValue,
  help: "Directory of a server that is not running, to go to in place of a server.",
};
export const POSTGRES: Flag<boolean> = {
  name: "postgres",
  type: boolValue,
  help: "Go to the Postgres database that --plus.config.file or ALERTMANAGER_POSTGRES_URL names, in place of a server.",
};
export const PLUS_CONFIG_FILE: Flag<string> = {
  name: "plus.config.file",
  type: existingFileValue,
  placeholder: "<filename>",
  help: "Settings of the server, which name the Postgres database.",
};
export const OUTPUT: Flag<string> = {
  name: "output",
  short: "o",
  type: stringValue,
  default: "-",
  help: "File to write; - for the standard output.",
};
export const FILE: Arg<string> = {
  name: "file",
  type: stringValue,
  help: "File a backup was written to; - for the standard input.",
};
export const MIGRATED_DIRECTORY: Flag<string> = {
  name: "storage.path",
  type: stringValue,
  default: "data/",
  help: "Directory of the server, which must not be running.",
};
export const SCHEMA_ONLY: Flag<boolean> = {
  name: "schema-only",
  type: boolValue,
  help: "Move nothing: only make the tables of the database, or bring them up to date.",
};

const PLACE: readonly Flag[] = [URL_FLAG, HTTP_CONFIG_FILE, TIMEOUT, DIRECTORY, POSTGRES, PLUS_CONFIG_FILE];

const BACKUP_HELP = `Write everything a server has to a file: alerts, silences, who was notified of what, and history.

	alertmanager backup --output=alertmanager.ndjson.gz
	alertmanager backup --storage.path=/alertmanager > alertmanager.ndjson.gz
`;

const RESTORE_HELP = `Take in from a backup what is newer than what is there. Doing it again is safe.

	alertmanager restore alertmanager.ndjson.gz
	alertmanager restore --storage.path=/alertmanager alertmanager.ndjson.gz
`;

const MIGRATE_HELP = `Move what a server keeps in its directory into the Postgres database it is to share with others. Doing it again is safe.

	alertmanager migrate --storage.path=/alertmanager --plus.config.file=plus.yml
	alertmanager migrate --schema-only --plus.config.file=plus.yml
`;

export const COMMANDS: readonly Command[] = [
  { name: "backup", help: BACKUP_HELP, flags: [...PLACE, OUTPUT] },
  { name: "restore", help: RESTORE_HELP, flags: PLACE, args: [FILE] },
  { name: "migrate", help: MIGRATE_HELP, flags: [MIGRATED_DIRECTORY, PLUS_CONFIG_FILE, SCHEMA_ONLY] },
];
