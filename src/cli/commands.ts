import type { Command, Values } from "../kingpin/index.ts";
import {
  ALERT_ADD,
  ALERT_QUERY,
  ALERTMANAGER_URL,
  ALERTS_FILE,
  CHECK_FILES,
  CONFIG_FILE,
  EXPLAIN_LABELS,
  INPUT_FILE,
  LABELS,
  MATCHER_GROUPS,
  NEW_FILE,
  OLD_FILE,
  ROUTES_TEST,
  SILENCE_ADD,
  SILENCE_IDS,
  SILENCE_IMPORT,
  SILENCE_QUERY,
  SILENCE_UPDATE,
  SILENCES_FILE,
  SIMULATE,
  TEMPLATE_RENDER,
  TEST_LABELS,
  UPDATE_IDS,
} from "./flags.ts";
import { HELP_FLAGS } from "../kingpin/index.ts";

const MATCHER_HELP = `Matchers select by labels and must all match: 'name=value' for a value, 'name!=value' for any other,
'name=~regex' and 'name!~regex' for regular expressions. If the first of them is no matcher, it is taken for the value of
alertname.`;

const QUERY_HELP = `Show alerts.

${MATCHER_HELP}

	amtool alert query alertname=foo node=bar
	amtool alert query foo node=bar
	amtool alert query 'alertname=~foo.*'

Alerts are shown by their state: give one or more of --inhibited, --silenced, --active and --unprocessed. Without any of
them, active alerts are shown.
`;

const ADD_HELP = `Add an alert.

Labels and annotations are given as name=value. If the first argument has no '=', it is taken for the value of alertname.

	amtool alert add alertname=foo node=bar
	amtool alert add foo node=bar --annotation=summary='what is wrong'
`;

const SILENCE_ADD_HELP = `Add a silence.

${MATCHER_HELP}

	amtool silence add alertname=foo node=bar
	amtool silence add foo node=bar
	amtool silence add 'alertname=~foo.*'
`;

const IMPORT_HELP = `Create silences from a JSON file or from standard input.

The JSON is what the query command prints:

	amtool silence query -o json foo > foo.json
	amtool silence import foo.json
`;

const SILENCE_QUERY_HELP = `Show silences.

${MATCHER_HELP}

	amtool silence query alertname=foo node=bar
	amtool silence query foo node=bar
	amtool silence query 'alertname=~foo.*'

With --within, only silences that end soon are shown:

	amtool silence query --within 8h

With --expired, silences that have ended are shown in place of the others, and --within says how long ago at most:

	amtool silence query --within 2h --expired
`;

const CHECK_HELP = `Check configuration files

Syntax, meaning and templates of each file are checked. A template file that does not exist is no error.
`;

const CONFIG_HELP = `Show the configuration Alertmanager runs with.

--output says how much:

	simple: the configuration
	extended: the configuration, since when it runs, and all about its version
	json: everything as JSON
`;

const SOURCE_HELP = "The routes are those of the file given by --config.file, or else of the running Alertmanager.";

const ROUTES_HELP = `Print the routes as a tree

${SOURCE_HELP}

	amtool config routes --config.file=alertmanager.yml
`;

const ROUTES_TEST_HELP = `Say where alerts go

Prints the receivers that an alert with the given labels is routed to, in the order of the routes.

${SOURCE_HELP}

	amtool config routes test --config.file=alertmanager.yml --verify.receivers=db-pager service=database
`;

const DIFF_HELP = `Say what another configuration would change for the alerts that are firing

Prints which alerts go to other receivers, which groups disappear and appear, and which groups get other timers. The alerts
are those of the running Alertmanager, or of the file given by --alerts.

	amtool config diff alertmanager.yml alertmanager.new.yml --alertmanager.url=http://localhost:9093

Exits as diff does: 0 for no difference, 1 for differences, 2 for trouble.
`;

const EXPLAIN_HELP = `Explain what happens to an alert

Prints every route that is tried and why it matches or not, the groups the alert falls into with their timers, and the
silences, inhibitions and time intervals that apply now. If the first label has no '=', it is taken for the value of alertname.

Configuration, alerts, groups and silences are those of the running Alertmanager. With --config.file the configuration is the
file's, and alerts and silences are those of the files given by --alerts and --silences, if any.

	amtool explain DiskFull node=one severity=page
	amtool explain --config.file=alertmanager.yml DiskFull node=one
`;

