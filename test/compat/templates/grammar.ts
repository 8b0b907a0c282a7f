import type { TemplateCase } from "./fixtures.ts";
import { Random } from "./random.ts";

/**
 * Makes templates at random: mostly such that parse, some that do not. The same seed makes the same templates, so that
 * what the real amtool answered to them can be kept beside.
 */

const STRINGS = [
  "a",
  "",
  "foo bar",
  "<b>&'\"",
  "日本 é",
  "line\\nbreak",
  "1.5",
  "%s-%d",
  "x/y?z=1&w",
  "javascript:x",
  "$1",
  "\\xff",
];
const NUMBERS = [
  "0",
  "1",
  "2",
  "-7",
  "42",
  "0x1F",
  "017",
  "1_000",
  "1.5",
  "-2.25",
  "1e3",
  "6.02e23",
  "'x'",
  "'\\n'",
  "3i",
  "9223372036854775807",
];
const PATHS = [
  ".",
  ".Status",
  ".Receiver",
  ".ExternalURL",
  ".Alerts",
  ".Alerts.Firing",
  ".Alerts.Resolved",
  ".GroupLabels",
  ".GroupLabels.alertname",
  ".GroupLabels.nope",
  ".CommonLabels",
  ".CommonLabels.severity",
  ".CommonLabels.SortedPairs",
  ".CommonLabels.SortedPairs.Names",
  ".CommonLabels.Names",
  ".CommonLabels.Values",
  ".CommonAnnotations.summary",
  ".CommonAnnotations.runbook",
  ".Nope",
  ".Status.Nope",
  "$.Status",
  "$",
  "$x",
  "(index .Alerts 0).Labels",
  "(index .Alerts 1).Labels.instance",
  "(index .Alerts 0).Annotations.summary",
  "(index .Alerts 0).GeneratorURL",
];
const TIMES = ["(index .Alerts 0).StartsAt", "(index .Alerts 1).EndsAt", "(index .Alerts 0).EndsAt"];
const TIME_METHODS = [
  ".Unix",
  ".UTC",
  ".Year",
  ".Month",
  ".Weekday",
  ".YearDay",
  ".IsZero",
  '.Format "2006-01-02 15:04:05.000 MST"',
  '.Format "Mon Jan _2 3:04PM -07:00"',
  ".AddDate 1 -2 3",
  ".Add 90000000000",
  ".Truncate 3600000000000",
  ".Round 1000000000",
];
const FUNCTIONS = [
  "len",
  "not",
  "and",
  "or",
  "eq",
  "ne",
  "lt",
  "le",
  "gt",
  "ge",
  "index",
  "slice",
  "print",
  "println",
  "html",
  "js",
  "urlquery",
  "call",
  "toUpper",
  "toLower",
  "title",
  "trimSpace",
  "join",
  "match",
  "reReplaceAll",
  "stringSlice",
  "safeHtml",
  "safeUrl",
  "urlUnescape",
  "humanizeDuration",
  "toDate",
  "mustToDate",
  "toJson",
  "list",
  "append",
  "dict",
  "base64encode",
  "base64decode",
  "date",
  "tz",
  "routeLabels",
];
const FORMATS = [
  "%v",
  "%s",
  "%d",
  "%q",
  "%x",
  "%5v|",
  "%-6s|",
  "%05d",
  "%.2f",
  "%8.3g|",
  "%T",
  "%#v",
  "%+v",
  "%t",
  "%c",
  "%U",
  "%e",
  "%[2]v %[1]v",
  "%*d",
  "%%",
  "%z",
  "%",
  "%v %v %v",
  "%o",
  "% x",
  "%#x",
  "%+d",
  "%.1s",
];
const TEXTS = [" text ", "\n", "  ", "a<b", "é", "{", "}}", "\n  x\n"];
const HTML_OPEN = [
  "<p>",
  '<a href="',
  "<a href='/x?q=",
  "<a title=",
  '<p title="',
  "<p ",
  "<script>var a = ",
  '<script>var a = "',
  "<script>a = `",
  "<script>a = /",
  '<p onclick="f(',
  '<p style="color: ',
  '<p style="background: url(',
  "<style>p { ",
  "<!-- ",
  "<title>",
  "<textarea>",
  '<img srcset="',
  '<meta content="',
  "<",
  "</",
  "<input value=",
];
const HTML_CLOSE = [
  ">",
  '">',
  "'>",
  '"',
  "</p>",
  "</script>",
  ";</script>",
  "`</script>",
  "/;</script>",
  ')">',
  "}</style>",
  " -->",
  "</title>",
  "</textarea>",
  " ",
  "/>",
];

class Generator {
  constructor(
    private readonly random: Random,
    private readonly mode: TemplateCase["mode"],
  ) {}

