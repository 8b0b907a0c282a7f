/**
 * The notifications whose requests are recorded from the real Alertmanager and expected of ours.
 *
 * In a configuration `@BASE@` stands for the capture server (http://127.0.0.1:PORT), `@PORT@` for its port, `@CA@` for the file of its
 * authority and `@DIR@/name` for a file of the case.
 */
import type { ScriptedResponse } from "./capture.ts";
import { EMAIL_CASES } from "./email-cases.ts";
import type { SmtpScript } from "./smtp-capture.ts";

export interface CaseAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly startsAt: string;
  /** Given: resolved. */
  readonly endsAt?: string;
  readonly generatorURL?: string;
}

export interface CaseStep {
  readonly alerts: readonly CaseAlert[];
  readonly reason: "first notification" | "new alerts added" | "all alerts resolved" | "some alerts resolved";
  readonly responses?: readonly ScriptedResponse[];
}

export interface ReceiverCase {
  readonly type: string;
  readonly name: string;
  /** One item of the receiver's list, as YAML. */
  readonly config: string;
  readonly steps: readonly CaseStep[];
  readonly files?: Readonly<Record<string, string>>;
  /** A mail server takes the place of the HTTP one. */
  readonly smtp?: SmtpScript;
  /** Labels and so on of the route, as YAML, and what the labels come out as. */
  readonly route?: string;
  readonly routeLabels?: Readonly<Record<string, string>>;
}

const a: CaseAlert = {
  labels: { alertname: "HighLoad", instance: "a:9100", job: "node", severity: "critical" },
  annotations: { summary: "Load is > 5 & <rising>", description: 'über „alles“ "quoted"\nsecond line' },
  startsAt: "2026-01-02T03:04:05.678901234Z",
  generatorURL: "http://prometheus.example:9090/graph?g0.expr=load1+%3E+5&g0.tab=1",
};
const b: CaseAlert = {
  labels: { alertname: "HighLoad", instance: "b:9100", job: "node", severity: "warning", team: "ops" },
  annotations: { summary: "Load is > 5 & <rising>" },
  startsAt: "2026-01-02T03:05:00+02:00",
  generatorURL: "",
};
const c: CaseAlert = {
  labels: { alertname: "HighLoad", instance: "c:9100", job: "node", severity: "info" },
  startsAt: "2026-01-02T03:06:00.5Z",
  generatorURL: "http://prometheus.example:9090/c",
};
const over = (alert: CaseAlert): CaseAlert => ({ ...alert, endsAt: "2026-01-02T04:00:00Z" });

type Responses = readonly ScriptedResponse[];
const fire = (responses?: Responses): CaseStep => step([a, b], "first notification", responses);
const add = (responses?: Responses): CaseStep => step([a, b, c], "new alerts added", responses);
const resolve = (responses?: Responses): CaseStep => step([a, b].map(over), "all alerts resolved", responses);
const resolveAll = (responses?: Responses): CaseStep => step([a, b, c].map(over), "all alerts resolved", responses);

function step(alerts: readonly CaseAlert[], reason: CaseStep["reason"], responses: Responses | undefined): CaseStep {
  return responses === undefined ? { alerts, reason } : { alerts, reason, responses };
}

const through = (steps: readonly CaseStep[] = [fire(), resolve()]) => steps;
const once = (...responses: Responses) => [fire(responses)];
const json = (body: string, status = 200): ScriptedResponse => ({
  status,
  body,
  headers: { "Content-Type": "application/json; charset=utf-8" },
});

function cases(type: string, list: readonly Omit<ReceiverCase, "type">[]): ReceiverCase[] {
  return list.map((entry) => Object.assign({ type }, entry));
}

/** A template of a long text: 10 to the power of `power` times ten characters that are eleven bytes. */
function long(power: number): string {
  const digits = 'stringSlice "0" "1" "2" "3" "4" "5" "6" "7" "8" "9"';
  return `${`{{ range ${digits} }}`.repeat(power)}ü23456789 ${"{{ end }}".repeat(power)}`;
}

