import { htmlBodies, htmlCases, htmlContexts } from "./html-cases.ts";
import { textCases } from "./text-cases.ts";

export interface TemplateCase {
  readonly mode: "text" | "html";
  readonly text: string;
  /** Template files, by name. */
  readonly files?: Readonly<Record<string, string>>;
}

/** What the real amtool answered: its output, or its error without `amtool: error: `. */
export interface RecordedCase extends TemplateCase {
  readonly out?: string;
  readonly err?: string;
}

const fileCases: readonly TemplateCase[] = [
  { mode: "text", text: '{{ template "a" . }}', files: { "x.tmpl": '{{ define "a" }}A {{ .Status }}{{ end }}' } },
  {
    mode: "html",
    text: '{{ template "a" . }}',
    files: { "x.tmpl": '{{ define "a" }}<b>{{ .CommonAnnotations.summary }}</b>{{ end }}' },
  },
  { mode: "text", text: '[{{ template "x.tmpl" . }}]', files: { "x.tmpl": "body {{ .Status }}\n" } },
  {
    mode: "text",
    text: '{{ template "a" . }}',
    files: { "x.tmpl": '{{ define "a" }}1{{ end }}', "y.tmpl": '{{ define "a" }}2{{ end }}' },
  },
  {
    mode: "text",
    text: '{{ template "a" . }}',
    files: { "x.tmpl": '{{ define "a" }}1{{ end }}', "y.tmpl": '{{ define "a" }} {{ end }}' },
  },
  {
    mode: "text",
    text: '{{ template "slack.default.title" . }}',
    files: { "x.tmpl": '{{ define "__subject" }}mine{{ end }}' },
  },
  { mode: "text", text: '{{ define "__subject" }}inline{{ end }}{{ template "slack.default.title" . }}' },
  { mode: "text", text: "x", files: { "x.tmpl": '{{ define "a" }}{{ .Foo }' } },
  { mode: "text", text: "x", files: { "x.tmpl": "line\n{{ nope }}" } },
  { mode: "text", text: "x", files: { "x.tmpl": '{{ define "a" }}1{{ end }}{{ define "a" }}2{{ end }}' } },
  { mode: "text", text: '{{ template "a" . }}', files: { "x.tmpl": 'one\n{{ define "a" }}{{ .Nope }}{{ end }}' } },
  {
    mode: "html",
    text: '{{ template "a" . }}',
    files: { "x.tmpl": '\n{{ define "a" }}<a href="{{ .Nope }}">{{ end }}' },
  },
  {
    mode: "html",
    text: '{{ template "a" . }}',
    files: { "x.tmpl": '{{ define "a" }}<a href="{{ if true }}"{{ end }}>{{ end }}' },
  },
];

const data = '{{ template "NAME" . }}';
const listTemplates = ["__text_alert_list", "__text_alert_list_markdown", "pagerduty.default.instances"];
const defaultTemplates =
  "__alertmanager __alertmanagerURL __subject __description " +
  "slack.default.title slack.default.username slack.default.fallback slack.default.callbackid slack.default.pretext " +
  "slack.default.titlelink slack.default.iconemoji slack.default.iconurl slack.default.text slack.default.footer " +
  "slack.default.color pagerduty.default.description pagerduty.default.client pagerduty.default.clientURL " +
  "opsgenie.default.message opsgenie.default.description opsgenie.default.source wechat.default.message " +
  "wechat.default.to_user wechat.default.to_party wechat.default.to_tag wechat.default.agent_id " +
  "victorops.default.state_message victorops.default.entity_display_name victorops.default.monitoring_tool " +
  "pushover.default.title pushover.default.message pushover.default.url sns.default.subject sns.default.message " +
  "telegram.default.message discord.default.content discord.default.title discord.default.message " +
  "webex.default.message msteams.default.summary msteams.default.title msteams.default.text msteamsv2.default.title " +
  "msteamsv2.default.text jira.default.summary jira.default.description jira.default.priority " +
  "rocketchat.default.title rocketchat.default.alias rocketchat.default.titlelink rocketchat.default.emoji " +
  "rocketchat.default.iconurl rocketchat.default.text mattermost.default.color mattermost.default.username " +
  "mattermost.default.title mattermost.default.titlelink mattermost.default.fallback mattermost.default.text " +
  "email.default.subject";

/** All hand-written cases. */
export function allCases(): TemplateCase[] {
  const contexts = htmlContexts.flatMap((context) => {
    // Where a built-in template cannot be escaped, the error names a place in upstream's file, which is not ours.
    const bodies = context.includes("{{ if true }}/a?b=")
      ? htmlBodies.filter((b) => !b.includes("template"))
      : htmlBodies;
    return bodies.map((body) => context.replaceAll("@", () => body));
  });
  return [
    ...textCases.map((text): TemplateCase => ({ mode: "text", text })),
    ...fileCases,
    ...defaultTemplates.split(" ").map((name): TemplateCase => ({ mode: "text", text: data.replace("NAME", name) })),
    ...listTemplates.map((name): TemplateCase => ({ mode: "text", text: `{{ template "${name}" .Alerts }}` })),
    ...[...htmlCases, ...contexts].map((text): TemplateCase => ({ mode: "html", text })),
  ];
}
