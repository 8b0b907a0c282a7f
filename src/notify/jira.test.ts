import { createHash } from "node:crypto";
import { describe, expect, test } from "bun:test";
import type { ScriptedResponse } from "../../test/compat/receivers/capture.ts";
import { CHATS } from "../../test/compat/receivers/chats.ts";
import type { CaseAlert } from "../../test/compat/receivers/cases.ts";
import { replay, sendOnce } from "../../test/compat/receivers/replay.ts";

const BASE = "api_url: @BASE@/rest/api/2\nproject: OPS\nissue_type: Bug\nsummary: s\ndescription: d\npriority: ''\n";
const ALERT: CaseAlert = { labels: { alertname: "HighLoad" }, startsAt: "2026-01-02T03:04:05Z" };

const NONE = { body: '{"issues":[]}' };
const CREATED = { status: 201, body: "{}" };
const UPDATED = { status: 204 };
const TRANSITIONS = { body: '{"transitions":[{"id":"21","name":"Done"},{"id":"31","name":"Reopen"}]}' };
const found = (category: string) => ({
  body: `{"issues":[{"key":"OPS-7","fields":{"status":{"name":"x","statusCategory":{"key":"${category}"}}}}]}`,
});

const send = (config: string, ...responses: ScriptedResponse[]) => sendOnce("jira", CHATS.jira, config, responses);

/** What was asked of Jira: method, path and body. */
type Asked = Awaited<ReturnType<typeof send>>["requests"];
const paths = (requests: Asked) =>
  requests.map(({ method, target }) => `${method} ${target.replace("/rest/api/2/", "")}`);
const fieldsOf = (requests: Asked) => JSON.parse(requests[1]?.body ?? "{}").fields;

/** Has the group fire, then resolve. */
async function fireAndResolve(config: string, ...responses: ScriptedResponse[]) {
  const steps = [
    { alerts: [ALERT], reason: "first notification", responses: [NONE, CREATED] },
    { alerts: [{ ...ALERT, endsAt: "2026-01-02T04:00:00Z" }], reason: "all alerts resolved", responses },
  ] as const;
  const [, resolved] = await replay({ type: "jira", name: "group", config, steps }, CHATS.jira);
  return resolved as NonNullable<typeof resolved>;
}

describe("the search", () => {
  const label = `ALERT{${createHash("sha256").update('{}/{case="jira-once"}:{alertname="HighLoad"}').digest("hex")}}`;
  const end = `project="OPS" and labels="${label}" order by status ASC,resolutiondate DESC`;

  test.each([
    ["", "statusCategory != Done"],
    ["reopen_transition: R", "statusCategory != Done"],
    ["reopen_duration: 5m", "statusCategory != Done"],
    ["reopen_transition: R\nreopen_duration: 59s", "statusCategory != Done"],
    ["reopen_transition: R\nreopen_duration: 90s", "(resolutiondate is EMPTY OR resolutiondate >= -1m)"],
    ["reopen_transition: R\nreopen_duration: 1d", "(resolutiondate is EMPTY OR resolutiondate >= -1440m)"],
    ["wont_fix_resolution: 'a\"b'", '(resolution is EMPTY or resolution != "a\\"b") and statusCategory != Done'],
  ])("%s", async (config, start) => {
    const { requests } = await send(BASE + config, NONE, CREATED);
    const body = { fields: ["status"], jql: `${start} and ${end}`, maxResults: 2 };
    expect(JSON.parse(requests[0]?.body ?? "")).toEqual(body);
  });

  test.each([
    ["@BASE@/rest/api/2", "auto", "/rest/api/2/search"],
    ["@BASE@/rest/api/2/", "datacenter", "/rest/api/2/search"],
    ["@BASE@/rest/api/2", "cloud", "/rest/api/3/search/jql"],
    ["@BASE@/jira", "cloud", "/jira/search/jql"],
    ["@BASE@/rest/api/2?x=y", "auto", "/rest/api/2/search?x=y"],
  ])("of %s as %s", async (url, type, target) => {
    const config = `api_url: ${url}\napi_type: ${type}\nproject: OPS\nissue_type: Bug\nsummary: s\ndescription: d`;
    const { requests } = await send(config, NONE, CREATED);
    expect(requests[0]?.target).toBe(target);
  });

  test("a resolved group without an issue is done", async () => {
    const { requests, outcome } = await fireAndResolve(BASE, NONE);
    expect(paths(requests)).toEqual(["POST search"]);
    expect(outcome).toEqual({ ok: true });
  });

  test("of two issues the first is taken, with a warning", async () => {
    const { requests, warned } = await send(BASE, { body: '{"issues":[{"key":"A-1"},{"key":"A-2"}]}' }, UPDATED);
    expect(paths(requests)).toEqual(["POST search", "PUT issue/A-1"]);
    const msg = "more than one issue matched, selecting the most recently resolved";
    expect(warned).toMatchObject([{ msg, integration: "jira", selected_issue: "A-1" }]);
  });
});