const webhook = cases("webhook", [
  {
    name: "redirected-away",
    config: `
url: http://u:p@127.0.0.1:@PORT@/from?a=b#c
http_config:
  http_headers: {Cookie: {values: [c=1]}, X-Kept: {values: [k]}}`,
    steps: [
      fire([
        { status: 307, headers: { Location: "http://localhost:@PORT@/away" } },
        { status: 308, headers: { Location: "//127.0.0.1:@PORT@/back/./x/../y" } },
        { status: 303, headers: { Location: "z?q#f" } },
        {},
      ]),
    ],
  },
  {
    name: "redirected-get",
    config: "url: @BASE@/from\nhttp_config: {authorization: {credentials: t}}",
    steps: [
      fire([
        { status: 301, headers: { Location: "http://localhost:@PORT@/get" } },
        { status: 404, body: "no" },
      ]),
    ],
  },
  {
    name: "redirected-oauth2",
    config: `
url: @BASE@/from
http_config:
  oauth2: {client_id: i, client_secret: s, token_url: @BASE@/token, scopes: [a]}`,
    steps: [
      fire([
        { body: '{"access_token":"tok","expires_in":"3600"}', headers: { "Content-Type": "application/json" } },
        { status: 307, headers: { Location: "http://localhost:@PORT@/away" } },
        {},
      ]),
    ],
  },
  {
    name: "minimal",
    config: "url: @BASE@/hook",
    steps: [
      fire(),
      add(),
      step([over(a), b, c], "some alerts resolved", undefined),
      step([a, b, c].map(over), "all alerts resolved", undefined),
    ],
  },
  {
    name: "full",
    config: `
url: '@BASE@/{{ .CommonLabels.job }}/{{ .GroupLabels.alertname | urlquery }}?n={{ len .Alerts }}'
max_alerts: 1
timeout: 5s
http_config:
  authorization: {type: Custom, credentials: tok}
  http_headers: {X-One: {values: [v1, v2]}}`,
    route: "labels: {team: 'ops-{{ .CommonLabels.job }}', plain: x}",
    routeLabels: { team: "ops-node", plain: "x" },
    steps: [fire(), resolve()],
  },
  { name: "not-resolved", config: "url: @BASE@/\nsend_resolved: false", steps: [fire(), resolve()] },
  {
    name: "url-file",
    config: "url_file: @DIR@/url",
    files: { url: " @BASE@/from-{{ .Receiver }}\n" },
    steps: once({}),
  },
  {
    name: "payload",
    config: `
url: @BASE@/
payload:
  text: 'x {{ .CommonLabels.alertname }} < & >'
  number: '5'
  float: 1.50
  truth: true
  none: null
  alerts: '{{ .Alerts | toJson }}'
  '{{ .Status }}_key': [1, '{{ len .Alerts }}', [a, {b: c}]]
  date: '2026-01-02'
  empty: ''
  5: dropped
  y: dropped too
  nested: {deep: {er: '{{ .GroupLabels.alertname }}'}}
  list_text: '[1, two, {three: 3}]'`,
    steps: [fire(), resolve()],
  },
  { name: "payload-list", config: "url: @BASE@/\npayload: ['{{ .Status }}', 2]", steps: once({}) },
  { name: "payload-text", config: "url: @BASE@/\npayload: 'hello {{ .Status }}'", steps: once({}) },
  { name: "payload-error", config: "url: @BASE@/\npayload: {a: '{{ .Nope }}'}", steps: once({}) },
  { name: "empty-url", config: "url: '{{ .CommonLabels.nope }}'", steps: once({}) },
  { name: "url-error", config: "url: '@BASE@/{{ .Nope }}'", steps: once({}) },
  { name: "no-url-file", config: "url_file: @DIR@/nope", steps: once({}) },
  { name: "status-400", config: "url: @BASE@/", steps: once({ status: 400, body: "bad\nrequest" }) },
  { name: "status-403", config: "url: @BASE@/", steps: once({ status: 403, body: "" }) },
  {
    name: "status-429",
    config: "url: @BASE@/",
    steps: once({ status: 429, body: "slow down", headers: { "Retry-After": "30" } }),
  },
  { name: "status-503", config: "url: @BASE@/", steps: once({ status: 503, body: "away" }) },
  {
    name: "status-302",
    config: "url: @BASE@/\nhttp_config: {follow_redirects: false}",
    steps: once({ status: 302, headers: { Location: "/x" } }),
  },
  { name: "status-204", config: "url: @BASE@/", steps: once({ status: 204 }) },
  { name: "timeout", config: "url: @BASE@/\ntimeout: 1500ms", steps: once({ hang: true }) },
  { name: "dropped", config: "url: @BASE@/", steps: once({ drop: true }) },
  { name: "refused", config: "url: http://127.0.0.1:1/secret", steps: [fire()] },
  { name: "bad-url", config: "url: 'http://127.0.0.1:1/{{ \"%zz\" }}'", steps: [fire()] },
  {
    name: "basic",
    config: "url: http://u:p%20w@127.0.0.1:@PORT@/\nhttp_config: {basic_auth: {username: x, password: y}}",
    steps: once({}),
  },
  {
    name: "header-file",
    config:
      "url: @BASE@/\nhttp_config: {http_headers: {x-f: {files: [@DIR@/h]}}, authorization: {credentials_file: @DIR@/tok}}",
    files: { h: "from file\n", tok: "tok\n" },
    steps: once({}),
  },
  {
    name: "no-credentials",
    config: "url: @BASE@/\nhttp_config: {authorization: {credentials_file: @DIR@/nope}}",
    steps: once({}),
  },
  {
    name: "redirected",
    config: "url: @BASE@/from\nhttp_config: {authorization: {credentials: t}}",
    steps: [fire([{ status: 307, headers: { Location: "/to" } }, {}])],
  },
  {
    name: "tls-proxy",
    config:
      "url: https://hook.example/p\nhttp_config: {proxy_url: 'http://u:p@127.0.0.1:@PORT@', proxy_connect_header: {x-c: [v]}, tls_config: {ca_file: @CA@}}",
    steps: once({}),
  },
  {
    name: "tls-unknown",
    config: "url: https://hook.example/p\nhttp_config: {proxy_url: 'http://127.0.0.1:@PORT@'}",
    steps: [fire()],
  },
  {
    name: "tls-name",
    config:
      "url: https://hook.example/p\nhttp_config: {proxy_url: 'http://127.0.0.1:@PORT@', tls_config: {ca_file: @CA@, server_name: else.where}}",
    steps: [fire()],
  },
  {
    name: "oauth2",
    config: `
url: @BASE@/hook
http_config:
  oauth2: {client_id: i d, client_secret: s, token_url: @BASE@/token, scopes: [b, a], endpoint_params: {x: y z}}`,
    steps: [fire([json('{"access_token":"tok","token_type":"bearer"}'), {}])],
  },
  {
    name: "oauth2-refused",
    config: `
url: @BASE@/hook
http_config:
  oauth2: {client_id: i, client_secret: s, token_url: @BASE@/token}`,
    steps: [fire([json('{"error":"invalid_client","error_description":"no"}', 401), json("nothing here", 400)])],
  },
]);

const PD_PROXY = "http_config: {proxy_url: 'http://127.0.0.1:@PORT@', tls_config: {ca_file: @CA@}}";

