import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { ALL_FUNCTIONS } from "../../src/template/funcs/names.ts";
import { SCENARIOS } from "../../test/compat/api/scenarios/index.ts";
import { CASES as CONFIG_CASES } from "../../test/compat/config/cases/index.ts";
import { CASES as RECEIVER_CASES } from "../../test/compat/receivers/cases.ts";
import { code, table, tally } from "./table.ts";

const COMPAT = join(import.meta.dir, "../../test/compat");

/** `docs/compatibility.md`: what is compared with Alertmanager 0.34.0, counted where it is compared. */
export function compatibility(): string {
  const sections = [api(), commandLine(), amtool(), configuration(), receivers(), templates(), metrics()];
  return `# Compatibility with Alertmanager 0.34

This page is written by \`scripts/docs\` from the tables of \`test/compat\`: every number is how many answers of the real Alertmanager
or amtool 0.34.0 were recorded and are compared, on every run of the tests, with what this program does. A line that is
not compared is not here.

What differs on purpose:

- A request that is retried carries an \`Idempotency-Key\`; headers may come in another order; the default e-mail has other markup around
  the same content.
- 429 is tried again for every receiver, after the time it asks for.
- Telegram's token never shows in an error.
- \`--web.timeout\` also takes whole seconds without a unit, and \`--silences.max-per-silence-bytes\` is another name of
  \`--silences.max-silence-size-bytes\`: the Prometheus operator writes both and Alertmanager refuses them.
- \`/debug/*\` answers 404, and \`/metrics\` has neither the protobuf format nor \`go_*\`: there is no Go runtime to look into.
- The page at \`/\` is another one; links into Alertmanager's lead to the same things.

${sections.join("\n\n")}
`;
}

const text = (...path: string[]) => readFileSync(join(COMPAT, ...path), "utf8");
const lines = (...path: string[]) =>
  text(...path)
    .trim()
    .split("\n")
    .map(
      (line) =>
        JSON.parse(line) as { readonly args: readonly string[]; readonly stdout?: string; readonly stderr?: string },
    );