describe("fields", () => {
  test("what is empty is left out, but for the summary and the project", async () => {
    const nothing = "'{{ .CommonLabels.no }}'";
    const config = `project: ${nothing}\nissue_type: ${nothing}\nsummary: ''\ndescription: ''\npriority: ''`;
    const { requests } = await send(`api_url: @BASE@/\n${config}`, NONE, CREATED);
    const { labels, ...rest } = fieldsOf(requests);
    expect(labels).toHaveLength(1);
    expect(rest).toEqual({ issuetype: {}, project: { key: "" }, summary: "" });
  });

  test("configured ones replace ours, and their names are no templates", async () => {
    const own = 'fields: {labels: [x], summary: mine, "k {{ .Status }}": 1, description: null, n: "{{ len .Alerts }}"}';
    const { requests } = await send(BASE + own, NONE, CREATED);
    expect(fieldsOf(requests)).toEqual({
      description: null,
      issuetype: { name: "Bug" },
      "k {{ .Status }}": 1,
      labels: ["x"],
      n: 1,
      project: { key: "OPS" },
      summary: "mine",
    });
  });

  test("summary and description are cut", async () => {
    const config = `api_url: @BASE@/\nproject: P\nissue_type: B\nsummary: '{{ printf "%0256d" 0 }}'\ndescription: '{{ printf "%032768d" 0 }}'`;
    const { requests, warned } = await send(config, NONE, CREATED);
    const { summary, description } = fieldsOf(requests);
    expect([summary, description]).toEqual([`${"0".repeat(254)}…`, `${"0".repeat(32766)}…`]);
    expect(warned.map(({ msg, max_runes }) => [msg, max_runes])).toEqual([
      ["Truncated summary", 255],
      ["Truncated description", 32767],
    ]);
  });

  test.each([
    ["/rest/api/3", '{"a": 1}', '"description":{"a":1}'],
    ["/rest/api/3/", " 5 ", '"description":5'],
    ["/rest/api/13", "x", '"description":"x"'],
  ])("a description for %s", async (path, description, sent) => {
    const config = `api_url: @BASE@${path}\nproject: P\nissue_type: B\ndescription: '${description}'`;
    const { requests } = await send(config, NONE, CREATED);
    expect(requests[1]?.body).toContain(`${sent},"issuetype"`);
  });

  test("enable_update: false keeps an issue's own, though the template has to work", async () => {
    const kept = "summary: {template: s, enable_update: false}\ndescription: {template: d, enable_update: false}";
    const config = `api_url: @BASE@/\nproject: P\nissue_type: B\n${kept}`;
    const { requests } = await send(config, found("new"), UPDATED);
    expect(Object.keys(fieldsOf(requests))).toEqual(["issuetype", "labels", "priority", "project"]);
    const { outcome } = await send(config.replace("template: d", "template: '{{ .Nope }}'"), found("new"));
    expect(outcome).toMatchObject({ ok: false, retry: false, error: expect.stringMatching(/^description template: /) });
  });
});

describe("transitions", () => {
  const both = `${BASE}reopen_transition: Reopen\nresolve_transition: Done`;
  const moved = ["PUT issue/OPS-7", "GET issue/OPS-7/transitions", "POST issue/OPS-7/transitions"];

  test("a group that fires reopens a closed issue", async () => {
    const { requests } = await send(both, found("done"), UPDATED, TRANSITIONS, UPDATED);
    expect(paths(requests)).toEqual(["POST search", ...moved]);
    expect(requests[3]?.body).toBe('{"transition":{"id":"31"}}\n');
  });

  test("a group that has resolved closes an open one", async () => {
    const { requests } = await fireAndResolve(both, found("new"), UPDATED, TRANSITIONS, UPDATED);
    expect(paths(requests)).toEqual(["POST search", ...moved]);
    expect(requests[3]?.body).toBe('{"transition":{"id":"21"}}\n');
  });

  test("a status without a category counts as open, no status as neither", async () => {
    const noCategory = { body: '{"issues":[{"key":"OPS-7","fields":{"status":{"name":"x"}}}]}' };
    const noStatus = { body: '{"issues":[{"key":"OPS-7","fields":{}}]}' };
    const open = await fireAndResolve(both, noCategory, UPDATED, TRANSITIONS, UPDATED);
    const neither = await fireAndResolve(both, noStatus, UPDATED);
    expect(paths(open.requests)).toEqual(["POST search", ...moved]);
    expect(paths(neither.requests)).toEqual(["POST search", "PUT issue/OPS-7"]);
  });

  test.each([
    ["fires, issue open", () => send(both, found("new"), UPDATED)],
    ["resolved, issue closed", () => fireAndResolve(both, found("done"), UPDATED)],
    ["no reopen_transition", () => send(BASE, found("done"), UPDATED)],
    ["no resolve_transition", () => fireAndResolve(BASE, found("new"), UPDATED)],
  ])("%s: none", async (_, run) => {
    const { requests, outcome } = await run();
    expect(paths(requests)).toEqual(["POST search", "PUT issue/OPS-7"]);
    expect(outcome).toEqual({ ok: true });
  });
});