const pagerduty = cases("pagerduty", [
  {
    name: "too-large",
    config: `routing_key: key\nurl: @BASE@/\ndetails: {a: '${long(4)}', b: '${long(4)}', c: '${long(4)}', d: '${long(4)}', e: '${long(4)}'}`,
    steps: once({}),
  },
  {
    name: "too-large-v1",
    config: `service_key: key\n${PD_PROXY}\ndetails: {a: '${long(4)}', b: '${long(4)}', c: '${long(4)}', d: '${long(4)}', e: '${long(4)}'}`,
    steps: once({}),
  },
  { name: "long-v1", config: `service_key: key\n${PD_PROXY}\ndescription: '${long(3)}'`, steps: once({}) },
  { name: "minimal", config: "routing_key: key\nurl: @BASE@/v2/enqueue", steps: [fire(), add(), resolveAll()] },
  {
    name: "full",
    config: `
url: @BASE@/v2/enqueue
routing_key: '{{ .CommonLabels.job }}-key'
client: client {{ .Status }}
client_url: http://client.example
description: '{{ .CommonAnnotations.summary }}'
source: src
severity: '{{ .Status }}'
class: cl
component: co
group: gr
details: {firing: '{{ template "pagerduty.default.instances" .Alerts.Firing }}', extra: '{{ len .Alerts }}', text: a b, nested: {x: ['{{ .Status }}', 1]}, blank: ''}
images: [{src: 's{{ .Status }}', alt: al, href: h}, {alt: only}]
links: [{href: 'l{{ .Status }}', text: t}, {text: only}]`,
    steps: through(),
  },
  { name: "v1", config: `service_key: sk\n${PD_PROXY}`, steps: [fire(), add(), resolveAll()] },
  {
    name: "v1-full",
    config: `service_key_file: @DIR@/k\n${PD_PROXY}\nclient: cl\nclient_url: cu\ndescription: de\ndetails: {a: b}`,
    files: { k: " {{ .Status }}-sk \n" },
    steps: through(),
  },
  { name: "default-url", config: `routing_key: key\n${PD_PROXY}`, steps: once({ status: 202 }) },
  { name: "key-file", config: "routing_key_file: @DIR@/k\nurl: @BASE@/", files: { k: "rk\n" }, steps: once({}) },
  { name: "no-key-file", config: "routing_key_file: @DIR@/nope\nurl: @BASE@/", steps: once({}) },
  { name: "no-service-key-file", config: "service_key_file: @DIR@/nope", steps: once({}) },
  { name: "empty-key", config: "routing_key: '{{ .CommonLabels.nope }}'\nurl: @BASE@/", steps: once({}) },
  { name: "empty-service-key", config: "service_key: '{{ .CommonLabels.nope }}'", steps: once({}) },
  { name: "bad-details", config: "routing_key: key\nurl: @BASE@/\ndetails: {a: '{{ .Nope }}'}", steps: once({}) },
  { name: "bad-template", config: "routing_key: key\nurl: @BASE@/\ngroup: '{{ .Nope }}'", steps: once({}) },
  { name: "bad-template-v1", config: `service_key: key\n${PD_PROXY}\ndescription: '{{ .Nope }}'`, steps: once({}) },
  {
    name: "long",
    config:
      'routing_key: key\nurl: @BASE@/\ndescription: \'{{ range stringSlice "1" "2" "3" "4" "5" "6" "7" "8" "9" "10" "11" }}ü123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789{{ end }}\'',
    steps: once({}),
  },
  {
    name: "status-400",
    config: "routing_key: key\nurl: @BASE@/",
    steps: once({
      status: 400,
      body: '{"status":"invalid event","message":"Event object is invalid","errors":["Length of \'routing_key\' is incorrect","b"]}',
    }),
  },
  { name: "status-401", config: "routing_key: key\nurl: @BASE@/", steps: once({ status: 401, body: "not shown" }) },
  { name: "status-429", config: "routing_key: key\nurl: @BASE@/", steps: once({ status: 429 }) },
  { name: "status-500", config: "routing_key: key\nurl: @BASE@/", steps: once({ status: 500, body: "not shown" }) },
  { name: "v1-403", config: `service_key: sk\n${PD_PROXY}`, steps: once({ status: 403 }) },
  { name: "v1-404", config: `service_key: sk\n${PD_PROXY}`, steps: once({ status: 404 }) },
  { name: "refused", config: "routing_key: key\nurl: http://127.0.0.1:1/x", steps: [fire()] },
  { name: "timeout", config: "routing_key: key\nurl: @BASE@/\ntimeout: 1s", steps: once({ hang: true }) },
]);

const opsgenie = cases("opsgenie", [
  { name: "minimal", config: "api_key: key\napi_url: @BASE@/", steps: [fire(), add(), resolveAll()] },
  {
    name: "full",
    config: `
api_key: 'k-{{ .Status }}'
api_url: @BASE@/base
message: m {{ .Status }}
description: d
source: s
details: {a: '{{ .Status }}', severity: over}
entity: e
responders:
- {name: 'n{{ .Status }}', type: team}
- {id: i, type: user}
- {username: u, type: escalation}
- {name: ' t1,t2 ,,t3', type: teams}
- {name: '{{ .CommonLabels.nope }}', type: '{{ .CommonLabels.nope }}'}
actions: ' a1, a2,'
tags: 't1,,t 2,{{ .Status }}'
note: n
priority: P1
update_alerts: true`,
    steps: [fire(), resolve()],
  },
  {
    name: "key-file",
    config: "api_key_file: @DIR@/k\napi_url: @BASE@/",
    files: { k: " {{ .Status }} key\n" },
    steps: once({}),
  },
  { name: "no-key-file", config: "api_key_file: @DIR@/nope\napi_url: @BASE@/", steps: once({}) },
  {
    name: "long",
    config:
      "api_key: key\napi_url: @BASE@/\nmessage: 'üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü end'",
    steps: once({}),
  },
  { name: "bad-template", config: "api_key: key\napi_url: @BASE@/\nnote: '{{ .Nope }}'", steps: once({}) },
  {
    name: "status-422",
    config: "api_key: key\napi_url: @BASE@/",
    steps: once({ status: 422, body: '{"message":"no"}' }),
  },
  { name: "status-429", config: "api_key: key\napi_url: @BASE@/", steps: once({ status: 429, body: "slow" }) },
  {
    name: "update-fails",
    config: "api_key: key\napi_url: @BASE@/\nupdate_alerts: true",
    steps: [fire([{ status: 202 }, { status: 404, body: "gone" }])],
  },
  { name: "refused", config: "api_key: key\napi_url: http://127.0.0.1:1/", steps: [fire()] },
]);

const slack = cases("slack", [
  { name: "long", config: `api_url: @BASE@/\ntitle: '${long(3)}'`, steps: once({ body: "ok" }) },
  {
    name: "minimal",
    config: "api_url: @BASE@/services/x\nsend_resolved: true",
    steps: [fire([{ body: "ok" }]), add([{ body: "ok" }]), resolveAll([{ body: "ok" }])],
  },
  { name: "silent", config: "api_url: @BASE@/services/x", steps: [fire([{ body: "ok" }]), resolve([{ body: "ok" }])] },
  {
    name: "full",
    config: `
api_url: @BASE@/services/x
send_resolved: true
channel: '#c-{{ .Status }}'
username: u
color: '{{ if eq .Status "firing" }}warning{{ else }}good{{ end }}'
title: 't {{ .CommonAnnotations.summary }}'
title_link: tl
pretext: pt
text: tx
message_text: 'mt {{ .Status }}'
short_fields: true
fields: [{title: f1, value: 'v {{ .Status }}'}, {title: f2, value: v2, short: false}]
footer: fo
fallback: fb
callback_id: cb
icon_emoji: ':e:'
icon_url: iu
image_url: im
thumb_url: tu
link_names: true
mrkdwn_in: [text]
actions:
- {type: button, text: 'go {{ .Status }}', url: 'http://x/{{ .Status }}', style: primary}
- {type: button, text: t2, name: n2, value: v2, confirm: {text: sure, title: tt, ok_text: ok, dismiss_text: no}}
timeout: 5s`,
    steps: [fire([{ body: "ok" }]), resolve([{ body: "ok" }])],
  },
  {
    name: "app-token",
    config: "app_token: xoxb\napp_url: @BASE@/api/chat.postMessage\nchannel: '#c'",
    steps: once(json('{"ok":true,"ts":"1","channel":"C"}')),
  },
  {
    name: "app-token-file",
    config: "app_token_file: @DIR@/t\napp_url: @BASE@/api/chat.postMessage\nchannel: '#c'",
    files: { t: "xoxb-file\n" },
    steps: once(json('{"ok":true}')),
  },
  {
    name: "url-file",
    config: "api_url_file: @DIR@/u",
    files: { u: " @BASE@/from-file\n" },
    steps: once({ body: "ok" }),
  },
  { name: "no-url-file", config: "api_url_file: @DIR@/nope", steps: once({}) },
  {
    name: "update",
    config: `api_url: https://slack.com/api/chat.postMessage\nupdate_message: true\nsend_resolved: true\nchannel: '#c'\nhttp_config: {proxy_url: 'http://127.0.0.1:@PORT@', tls_config: {ca_file: @CA@}, authorization: {credentials: xoxb}}`,
    steps: [
      fire([json('{"ok":true,"ts":"1503435956.000247","channel":"C123"}')]),
      add([json('{"ok":true,"ts":"1503435956.000247","channel":"C123"}')]),
      resolveAll([json('{"ok":true,"ts":"1503435956.000247","channel":"C123"}')]),
    ],
  },
  {
    name: "bad-template",
    config: "api_url: @BASE@/\ntitle: kept\npretext: '{{ .Nope }}'\ntext: lost\nchannel: lost",
    steps: once({ body: "ok" }),
  },
  {
    name: "json-error",
    config: "api_url: @BASE@/\nchannel: '#c'",
    steps: once(json('{"ok":false,"error":"channel_not_found"}')),
  },
  { name: "json-broken", config: "api_url: @BASE@/\nchannel: '#c'", steps: once(json("{nope")) },
  { name: "text-error", config: "api_url: @BASE@/\nchannel: '#c'", steps: once({ body: "invalid_token\n" }) },
  { name: "status-404", config: "api_url: @BASE@/", steps: once({ status: 404, body: "no_service" }) },
  { name: "status-429", config: "api_url: @BASE@/\nchannel: '#c'", steps: once({ status: 429, body: "slow" }) },
  { name: "timeout", config: "api_url: @BASE@/\ntimeout: 1s", steps: once({ hang: true }) },
  { name: "refused", config: "api_url: http://127.0.0.1:1/", steps: [fire()] },
]);