/** Paths with a parameter, by what they look like. */
const PATHS: readonly (readonly [path: string, pattern: RegExp])[] = [
  ["/api/v2/silence/{silenceID}", /^\/api\/v2\/silence\/[^/]+$/],
  ["/api/v1/…", /^\/api\/v1\//i],
];
const NAMED = new Set([
  "/api/v2/alerts",
  "/api/v2/alerts/groups",
  "/api/v2/receivers",
  "/api/v2/silences",
  "/api/v2/status",
  "/-/healthy",
  "/-/ready",
  "/-/reload",
  "/metrics",
]);
const OTHER = "other paths, redirects and malformed requests";

function api(): string {
  const counts = tally(
    SCENARIOS.flatMap(({ exchanges, routePrefix = "" }) =>
      exchanges.map(({ method, path }) => {
        const own = path.slice(routePrefix.length).replace(/\?.*/s, "");
        if (NAMED.has(own)) return `${method} ${own}`;
        const known = PATHS.find(([, pattern]) => pattern.test(own));
        return known === undefined ? OTHER : `${method} ${known[0]}`;
      }),
    ),
  );
  const rows = [...counts].filter(([name]) => name !== OTHER && /^(?:GET|POST|DELETE) /.test(name));
  rows.sort(([a], [b]) => (pathOf(a) === pathOf(b) ? compare(a, b) : compare(pathOf(a), pathOf(b))));
  const listed = new Set(rows.map(([name]) => name));
  const rest = [...counts].filter(([name]) => !listed.has(name)).reduce((sum, [, n]) => sum + n, 0);
  const body = [
    ...rows.map(([name, n]) => [code(name), n]),
    ["other methods, paths, redirects and malformed requests", rest],
  ];
  return `## HTTP API

Status, headers and body of each answer, in \`test/compat/api\`.

${table(["request", "answers compared"], body)}`;
}

const pathOf = (request: string) => request.slice(request.indexOf(" "));
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function commandLine(): string {
  const runs = lines("cli", "alertmanager.golden.jsonl");
  const help = runs.find(({ args, stdout = "" }) => args[0] === "--help-long" && stdout.startsWith("usage:"));
  const flags = [...(help?.stdout ?? "").matchAll(/^ {2,}(?:-\w, )?--(?:\[no-\])?([\w.-]+)/gm)].map(
    ([, name]) => name as string,
  );
  const uses = (flag: string) =>
    runs.filter(({ args }) => args.some((arg) => arg.replace(/^--(?:no-)?/, "").split("=")[0] === flag)).length;
  return `## Command line

Whether it starts, the exit code and what is printed, \`--help-long\` to the letter but for our own \`--plus.config.file\`, in
\`test/compat/cli\`: ${runs.length} command lines.

${table(
  ["flag", "command lines with it, beside the help"],
  flags.map((flag) => [code(`--${flag}`), uses(flag)]),
)}`;
}

const AMTOOL = [
  ["alert", "amtool.alerts"],
  ["check-config", "amtool.check-config"],
  ["config routes, config routes test", "amtool.routes"],
  ["silence", "amtool.silences"],
  ["config show, cluster show", "amtool.status"],
  ["template render", "amtool.templates"],
  ["help, flags, mistakes", "amtool.command-line"],
  ["its configuration files", "amtool.config-files"],
  ["TLS, authentication, servers that fail", "amtool.connections"],
] as const;

function amtool(): string {
  return `## amtool

The exit code and what is printed, in \`test/compat/cli\`; the real amtool also runs against this server in \`test/promises\`.

${table(
  ["command", "runs compared"],
  AMTOOL.map(([what, file]) => [what, lines("cli", `${file}.golden.jsonl`).length]),
)}`;
}

function configuration(): string {
  const cases = Object.values(CONFIG_CASES).flat();
  const keys = new Map<string, string[]>();
  for (const { name } of cases) {
    const [, mapping, key] = /^(.+): (\S+) valid$/.exec(name) ?? [];
    if (mapping !== undefined && key !== undefined) keys.set(mapping, [...(keys.get(mapping) ?? []), key]);
  }
  return `## Configuration

${cases.length} files: whether each is accepted, the error where it is not, and how it is printed where it is, in \`test/compat/config\`.
Each of these keys with a good value, a bad one, an empty one and none:

${table(
  ["in", "keys"],
  [...keys].map(([mapping, names]) => [code(mapping), names.map(code).join(" ")]),
)}`;
}

function receivers(): string {
  const types = [...tally(RECEIVER_CASES.map(({ type }) => type))].sort(([a], [b]) => compare(a, b));
  const steps = (type: string) =>
    RECEIVER_CASES.filter((one) => one.type === type).reduce((sum, one) => sum + one.steps.length, 0);
  return `## Receivers

What each sends: method, path, headers and body, or the whole of a mail; and what it makes of the answer, in \`test/compat/receivers\`.

${table(
  ["receiver", "configurations", "notifications"],
  types.map(([type, n]) => [code(type), n, steps(type)]),
)}`;
}

interface Recorded {
  readonly text: string;
}

function templates(): string {
  const read = (name: string) =>
    JSON.parse(
      gunzipSync(readFileSync(join(COMPAT, "templates", `${name}.json.gz`))).toString(),
    ) as readonly Recorded[];
  const all = ["golden", "fuzz", "formats"].flatMap((name) => read(name));
  const uses = (name: string) => all.filter(({ text: source }) => new RegExp(`\\b${name}\\b`).test(source)).length;
  return `## Templates

${all.length} templates, what each prints or the error, in \`test/compat/templates\`.

${table(
  ["function", "templates with it"],
  [...ALL_FUNCTIONS].sort().map((name) => [code(name), uses(name)]),
)}`;
}

function metrics(): string {
  const recorded = ["alone", "cluster", "event-recorder", "receiver-names"].map((name) =>
    text("api", "recorded", `metrics-${name}.txt`),
  );
  const found = new Map<string, string>();
  for (const page of recorded) {
    for (const [, name = "", type = ""] of page.matchAll(/^# TYPE (\S+) (\S+)$/gm)) found.set(name, type);
  }
  const rows = [...found].sort(([a], [b]) => compare(a, b));
  return `## Metrics

Name, help, type, labels and order, in \`test/compat/api\`; labelled ones appear with their first use, as there.

${table(
  ["metric", "type"],
  rows.map(([name, type]) => [code(name), type]),
)}`;
}