const SIMULATE_HELP = `Say which notifications a configuration would send

Runs Alertmanager on a clock of its own with the configuration and the alerts given, and prints what would be sent, when, to
whom and why. Nothing is sent. Each alert is posted when it starts, and resolves when it ends; without an end, after
resolve_timeout, as when it is posted just once.

	amtool simulate --config.file=alertmanager.yml --alerts=alerts.json
	amtool simulate --config.file=alertmanager.yml --alerts=alerts.json --start=now --keep-firing --duration=2d
`;

const CLUSTER_HELP = "Show the state of the cluster and its members.";

/** Ends the command where no Alertmanager is given, unless help is asked for. */
function requireAlertmanagerUrl(values: Values): string | undefined {
  const [help, helpLong, helpMan] = HELP_FLAGS;
  if ([help, helpLong, helpMan].some((flag) => flag !== undefined && values.given(flag))) return undefined;
  return values.get(ALERTMANAGER_URL) === undefined ? "required flag --alertmanager.url not provided" : undefined;
}

/** The commands of amtool. `author` is the default author of a silence. */
export function commandsOf(author: string): readonly Command[] {
  return [
    {
      name: "alert",
      help: "Add or show alerts.",
      preAction: requireAlertmanagerUrl,
      commands: [
        {
          name: "query",
          help: QUERY_HELP,
          isDefault: true,
          flags: Object.values(ALERT_QUERY),
          args: [MATCHER_GROUPS],
        },
        { name: "add", help: ADD_HELP, flags: Object.values(ALERT_ADD), args: [LABELS] },
      ],
    },
    {
      name: "silence",
      help: "Add, end, change or show silences. The help of query says more",
      preAction: requireAlertmanagerUrl,
      commands: [
        {
          name: "add",
          help: SILENCE_ADD_HELP,
          flags: Object.values({ ...SILENCE_ADD, author: { ...SILENCE_ADD.author, default: author } }),
          args: [MATCHER_GROUPS],
        },
        { name: "expire", help: "End silences", args: [SILENCE_IDS] },
        { name: "import", help: IMPORT_HELP, flags: Object.values(SILENCE_IMPORT), args: [INPUT_FILE] },
        {
          name: "query",
          help: SILENCE_QUERY_HELP,
          isDefault: true,
          flags: Object.values(SILENCE_QUERY),
          args: [MATCHER_GROUPS],
        },
        { name: "update", help: "Change silences", flags: Object.values(SILENCE_UPDATE), args: [UPDATE_IDS] },
      ],
    },
    { name: "check-config", help: CHECK_HELP, args: [CHECK_FILES] },
    {
      name: "cluster",
      help: CLUSTER_HELP,
      commands: [{ name: "show", help: CLUSTER_HELP, isDefault: true, preAction: requireAlertmanagerUrl }],
    },
    {
      name: "config",
      help: CONFIG_HELP,
      commands: [
        { name: "show", help: CONFIG_HELP, isDefault: true, preAction: requireAlertmanagerUrl },
        {
          name: "routes",
          help: ROUTES_HELP,
          flags: [CONFIG_FILE],
          commands: [
            { name: "show", help: ROUTES_HELP, isDefault: true },
            { name: "test", help: ROUTES_TEST_HELP, flags: Object.values(ROUTES_TEST), args: [TEST_LABELS] },
          ],
        },
        { name: "diff", help: DIFF_HELP, flags: [ALERTS_FILE], args: [OLD_FILE, NEW_FILE] },
      ],
    },
    {
      name: "template",
      help: "Expand templates.",
      commands: [
        {
          name: "render",
          help: "Expand a text with template files and print it.",
          flags: Object.values(TEMPLATE_RENDER),
        },
      ],
    },
    {
      name: "explain",
      help: EXPLAIN_HELP,
      flags: [CONFIG_FILE, ALERTS_FILE, SILENCES_FILE],
      args: [EXPLAIN_LABELS],
    },
    { name: "simulate", help: SIMULATE_HELP, flags: Object.values(SIMULATE) },
  ];
}