const victorops = cases("victorops", [
  {
    name: "long",
    config: `api_key: key\napi_url: @BASE@/\nrouting_key: rk\nstate_message: '${long(4)}'`,
    steps: once({}),
  },
  {
    name: "minimal",
    config: "api_key: key\napi_url: @BASE@/integrations/alert/\nrouting_key: rk",
    steps: [fire(), add(), resolveAll()],
  },
  {
    name: "full",
    config:
      "api_key: k y\napi_url: @BASE@/x\nrouting_key: 'r {{ .Status }}/ü?'\nmessage_type: '{{ if eq .Status \"firing\" }}WARNING{{ else }}X{{ end }}'\nstate_message: sm\nentity_display_name: ed\nmonitoring_tool: mt\ncustom_fields: {zeta: 'z {{ .Status }}', alpha: a}",
    steps: through(),
  },
  {
    name: "odd-type",
    config: "api_key: key\napi_url: @BASE@/\nrouting_key: rk\nmessage_type: warning",
    steps: once({}),
  },
  {
    name: "key-file",
    config: "api_key_file: @DIR@/k\napi_url: @BASE@/\nrouting_key: rk",
    files: { k: " kf\n" },
    steps: once({}),
  },
  { name: "no-key-file", config: "api_key_file: @DIR@/nope\napi_url: @BASE@/\nrouting_key: rk", steps: once({}) },
  { name: "bad-routing", config: "api_key: key\napi_url: @BASE@/\nrouting_key: '{{ .Nope }}'", steps: once({}) },
  {
    name: "bad-payload",
    config: "api_key: key\napi_url: @BASE@/\nrouting_key: rk\nstate_message: '{{ .Nope }}'",
    steps: [fire([])],
  },
  {
    name: "status-400",
    config: "api_key: key\napi_url: @BASE@/\nrouting_key: rk",
    steps: once({ status: 400, body: "bad" }),
  },
  { name: "refused", config: "api_key: key\napi_url: http://127.0.0.1:1/\nrouting_key: rk", steps: [fire()] },
]);

const pushover = cases("pushover", [
  {
    name: "long",
    config: `token: t\nuser_key: u\n${PD_PROXY}\ntitle: '${long(2)}'\nmessage: '  ${long(3)}'\nurl: '${long(2)}'`,
    steps: once({}),
  },
  { name: "minimal", config: `token: to\nuser_key: us\n${PD_PROXY}`, steps: [fire(), add(), resolveAll()] },
  {
    name: "full",
    config: `token: '{{ .Status }}t'\nuser_key_file: @DIR@/u\n${PD_PROXY}\ntitle: 'ti & <x> ü'\nmessage: ' m {{ .Status }} '\nurl: ul\nurl_title: ut\ndevice: de\nsound: so\npriority: '1'\nretry: 90s\nexpire: 2h\nttl: 1m30s\nmonospace: true`,
    files: { u: "uf\n" },
    steps: through(),
  },
  {
    name: "html",
    config: `token: t\nuser_key: u\n${PD_PROXY}\nhtml: true\nmessage: '<b>{{ .CommonAnnotations.summary }}</b>'`,
    steps: once({}),
  },
  { name: "empty", config: `token: t\nuser_key: u\n${PD_PROXY}\nmessage: ' '`, steps: once({}) },
  { name: "bad-template", config: `token: t\nuser_key: u\n${PD_PROXY}\nmessage: '{{ .Nope }}'`, steps: once({}) },
  { name: "no-token-file", config: `token_file: @DIR@/nope\nuser_key: u\n${PD_PROXY}`, steps: once({}) },
  { name: "no-user-file", config: `token: t\nuser_key_file: @DIR@/nope\n${PD_PROXY}`, steps: once({}) },
  {
    name: "status-400",
    config: `token: t\nuser_key: u\n${PD_PROXY}`,
    steps: once({ status: 400, body: '{"errors":["x"]}' }),
  },
]);

