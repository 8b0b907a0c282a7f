import { describe, expect, test } from "bun:test";
import { labelSetFromObject } from "../core/model/labels.ts";
import type { NotifiedAlert } from "../core/model/notification.ts";
import { parseTimestamp, ZERO_TIME } from "../core/model/timestamp.ts";
import { MAX_OUTPUT } from "./bounds.ts";
import { notificationData, parseTemplates, parseTemplateSyntax, TemplateError } from "./index.ts";

const alert: NotifiedAlert = {
  status: "firing",
  labels: labelSetFromObject({ alertname: "Down", instance: "a" }),
  annotations: labelSetFromObject({ summary: "<b>" }),
  startsAt: parseTimestamp("2026-03-04T05:06:07.8Z"),
  endsAt: ZERO_TIME,
  updatedAt: ZERO_TIME,
  generatorURL: "http://p/graph",
  timeout: false,
};

const data = notificationData({
  receiver: "team-X.y",
  alerts: [alert],
  groupLabels: labelSetFromObject({ alertname: "Down" }),
  routeLabels: labelSetFromObject({ owner: "me" }),
  reason: "first notification",
  externalURL: "http://am",
});

const set = parseTemplates([]);

function failure(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof TemplateError) return error.message;
    throw error;
  }
  return "no error";
}

describe("the dot of a notification is a pointer, as the server's is", () => {
  // Recorded from Go with *template.Data; amtool renders with template.Data.
  test.each([
    ["{{ .Labels }}", `template: :1:3: executing "" at <.Labels>: can't evaluate field Labels in type *template.Data`],
    ["{{ len . }}", `template: :1:3: executing "" at <len .>: error calling len: len of type template.Data`],
    [
      "{{ index . 0 }}",
      `template: :1:3: executing "" at <index . 0>: error calling index: can't index item of type template.Data`,
    ],
    [
      "{{ range .Alerts }}{{ .Nope }}{{ end }}",
      `template: :1:22: executing "" at <.Nope>: can't evaluate field Nope in type template.Alert`,
    ],
    [
      "{{ .routeLabelsRendered }}",
      `template: :1:3: executing "" at <.routeLabelsRendered>: routeLabelsRendered is an unexported field of struct type *template.Data`,
    ],
  ])("given %s, when rendered, then the error names its type", (text, error) => {
    expect(failure(() => set.text(text, data))).toBe(error);
  });

  test("given the dot itself, when compared and asked for its type, then it is one pointer", () => {
    expect(set.text('{{ eq . . }} {{ printf "%T" . }}', data)).toBe("true *template.Data");
  });
});

test("given a template file, when a later one defines the same name, then the later one counts, unless it is empty", () => {
  const files = [
    { name: "/etc/a.tmpl", content: '{{ define "x" }}1{{ end }}' },
    { name: "/etc/b.tmpl", content: '{{ define "x" }}2{{ end }}{{ define "__alertmanager" }} {{ end }}' },
  ];
  const mine = parseTemplates(files);
  expect(mine.text('{{ template "x" }} {{ template "slack.default.username" . }}', data)).toBe("2 Alertmanager");
});

test("given an inline definition, when a built-in template calls that name, then the inline one runs, there only", () => {
  const inline = '{{ define "__subject" }}mine{{ end }}{{ template "slack.default.title" . }}';
  expect(set.text(inline, data)).toBe("mine");
  expect(set.text('{{ template "slack.default.title" . }}', data)).toBe("[FIRING:1] Down (a)");
});

test("given a broken file, when parsed, then the error names its base name and line", () => {
  const broken = [{ name: "/etc/am/x.tmpl", content: "a\n{{ nope }}" }];
  expect(failure(() => parseTemplates(broken))).toBe('template: x.tmpl:2: function "nope" not defined');
});

test("given a function of Alertmanager, when only Go's are allowed, then the syntax check refuses it", () => {
  expect(failure(() => parseTemplateSyntax("{{ toUpper . }}", "builtin"))).toBe(
    'template: :1: function "toUpper" not defined',
  );
  parseTemplateSyntax("{{ toUpper . }}", "all");
});

test("given text without a template, when rendered, then it is unchanged; and empty text is not parsed", () => {
  expect(set.text("plain", data)).toBe("plain");
  expect(set.html("", data)).toBe("");
});

describe("what a template may use is bounded", () => {
  test.each([
    ["a loop without end", "{{ range 1000000000 }}{{ end }}", "execution exceeds"],
    ["output without end", "{{ range 1000000000 }}aaaaaaaaaaaaaaaaaaaa{{ end }}", "output exceeds"],
    ["a string that doubles", '{{ $x := "aaaaaaaa" }}{{ range 60 }}{{ $x = print $x $x }}{{ end }}', "output exceeds"],
    ["a list that doubles", "{{ $x := list 1 }}{{ range 60 }}{{ $x = list $x $x }}{{ end }}{{ $x }}", "output exceeds"],
    [
      "a template that calls itself",
      '{{ define "r" }}{{ template "r" }}{{ end }}{{ template "r" }}',
      "exceeded maximum",
    ],
  ])("given %s, when rendered, then it fails", (_, text, error) => {
    expect(failure(() => set.text(text, data))).toContain(error);
  });

  test("given output just within the bound, when rendered, then it is whole", () => {
    const text = "a".repeat(MAX_OUTPUT);
    expect(set.text(text, data).length).toBe(MAX_OUTPUT);
  });

  test("given long runs of blanks, when trimmed, then it takes no time that grows with their square", () => {
    const text = `{{ trimSpace "${" ".repeat(200_000)}x${" ".repeat(200_000)}x" | len }}`;
    const started = performance.now();
    expect(set.text(text, data)).toBe("200002");
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

test("given bytes that are no UTF-8, when rendered, then they come together again or become U+FFFD", () => {
  expect(set.text('{{ slice "é" 0 1 }}{{ slice "é" 1 2 }} {{ slice "é" 0 1 }}', data)).toBe("é \ufffd");
});