// As the real Alertmanager tells them.
describe("failures", () => {
  const look = "failed to look up existing issues: ";
  const create = 'failed to POST request to "issue": ';
  const reopen = `${BASE}reopen_transition: Reopen`;
  test.each([
    [
      BASE,
      [{ status: 401, body: "who" }],
      false,
      "authError",
      `${look}HTTP request to JIRA API: unexpected status code 401: who`,
    ],
    [BASE, [{ status: 500 }], true, "serverError", `${look}HTTP request to JIRA API: unexpected status code 500`],
    [BASE, [{ body: "" }], false, "other", `${look}unexpected end of JSON input`],
    [
      BASE,
      [{ body: "[]" }],
      false,
      "other",
      `${look}json: cannot unmarshal array into Go value of type jira.issueSearchResult`,
    ],
    [
      BASE,
      [{ body: '{"issues":[{"key":5}]}' }],
      false,
      "other",
      `${look}json: cannot unmarshal number into Go struct field issue.issues.key of type string`,
    ],
    [BASE, [NONE, { status: 400, body: "no" }], false, "clientError", `${create}unexpected status code 400: no`],
    [BASE, [NONE, { status: 429, body: "slow" }], true, "rateLimited", `${create}unexpected status code 429: slow`],
    [BASE, [NONE, { status: 503, body: "x" }], true, "serverError", `${create}unexpected status code 503: x`],
    [BASE, [NONE, { drop: true }], false, "other", `${create}Post "http://127.0.0.1:@PORT@/rest/api/2/issue": EOF`],
    [
      reopen,
      [found("done"), { status: 404 }],
      false,
      "clientError",
      'failed to PUT request to "issue/OPS-7": unexpected status code 404',
    ],
    [
      reopen,
      [found("done"), UPDATED, { body: "x" }],
      false,
      "other",
      "invalid character 'x' looking for beginning of value",
    ],
    [reopen, [found("done"), UPDATED, { body: "{}" }], false, "other", "can't find transition Reopen for issue OPS-7"],
    [
      reopen,
      [found("done"), UPDATED, TRANSITIONS, { status: 400, body: "no" }],
      false,
      "clientError",
      "unexpected status code 400: no",
    ],
    [reopen, [found("done"), UPDATED, TRANSITIONS, { status: 500 }], true, "serverError", "unexpected status code 500"],
  ])("%#", async (config, responses, retry, reason, error) => {
    const { outcome } = await send(config, ...responses);
    expect(outcome).toEqual({ ok: false, retry, reason, error });
  });

  test("429 says how long to wait, whatever was asked", async () => {
    const limited = { status: 429, headers: { "Retry-After": "9" } };
    expect((await send(BASE, limited)).retryAfter).toBe(9000);
    expect((await send(BASE, NONE, limited)).retryAfter).toBe(9000);
  });

  test("nobody listens: not tried again, and a password in the address is not told", async () => {
    const config = "api_url: http://me:hush@127.0.0.1:1/rest\nproject: P\nissue_type: B";
    const { outcome } = await send(config);
    const error = 'Post "http://me:***@127.0.0.1:1/rest/search": dial tcp 127.0.0.1:1: connect: connection refused';
    expect(outcome).toEqual({
      ok: false,
      retry: false,
      reason: "other",
      error: `${look}HTTP request to JIRA API: ${error}`,
    });
  });

  const bad = "'{{ .Nope }}'";
  const api = "api_url: @BASE@/rest/api/2\nissue_type: B\nproject: P\n";
  test.each([
    [`${api.replace("project: P", `project: ${bad}`)}`, `${look}invalid project template or value`],
    [`${api}summary: ${bad}\npriority: ${bad}`, "summary template"],
    [`${api.replace("issue_type: B", `issue_type: ${bad}`)}priority: ${bad}`, "issue_type template"],
    [`${api}fields: {a: ${bad}}\ndescription: ${bad}`, "fields template"],
    [`${api}description: ${bad}\nlabels: [${bad}]`, "description template"],
    [`${api}labels: [a, ${bad}]\npriority: ${bad}`, "labels[1] template"],
    [`${api}priority: ${bad}`, "priority template"],
  ])("%s", async (config, start) => {
    const { outcome, requests } = await send(config, NONE);
    const verdict = `can't evaluate field Nope in type *template.Data`;
    const error = `${start}: template: :1:3: executing "" at <.Nope>: ${verdict}`;
    expect(outcome).toEqual({ ok: false, retry: false, reason: "other", error });
    expect(paths(requests)).toEqual(start.startsWith(look) ? [] : ["POST search"]);
  });

  test("version 3 wants a description of JSON", async () => {
    const config = "api_url: @BASE@/rest/api/3\nproject: P\nissue_type: B\ndescription: plain";
    const error = "description template: invalid JSON for API v3";
    expect((await send(config, NONE)).outcome).toEqual({ ok: false, retry: false, reason: "other", error });
  });
});