const telegram = cases("telegram", [
  {
    name: "minimal",
    config: "api_url: @BASE@\nbot_token: 12:ab\nchat_id: -5",
    steps: [fire([json(TELEGRAM_OK())]), add([json(TELEGRAM_OK())]), resolveAll([json(TELEGRAM_OK())])],
  },
  {
    name: "full",
    config:
      "api_url: @BASE@/x\nbot_token_file: @DIR@/t\nchat_id_file: @DIR@/c\nmessage_thread_id: 7\nmessage: 'm {{ .Status }} <b>&</b> {{ .CommonAnnotations.summary }}'\ndisable_notifications: true\nparse_mode: MarkdownV2",
    files: { t: " 12:file\n", c: " -1001234567890\n" },
    steps: through([fire([json(TELEGRAM_OK())]), resolve([json(TELEGRAM_OK())])]),
  },
  {
    name: "html",
    config:
      "api_url: @BASE@\nbot_token: 12:ab\nchat_id: 9223372036854775807\nmessage: '<b>{{ .CommonAnnotations.summary }}</b>'",
    steps: once(json(TELEGRAM_OK())),
  },
  {
    name: "plain",
    config:
      "api_url: @BASE@\nbot_token: 12:ab\nchat_id: 1\nparse_mode: ''\nmessage: '{{ .CommonAnnotations.summary }}'",
    steps: once(json(TELEGRAM_OK())),
  },
  {
    name: "long-html",
    config:
      'api_url: @BASE@\nbot_token: 12:ab\nchat_id: 1\nmessage: \'{{ range stringSlice "1" "2" "3" "4" "5" }}{{ range stringSlice "1" "2" "3" "4" "5" "6" "7" "8" "9" }}123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 {{ end }}{{ end }}\'',
    steps: once(json(TELEGRAM_OK())),
  },
  {
    name: "long-plain",
    config:
      'api_url: @BASE@\nbot_token: 12:ab\nchat_id: 1\nparse_mode: Markdown\nmessage: \'{{ range stringSlice "1" "2" "3" "4" "5" }}{{ range stringSlice "1" "2" "3" "4" "5" "6" "7" "8" "9" }}ü23456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 {{ end }}{{ end }}\'',
    steps: once(json(TELEGRAM_OK())),
  },
  {
    name: "bad-template",
    config: "api_url: @BASE@\nbot_token: 12:ab\nchat_id: 1\nmessage: '{{ .Nope }}'",
    steps: once({}),
  },
  { name: "no-token-file", config: "api_url: @BASE@\nbot_token_file: @DIR@/nope\nchat_id: 1", steps: [fire([])] },
  { name: "no-chat-file", config: "api_url: @BASE@\nbot_token: 12:ab\nchat_id_file: @DIR@/nope", steps: [fire([])] },
  {
    name: "bad-chat-file",
    config: "api_url: @BASE@\nbot_token: 12:ab\nchat_id_file: @DIR@/c",
    files: { c: "@name" },
    steps: [fire([])],
  },
  {
    name: "error-400",
    config: "api_url: @BASE@\nbot_token: 12:ab\nchat_id: 1",
    steps: once(json('{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}', 400)),
  },
  {
    name: "error-401",
    config: "api_url: @BASE@\nbot_token: 12:ab\nchat_id: 1",
    steps: once(json('{"ok":false,"error_code":401,"description":"Unauthorized"}', 401)),
  },
  {
    name: "error-403",
    config: "api_url: @BASE@\nbot_token: 12:ab\nchat_id: 1",
    steps: once(json('{"ok":false,"error_code":403,"description":"Forbidden: something new"}', 403)),
  },
  {
    name: "error-429",
    config: "api_url: @BASE@\nbot_token: 12:ab\nchat_id: 1",
    steps: once(
      json(
        '{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 8","parameters":{"retry_after":8}}',
        429,
      ),
    ),
  },
  {
    name: "error-migrated",
    config: "api_url: @BASE@\nbot_token: 12:ab\nchat_id: 1",
    steps: once(
      json(
        '{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":-100}}',
        400,
      ),
    ),
  },
  {
    name: "error-500",
    config: "api_url: @BASE@\nbot_token: 12:ab\nchat_id: 1",
    steps: once({ status: 502, body: "<html>bad gateway</html>" }),
  },
  { name: "refused", config: "api_url: http://127.0.0.1:1\nbot_token: 12:ab\nchat_id: 1", steps: [fire()] },
]);

function TELEGRAM_OK(): string {
  return '{"ok":true,"result":{"message_id":1,"date":1,"chat":{"id":-5,"type":"group"},"text":"x"}}';
}

const discord = cases("discord", [
  { name: "minimal", config: "webhook_url: @BASE@/d", steps: [fire(), add(), resolveAll()] },
  {
    name: "full",
    config:
      "webhook_url_file: @DIR@/u\ncontent: 'c {{ .Status }}'\ntitle: 't {{ .CommonAnnotations.summary }}'\nmessage: m\nusername: 'u {{ .Status }}'\navatar_url: 'http://a/{{ .Status }}'",
    files: { u: " @BASE@/file \n" },
    steps: through(),
  },
  {
    name: "long",
    config:
      'webhook_url: @BASE@/\ntitle: \'{{ range stringSlice "1" "2" "3" }}ü123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789{{ end }}\'',
    steps: once({}),
  },
  { name: "bad-avatar", config: "webhook_url: @BASE@/\navatar_url: 'http://[x'", steps: once({}) },
  { name: "bad-template", config: "webhook_url: @BASE@/\nmessage: '{{ .Nope }}'", steps: once({}) },
  { name: "no-url-file", config: "webhook_url_file: @DIR@/nope", steps: once({}) },
  { name: "status-400", config: "webhook_url: @BASE@/", steps: once({ status: 400, body: '{"message":"x"}' }) },
  { name: "refused", config: "webhook_url: http://127.0.0.1:1/", steps: [fire()] },
]);

const msteams = cases("msteams", [
  { name: "minimal", config: "webhook_url: @BASE@/d", steps: [fire(), add(), resolveAll()] },
  {
    name: "full",
    config: "webhook_url_file: @DIR@/u\ntitle: 't {{ .Status }}'\nsummary: s\ntext: x",
    files: { u: " @BASE@/file \n" },
    steps: through(),
  },
  { name: "bad-template", config: "webhook_url: @BASE@/\ntext: '{{ .Nope }}'", steps: once({}) },
  { name: "no-url-file", config: "webhook_url_file: @DIR@/nope", steps: once({}) },
  { name: "status-429", config: "webhook_url: @BASE@/", steps: once({ status: 429, body: "x" }) },
]);

const msteamsv2 = cases("msteamsv2", [
  { name: "minimal", config: "webhook_url: @BASE@/d", steps: [fire(), add(), resolveAll()] },
  {
    name: "full",
    config: "webhook_url_file: @DIR@/u\ntitle: 't {{ .Status }}'\ntext: x",
    files: { u: " @BASE@/file \n" },
    steps: through(),
  },
  { name: "bad-template", config: "webhook_url: @BASE@/\ntitle: '{{ .Nope }}'", steps: once({}) },
  { name: "no-url-file", config: "webhook_url_file: @DIR@/nope", steps: once({}) },
  { name: "status-500", config: "webhook_url: @BASE@/", steps: once({ status: 500, body: "x" }) },
]);