  private literal(): string {
    const kind = this.random.next();
    if (kind < 0.4) return `"${this.random.pick(STRINGS).replace(/"/g, '\\"')}"`;
    if (kind < 0.8) return this.random.pick(NUMBERS);
    return this.random.pick(["true", "false", "nil", "`raw`"]);
  }

  private argument(depth: number): string {
    const kind = this.random.next();
    if (kind < 0.45 || depth > 2) return this.literal();
    if (kind < 0.8) return this.random.pick(PATHS);
    return `(${this.pipeline(depth + 1)})`;
  }

  private command(depth: number): string {
    const kind = this.random.next();
    if (kind < 0.3) return this.random.pick(PATHS);
    if (kind < 0.38) return this.random.pick(TIMES) + this.random.pick(TIME_METHODS);
    if (kind < 0.45) return this.literal();
    if (kind < 0.58) {
      const args = Array.from({ length: Math.floor(this.random.next() * 4) }, () => this.argument(depth));
      return ["printf", `"${this.random.pick(FORMATS)}"`, ...args].join(" ");
    }
    return this.call(depth);
  }

  private call(depth: number): string {
    const name = this.random.pick(FUNCTIONS);
    if ((name === "date" || name === "tz") && this.random.chance(0.8)) {
      return `${name} "${name === "tz" ? this.random.pick(["Europe/Berlin", "", "Nope", "America/New_York"]) : "15:04 2/1/06"}" ${this.random.pick(TIMES)}`;
    }
    const count = Math.floor(this.random.next() * 3.5);
    return [name, ...Array.from({ length: count }, () => this.argument(depth))].join(" ");
  }

  private pipeline(depth = 0): string {
    let pipe = this.command(depth);
    while (this.random.chance(0.25)) pipe += ` | ${this.call(depth)}`;
    return pipe;
  }

  private action(body: string): string {
    const left = this.random.chance(0.1) ? "{{- " : "{{ ";
    const right = this.random.chance(0.1) ? " -}}" : " }}";
    return left + body + right;
  }

  private statement(depth: number): string {
    const kind = this.random.next();
    if (kind < 0.12) return this.random.pick(TEXTS);
    if (kind < 0.62 || depth > 2) return this.action(this.pipeline());
    if (kind < 0.7) return this.action(`${this.random.chance(0.7) ? "$x :=" : "$x ="} ${this.pipeline()}`);
    const inner = this.body(depth + 1);
    const end = this.action("end");
    const otherwise = this.random.chance(0.4) ? this.action("else") + this.body(depth + 1) : "";
    if (kind < 0.8) return this.action(`if ${this.pipeline()}`) + inner + otherwise + end;
    if (kind < 0.86) return this.action(`with ${this.pipeline()}`) + inner + otherwise + end;
    if (kind < 0.95) {
      const decl = this.random.pick(["", "", "$x := ", "$i, $x := "]);
      const stop = this.random.chance(0.2)
        ? this.action("if $") + this.action(this.random.pick(["break", "continue"])) + end
        : "";
      return (
        this.action(`range ${decl}${this.random.chance(0.5) ? this.random.pick(PATHS) : this.pipeline()}`) +
        inner +
        stop +
        otherwise +
        end
      );
    }
    const name = this.random.pick(["t1", "t2", "__subject", "nope"]);
    const dot = name === "__subject" ? "$" : this.random.pick(PATHS);
    if (kind < 0.97) return this.action(`template "${name}" ${dot}`);
    return this.action(`block "${this.random.pick(["t1", "b2"])}" ${this.random.pick(PATHS)}`) + inner + end;
  }

  private body(depth: number): string {
    let out = "";
    const count = 1 + Math.floor(this.random.next() * 2.5);
    for (let i = 0; i < count; i++) {
      if (this.mode === "html" && this.random.chance(0.5)) out += this.random.pick(HTML_OPEN);
      out += this.statement(depth);
      if (this.mode === "html" && this.random.chance(0.5)) out += this.random.pick(HTML_CLOSE);
    }
    return out;
  }

  template(): string {
    let text = this.random.chance(0.5) ? '{{ $x := "v" }}' : "";
    text += this.body(0);
    if (this.random.chance(0.15)) text += `{{ define "t1" }}${this.body(1)}{{ end }}`;
    // A template that is broken somewhere.
    if (this.random.chance(0.08)) {
      const at = Math.floor(this.random.next() * text.length);
      text = this.random.chance(0.5)
        ? text.slice(0, at)
        : text.slice(0, at) + this.random.pick(["}}", "{{", '"', "(", "|", ".", "$", "@"]) + text.slice(at);
    }
    return text.isWellFormed() ? text : text.toWellFormed();
  }
}

/** So many templates from a seed, one in three of them HTML. */
export function generateTemplates(seed: number, count: number): TemplateCase[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => {
    const mode = random.next() < 0.35 ? "html" : "text";
    return { mode, text: new Generator(random, mode).template() };
  });
}
