// Prints what went wrong in a run of the tests once more, briefly, for where only the end of the output is shown.
// usage: bun scripts/test.d/failures.ts REPORT LOG (REPORT: what bun test wrote as JUnit; LOG: what it printed)
import { existsSync, readFileSync } from "node:fs";

const MOST_LINES = 60;
const MOST_CHARACTERS = 8000;
const MOST_FAILURES = 20;

const [reportFile = "", logFile = ""] = process.argv.slice(2);
const log = readFileSync(logFile, "utf8");
const report = existsSync(reportFile) ? readFileSync(reportFile, "utf8") : "";

const found = [...outsideOfTests(log), ...(report === "" ? [endOf(log)] : ofTests(report))];
const shown = found.slice(0, MOST_FAILURES);
for (const text of shown) console.log(brief(text, Math.floor(MOST_CHARACTERS / shown.length)));
if (found.length > shown.length) console.log(`... and ${found.length - shown.length} more`);

/** What the report does not know of: a file that cannot be loaded, an error that no test waited for. */
function outsideOfTests(text: string): string[] {
  return text.match(/^# Unhandled error.*\n-+\n[^]*?\n-+$/gm) ?? [];
}

/** Where bun test ended without a report. */
function endOf(text: string): string {
  return text
    .split("\n")
    .filter((line) => !line.startsWith("(pass)"))
    .slice(-MOST_LINES)
    .join("\n");
}

function ofTests(xml: string): string[] {
  const cases = xml.matchAll(/<testcase ([^>]*)>\s*<failure ([^>]*?)(?:\/>|>([^<]*)<\/failure>)/g);
  return [...cases].map(([, of = "", failure = "", text]) => {
    const name = [attribute(of, "classname"), attribute(of, "name")].filter((part) => part !== "").join(" > ");
    const title = `(fail) ${attribute(of, "file")}:${attribute(of, "line")} ${name} [${attribute(of, "time")} s]`;
    return `${title}\n${text === undefined ? attribute(failure, "message") : plain(text)}`;
  });
}

function attribute(tag: string, name: string): string {
  return plain(new RegExp(`(?:^| )${name}="([^"]*)"`).exec(tag)?.[1] ?? "");
}

function plain(text: string): string {
  const named: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
  return text.replaceAll(/&(?:#(\d+)|(\w+));/g, (all, code: string | undefined, name: string | undefined) =>
    code === undefined ? (named[name ?? ""] ?? all) : String.fromCodePoint(Number(code)),
  );
}

/** The beginning and the end of a text that is too long: what was expected stands first, a server's last words last. */
function brief(text: string, most: number): string {
  const lines = text.trimEnd().split("\n");
  const left = lines.length > MOST_LINES ? [...lines.slice(0, 30), "...", ...lines.slice(-30)] : lines;
  const whole = left.join("\n");
  if (whole.length <= most) return whole;
  return `${whole.slice(0, most / 2)}\n...\n${whole.slice(-most / 2)}`;
}