const webex = cases("webex", [
  {
    name: "long",
    config: `api_url: @BASE@/\nroom_id: r\nmessage: '${long(3)}'\nhttp_config: {authorization: {credentials: tok}}`,
    steps: once({}),
  },
  {
    name: "minimal",
    config: "api_url: @BASE@/v1/messages\nroom_id: r\nhttp_config: {authorization: {credentials: tok}}",
    steps: [fire(), add(), resolveAll()],
  },
  {
    name: "full",
    config:
      "api_url: @BASE@/x\nroom_id: 'r-{{ .Status }}'\nmessage: 'm {{ .Status }}'\nhttp_config: {authorization: {type: X, credentials: tok}}",
    steps: through(),
  },
  {
    name: "bad-template",
    config: "api_url: @BASE@/\nroom_id: r\nmessage: '{{ .Nope }}'\nhttp_config: {authorization: {credentials: tok}}",
    steps: once({}),
  },
  {
    name: "bad-room",
    config: "api_url: @BASE@/\nroom_id: '{{ .Nope }}'\nhttp_config: {authorization: {credentials: tok}}",
    steps: once({}),
  },
  {
    name: "status-400",
    config: "api_url: @BASE@/\nroom_id: r\nhttp_config: {authorization: {credentials: tok}}",
    steps: once({ status: 400, body: "x" }),
  },
]);

const TOKEN = json('{"errcode":0,"errmsg":"ok","access_token":"acc","expires_in":7200}');
const WE_OK = json('{"errcode":0,"errmsg":"ok"}');

const wechat = cases("wechat", [
  {
    name: "minimal",
    config: "api_url: @BASE@/cgi-bin/\napi_secret: s\ncorp_id: c\nsend_resolved: true",
    steps: [fire([TOKEN, WE_OK]), add([WE_OK]), resolveAll([WE_OK])],
  },
  {
    name: "full",
    config:
      "api_url: @BASE@/x\napi_secret: '{{ .Status }} s'\ncorp_id: 'c {{ .Status }}'\nmessage: 'm {{ .Status }}'\nto_user: u\nto_party: p\nto_tag: t\nagent_id: a\nmessage_type: markdown",
    steps: [fire([TOKEN, WE_OK])],
  },
  {
    name: "secret-file",
    config: "api_url: @BASE@/\napi_secret_file: @DIR@/s\ncorp_id: c",
    files: { s: " sf\n" },
    steps: [fire([TOKEN, WE_OK])],
  },
  { name: "no-secret-file", config: "api_url: @BASE@/\napi_secret_file: @DIR@/nope\ncorp_id: c", steps: [fire([])] },
  {
    name: "no-token",
    config: "api_url: @BASE@/\napi_secret: s\ncorp_id: cc",
    steps: once(json('{"errcode":40013,"errmsg":"invalid corpid"}')),
  },
  { name: "token-not-json", config: "api_url: @BASE@/\napi_secret: s\ncorp_id: cc", steps: once({ body: "oops" }) },
  {
    name: "bad-template",
    config: "api_url: @BASE@/\napi_secret: s\ncorp_id: c\nto_user: '{{ .Nope }}'",
    steps: [fire([TOKEN])],
  },
  {
    name: "refused-message",
    config: "api_url: @BASE@/\napi_secret: s\ncorp_id: c",
    steps: [fire([TOKEN, json('{"errcode":60011,"errmsg":"no privilege"}')])],
  },
  {
    name: "expired",
    config: "api_url: @BASE@/\napi_secret: s\ncorp_id: c",
    steps: [fire([TOKEN, json('{"errcode":42001,"errmsg":"access_token expired"}')])],
  },
  {
    name: "status-500",
    config: "api_url: @BASE@/\napi_secret: s\ncorp_id: c",
    steps: [fire([TOKEN, { status: 500, body: "x" }])],
  },
]);

const SEARCH_NONE = json('{"issues":[]}');
const search = (category: string) =>
  json(
    `{"issues":[{"key":"OPS-7","fields":{"status":{"name":"x","statusCategory":{"key":"${category}"}}}},{"key":"OPS-8","fields":{}}]}`,
  );
const TRANSITIONS = json(
  '{"transitions":[{"id":"11","name":"Start"},{"id":"21","name":"Done"},{"id":"31","name":"Reopen"}]}',
);
const JIRA = "api_url: @BASE@/rest/api/2\nproject: OPS\nissue_type: Bug";

const jira = cases("jira", [
  {
    name: "long",
    config: `${JIRA}\nsummary: '${long(2)}'\ndescription: '${long(4)}'`,
    steps: [fire([SEARCH_NONE, json("{}", 201)])],
  },
  {
    name: "minimal",
    config: JIRA,
    steps: [
      fire([SEARCH_NONE, json('{"key":"OPS-1"}', 201)]),
      add([search("new"), { status: 204 }]),
      resolveAll([search("new"), { status: 204 }]),
    ],
  },
  {
    name: "full",
    config: `
api_url: @BASE@/rest/api/2/
api_type: datacenter
project: 'P-{{ .CommonLabels.job }}'
issue_type: '{{ if eq .Status "firing" }}Bug{{ else }}Task{{ end }}'
summary: {template: 's {{ .Status }}', enable_update: false}
description: {template: 'd {{ .CommonAnnotations.summary }}', enable_update: false}
labels: [zz, 'aa-{{ .Status }}']
priority: P1
reopen_transition: Reopen
resolve_transition: Done
wont_fix_resolution: "Won't \\"Do\\""
reopen_duration: 2h30m
fields:
  customfield_1: {value: '{{ .Status }}'}
  customfield_2: '5'
  components: [{name: c}]
  priority: {name: mine}`,
    steps: [
      fire([SEARCH_NONE, json('{"key":"OPS-1"}', 201)]),
      add([search("done"), { status: 204 }, TRANSITIONS, { status: 204 }]),
      resolveAll([search("new"), { status: 204 }, TRANSITIONS, { status: 204 }]),
    ],
  },
  { name: "resolved-unknown", config: JIRA, steps: [fire([SEARCH_NONE, json("{}", 201)]), resolve([SEARCH_NONE])] },
  {
    name: "cloud",
    config:
      'api_url: @BASE@/rest/api/3\napi_type: cloud\nproject: OPS\nissue_type: Bug\ndescription: \'{"type": "doc", "v" : [1, "<&>"]}\'',
    steps: [fire([SEARCH_NONE, json("{}", 201)])],
  },
  {
    name: "cloud-v2",
    config: "api_url: @BASE@/rest/api/2/\napi_type: cloud\nproject: OPS\nissue_type: Bug",
    steps: [fire([SEARCH_NONE, json("{}", 201)])],
  },
  {
    name: "v3-not-json",
    config: "api_url: @BASE@/rest/api/3\nproject: OPS\nissue_type: Bug\ndescription: plain",
    steps: [fire([SEARCH_NONE])],
  },
  {
    name: "v3-empty",
    config: "api_url: @BASE@/rest/api/3\nproject: OPS\nissue_type: Bug\ndescription: ' '",
    steps: [fire([SEARCH_NONE, json("{}", 201)])],
  },
  { name: "no-reopen", config: JIRA, steps: [fire([search("done"), { status: 204 }])] },
  {
    name: "short-reopen",
    config: `${JIRA}\nreopen_transition: Reopen\nreopen_duration: 59s`,
    steps: [fire([search("new"), { status: 204 }])],
  },
  {
    name: "no-transition",
    config: `${JIRA}\nreopen_transition: Nowhere`,
    steps: [fire([search("done"), { status: 204 }, TRANSITIONS])],
  },
  { name: "search-401", config: JIRA, steps: once({ status: 401, body: "who" }) },
  { name: "search-500", config: JIRA, steps: once({ status: 500, body: "oh" }) },
  { name: "search-not-json", config: JIRA, steps: once({ body: "oh" }) },
  { name: "create-400", config: JIRA, steps: [fire([SEARCH_NONE, { status: 400, body: '{"errors":{"x":"y"}}' }])] },
  { name: "update-429", config: JIRA, steps: [fire([search("new"), { status: 429, body: "slow" }])] },
  {
    name: "transitions-404",
    config: `${JIRA}\nreopen_transition: R`,
    steps: [fire([search("done"), { status: 204 }, { status: 404, body: "gone" }])],
  },
  {
    name: "bad-project",
    config: "api_url: @BASE@/rest/api/2\nproject: '{{ .Nope }}'\nissue_type: Bug",
    steps: [fire([])],
  },
  { name: "bad-summary", config: `${JIRA}\nsummary: '{{ .Nope }}'`, steps: [fire([SEARCH_NONE])] },
  { name: "bad-label", config: `${JIRA}\nlabels: [a, '{{ .Nope }}']`, steps: [fire([SEARCH_NONE])] },
  { name: "bad-field", config: `${JIRA}\nfields: {a: '{{ .Nope }}'}`, steps: [fire([SEARCH_NONE])] },
  { name: "refused", config: "api_url: http://127.0.0.1:1/rest/api/2\nproject: OPS\nissue_type: Bug", steps: [fire()] },
]);

const ROCKET_OK = json('{"success":true}');
const ROCKET = "api_url: @BASE@/\ntoken: tt\ntoken_id: ii";

const rocketchat = cases("rocketchat", [
  { name: "long", config: `${ROCKET}\ntitle: '${long(3)}'`, steps: once(ROCKET_OK) },
  {
    name: "minimal",
    config: `${ROCKET}\nsend_resolved: true`,
    steps: [fire([ROCKET_OK]), add([ROCKET_OK]), resolveAll([ROCKET_OK])],
  },
  {
    name: "full",
    config: `
api_url: @BASE@/sub
token_file: @DIR@/t
token_id_file: @DIR@/i
send_resolved: true
channel: '#c {{ .Status }}'
color: co
title: 't {{ .Status }}'
title_link: tl
text: te
fields: [{title: a, value: 'b {{ .Status }}'}, {title: c, value: d, short: true}]
short_fields: false
emoji: ':e:'
icon_url: iu
image_url: im
thumb_url: th
link_names: true
actions: [{type: x, text: 'at {{ .Status }}', url: au, msg: am}]`,
    files: { t: " tf\n", i: " if\n" },
    steps: [fire([ROCKET_OK]), resolve([ROCKET_OK])],
  },
  {
    name: "refused-message",
    config: `${ROCKET}\nchannel: c`,
    steps: once(json('{"success":false,"error":"[invalid-channel]"}')),
  },
  { name: "not-json", config: `${ROCKET}\nchannel: c`, steps: once({ body: "oops" }) },
  { name: "status-400", config: `${ROCKET}\nchannel: c`, steps: once(json('{"success":false,"error":"x"}', 400)) },
  { name: "bad-template", config: `${ROCKET}\ntext: '{{ .Nope }}'`, steps: [fire([])] },
]);

const mattermost = cases("mattermost", [
  { name: "long", config: `webhook_url: @BASE@/\ntext: '${long(4)}'\nattachments: [{text: a}]`, steps: once({}) },
  { name: "minimal", config: "webhook_url: @BASE@/hooks/x", steps: [fire(), add(), resolveAll()] },
  {
    name: "full",
    config: `
webhook_url_file: @DIR@/u
channel: 'c {{ .Status }}'
username: us
text: 'tx {{ .Status }}'
fallback: fb
color: co
pretext: pt
author_name: an
author_link: al
author_icon: ai
title: ti
title_link: tl
fields: [{title: f, value: 'v {{ .Status }}'}, {title: g, value: w, short: true}, {title: h, value: x, short: false}]
thumb_url: tu
footer: fo
footer_icon: fi
image_url: im
icon_url: iu
icon_emoji: ie
type: custom_x
props: {card: 'ca {{ .Status }}'}
priority: {priority: Urgent, requested_ack: true, persistent_notifications: true}`,
    files: { u: " @BASE@/file\n" },
    steps: through(),
  },
  {
    name: "attachments",
    config:
      "webhook_url: @BASE@/\ntext: top {{ .Status }}\nattachments: [{fallback: f, text: 'a {{ .Status }}', fields: [{title: t, value: v}]}, {}]\npriority: {priority: important, requested_ack: true, persistent_notifications: true}",
    steps: once({}),
  },
  {
    name: "odd-priority",
    config: "webhook_url: @BASE@/\npriority: {priority: huge, requested_ack: true}",
    steps: once({}),
  },
  { name: "no-priority", config: "webhook_url: @BASE@/\npriority: {requested_ack: true}\nprops: {}", steps: once({}) },
  { name: "bad-template", config: "webhook_url: @BASE@/\nfooter: '{{ .Nope }}'", steps: [fire([])] },
  { name: "no-url-file", config: "webhook_url_file: @DIR@/nope", steps: [fire([])] },
  { name: "empty-url-file", config: "webhook_url_file: @DIR@/u", files: { u: " \n" }, steps: [fire([])] },
  { name: "status-400", config: "webhook_url: @BASE@/\nchannel: cc", steps: once({ status: 400, body: "x" }) },
  { name: "odd-body", config: "webhook_url: @BASE@/", steps: once({ status: 200, body: "not ok" }) },
]);

const incidentio = cases("incidentio", [
  {
    name: "minimal",
    config: "url: @BASE@/v2/alert_events\nalert_source_token: tok",
    steps: [fire(), add(), resolveAll()],
  },
  {
    name: "full",
    config: "url_file: @DIR@/u\nalert_source_token_file: @DIR@/t\nmax_alerts: 1\ntimeout: 5s",
    files: { u: " @BASE@/{{ .Status }} \n", t: " tf\n" },
    steps: through(),
  },
  {
    name: "own-authorization",
    config: "url: @BASE@/\nhttp_config: {authorization: {type: X, credentials: own}}",
    steps: once({}),
  },
  { name: "no-url-file", config: "url_file: @DIR@/nope\nalert_source_token: tok", steps: [fire([])] },
  {
    name: "status-422",
    config: "url: @BASE@/\nalert_source_token: tok",
    steps: once({ status: 422, body: '{"message":"m","error":"e","errors":["x","y"]}' }),
  },
  {
    name: "status-400",
    config: "url: @BASE@/\nalert_source_token: tok",
    steps: once({ status: 400, body: "not json" }),
  },
  { name: "status-429", config: "url: @BASE@/\nalert_source_token: tok", steps: once({ status: 429, body: "{}" }) },
  { name: "timeout", config: "url: @BASE@/\nalert_source_token: tok\ntimeout: 1s", steps: once({ hang: true }) },
]);

const SNS_OK: ScriptedResponse = {
  headers: { "Content-Type": "text/xml" },
  body: '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId></PublishResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></PublishResponse>',
};
const STS_OK: ScriptedResponse = {
  headers: { "Content-Type": "text/xml" },
  body: '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><AssumedRoleUser><Arn>arn</Arn><AssumedRoleId>x:y</AssumedRoleId></AssumedRoleUser><Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>ses</SecretAccessKey><SessionToken>sto/+=</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></AssumeRoleResponse>',
};
const snsError = (code: string, status: number): ScriptedResponse => ({
  status,
  headers: { "Content-Type": "text/xml" },
  body: `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>${code}</Code><Message>what ${code} says</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
});
const SIGV4 = "sigv4: {region: eu-west-1, access_key: AKIA, secret_key: sec}";
const TOPIC = "topic_arn: 'arn:aws:sns:eu-west-1:123456789012:topic'";

const sns = cases("sns", [
  { name: "too-large", config: `api_url: @BASE@/\n${SIGV4}\n${TOPIC}\nmessage: 'x${long(5)}'`, steps: once(SNS_OK) },
  {
    name: "minimal",
    config: `api_url: @BASE@\n${SIGV4}\n${TOPIC}`,
    steps: [fire([SNS_OK]), add([SNS_OK]), resolveAll([SNS_OK])],
  },
  {
    name: "full",
    config: `api_url: '@BASE@/{{ .Status }}'\n${SIGV4}\ntopic_arn: 'arn:{{ .Status }}:x.fifo'\nsubject: 's {{ .Status }} ü&='\nmessage: 'm {{ .Status }} ~*''()!'\nattributes: {'k {{ .Status }}': 'v {{ .Status }}', a: b}`,
    steps: through([fire([SNS_OK]), resolve([SNS_OK])]),
  },
  {
    name: "phone",
    config: `api_url: @BASE@/\n${SIGV4}\nphone_number: '+49{{ .Status }}'\nmessage: '{{ range stringSlice "1" "2" "3" "4" "5" "6" "7" "8" "9" }}{{ range stringSlice "1" "2" }}123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 {{ end }}{{ end }}'`,
    steps: once(SNS_OK),
  },
  { name: "target", config: `api_url: @BASE@/\n${SIGV4}\ntarget_arn: arn:t\nsubject: ''`, steps: once(SNS_OK) },
  { name: "default-endpoint", config: `${SIGV4}\n${TOPIC}\n${PD_PROXY}`, steps: once(SNS_OK) },
  {
    name: "role",
    config: `sigv4: {region: eu-west-1, access_key: AKIA, secret_key: sec, role_arn: 'arn:aws:iam::1:role/r', external_id: ext}\n${TOPIC}\n${PD_PROXY}`,
    steps: [fire([STS_OK, SNS_OK])],
  },
  { name: "aws-client", config: `api_url: @BASE@\n${SIGV4}\n${TOPIC}\nuse_aws_http_client: true`, steps: once(SNS_OK) },
  { name: "no-region", config: `sigv4: {access_key: AKIA, secret_key: sec}\n${TOPIC}`, steps: [fire([])] },
  { name: "bad-template", config: `api_url: @BASE@\n${SIGV4}\n${TOPIC}\nmessage: '{{ .Nope }}'`, steps: [fire([])] },
  { name: "bad-api-url", config: `api_url: '{{ .Nope }}'\n${SIGV4}\n${TOPIC}`, steps: [fire([])] },
  {
    name: "bad-attribute",
    config: `api_url: @BASE@\n${SIGV4}\n${TOPIC}\nattributes: {a: '{{ .Nope }}'}`,
    steps: [fire([])],
  },
  {
    name: "error-403",
    config: `api_url: @BASE@\n${SIGV4}\n${TOPIC}`,
    steps: once(snsError("AuthorizationError", 403)),
  },
  { name: "error-404", config: `api_url: @BASE@\n${SIGV4}\n${TOPIC}`, steps: once(snsError("NotFound", 404)) },
  {
    name: "error-500",
    config: `api_url: @BASE@\n${SIGV4}\n${TOPIC}`,
    steps: once(snsError("InternalError", 500), snsError("InternalError", 500), snsError("InternalError", 500)),
  },
  {
    name: "error-throttled",
    config: `api_url: @BASE@\n${SIGV4}\n${TOPIC}`,
    steps: once(snsError("Throttled", 429)),
  },
  { name: "error-not-xml", config: `api_url: @BASE@\n${SIGV4}\n${TOPIC}`, steps: once({ status: 400, body: "oops" }) },
  {
    name: "role-refused",
    config: `sigv4: {region: eu-west-1, access_key: AKIA, secret_key: sec, role_arn: 'arn:aws:iam::1:role/r'}\n${TOPIC}\n${PD_PROXY}`,
    steps: once(snsError("AccessDenied", 403)),
  },
  { name: "refused", config: `api_url: http://127.0.0.1:1\n${SIGV4}\n${TOPIC}`, steps: [fire()] },
]);

const email = EMAIL_CASES.map(({ name, config, smtp = {}, files = {}, once }): ReceiverCase => ({
  type: "email",
  name,
  config,
  smtp,
  files,
  steps: once === true ? [fire()] : [fire(), resolve()],
}));

export const CASES: readonly ReceiverCase[] = [
  ...webhook,
  ...email,
  ...pagerduty,
  ...opsgenie,
  ...slack,
  ...victorops,
  ...pushover,
  ...telegram,
  ...discord,
  ...msteams,
  ...msteamsv2,
  ...webex,
  ...wechat,
  ...jira,
  ...rocketchat,
  ...mattermost,
  ...incidentio,
  ...sns,
];
