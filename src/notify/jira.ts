import { createHash } from "node:crypto";
import type { JiraConfig } from "../config/receivers/types.ts";
import type { AlertPublisher } from "../core/interfaces/publishing.ts";
import { goQuote } from "../core/model/goquote.ts";
import { compareBytes } from "../core/model/labels.ts";
import type { Notification } from "../core/model/notification.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import { expandStructured, type TemplateData } from "../template/index.ts";
import { httpPublisher, isFiring, notificationLog, templateData } from "./attempt.ts";
import { type Struct, unmarshal } from "./decode-json.ts";
import { receiverClient } from "./client.ts";
import type { ReceiverDeps } from "./deps.ts";
import type { HttpClient } from "./http.ts";
import { joinPath, parseUrl } from "./http/url.ts";
import { encodeJson, fromYaml, RawJson, type Json } from "./json.ts";
import { checkStatus, PublishError } from "./status.ts";
import { truncateInRunes } from "./truncate.ts";

// Jira's own limits, runes.
const MAX_SUMMARY = 255;
const MAX_DESCRIPTION = 32767;

const MINUTE = 60_000;

/** An issue as the search shows it. */
interface Issue {
  readonly key: string;
  /** `new`, `indeterminate`, `done`, …; "" where it has none, undefined where it has no status. */
  readonly category: string | undefined;
}

/** One notification under way. */
interface Work {
  readonly config: JiraConfig;
  readonly deps: ReceiverDeps;
  readonly data: TemplateData;
  readonly firing: boolean;
  /** The label by which the issue is found again. */
  readonly label: string;
  readonly log: Logger;
  /** Asks Jira; what it answers, decoded by the caller. @throws PublishError */
  call(method: string, url: string, body?: Json): Promise<string>;
  /** Expands a template. @throws Error that begins with what it is for */
  text(what: string, source: string): string;
}

/** Creates, updates and moves an issue a group in Jira (spec §10.14). What does not reach Jira is not tried again. */
export function createJira(config: JiraConfig, deps: ReceiverDeps): AlertPublisher {
  const client = receiverClient("jira", config.http_config, deps);
  return httpPublisher("jira", client, async (notification, signal) => {
    const work = workOf(config, deps, notification, client, signal);
    const found = await wrapped("failed to look up existing issues", search(work));
    if (found === undefined && !work.firing) return;
    const [method, path] = found === undefined ? ["POST", "issue"] : ["PUT", `issue/${found.key}`];
    const body = { fields: issueFields(work, found !== undefined) };
    const sent = work.call(method as string, joinPath(config.api_url, path as string), body);
    await wrapped(`failed to ${method} request to ${goQuote(path as string)}`, sent);
    if (found !== undefined) await transition(work, found);
  });
}

function workOf(
  config: JiraConfig,
  deps: ReceiverDeps,
  notification: Notification,
  client: HttpClient,
  signal: AbortSignal,
): Work {
  const data = templateData(notification, deps, "markdown");
  return {
    config,
    deps,
    data,
    firing: isFiring(notification),
    label: `ALERT{${createHash("sha256").update(notification.groupKey).digest("hex")}}`,
    log: notificationLog("jira", notification, deps),
    call: (method, url, body) => call(client, method, url, body, signal),
    text(what, source) {
      try {
        return deps.templates.text(source, data);
      } catch (error) {
        throw new Error(`${what}: ${(error as Error).message}`, { cause: error });
      }
    },
  };
}

async function call(
  client: HttpClient,
  method: string,
  url: string,
  body: Json | undefined,
  signal: AbortSignal,
): Promise<string> {
  const headers = [
    ["User-Agent", "Go-http-client/1.1"],
    ["Content-Type", "application/json"],
    ["Accept-Language", "en"],
  ] as const;
  const response = await client.send(
    { method, url, headers, body: body === undefined ? undefined : encodeJson(body) },
    signal,
  );
  await checkStatus(response);
  return response.text();
}

/** Puts what was being done before an error, whatever kind it is. */
async function wrapped<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const text = `${what}: ${(error as Error).message}`;
    if (error instanceof PublishError) throw new PublishError(text, error.retry, error.reason, error.retryAfter);
    throw new Error(text, { cause: error });
  }
}

async function search(work: Work): Promise<Issue | undefined> {
  const body = { fields: ["status"], jql: query(work), maxResults: 2 };
  const answer = await wrapped("HTTP request to JIRA API", work.call("POST", searchUrl(work.config), body));
  const [first, second] = unmarshal<SearchResult>(answer, SEARCH_RESULT).issues ?? [];
  if (first === undefined) return undefined;
  const status = first.fields?.status;
  const issue = { key: first.key ?? "", category: status && (status.statusCategory?.key ?? "") };
  if (second !== undefined) {
    const text = "more than one issue matched, selecting the most recently resolved";
    work.log.warn(text, { selected_issue: issue.key });
  }
  return issue;
}

interface SearchResult {
  readonly issues?: readonly {
    readonly key?: string;
    readonly fields?: { readonly status?: { readonly statusCategory?: { readonly key?: string } } };
  }[];
}

const CATEGORY: Struct = { goType: 'struct { Key string "json:\\"key\\"" }', fields: { key: "string" } };
const STATUS: Struct = { goType: "jira.issueStatus", fields: { name: "string", statusCategory: CATEGORY } };
const FIELDS: Struct = { goType: "jira.issueFields", fields: { status: STATUS } };
const ISSUE: Struct = { goType: "jira.issue", fields: { key: "string", fields: FIELDS } };
const SEARCH_RESULT: Struct = { goType: "jira.issueSearchResult", fields: { issues: { list: ISSUE } } };

function query({ config, firing, label, text }: Work): string {
  const minutes = Math.floor(config.reopen_duration / MINUTE);
  const conditions: string[] = [];
  if (config.wont_fix_resolution !== "") {
    conditions.push(`(resolution is EMPTY or resolution != ${goQuote(config.wont_fix_resolution)})`);
  }
  if (firing && config.reopen_transition !== "" && minutes > 0) {
    conditions.push(`(resolutiondate is EMPTY OR resolutiondate >= -${minutes}m)`);
  } else {
    conditions.push("statusCategory != Done");
  }
  conditions.push(`project=${goQuote(text("invalid project template or value", config.project))}`);
  conditions.push(`labels=${goQuote(label)}`);
  return `${conditions.join(" and ")} order by status ASC,resolutiondate DESC`;
}

/** Jira Cloud has taken the old search away, and the new one is in version 3 of the API only. */
function searchUrl({ api_url, api_type }: JiraConfig): string {
  const cloud = api_type === "cloud" || (api_type === "auto" && parseUrl(api_url).host.endsWith("atlassian.net"));
  if (!cloud) return joinPath(api_url, "search");
  return joinPath(api_url, "search/jql").replace("/rest/api/2/", "/rest/api/3/");
}

/** The fields of an issue, sorted; configured ones replace ours (spec §10.14). */
function issueFields(work: Work, update: boolean): Json {
  const { config, deps, log, data, text, label } = work;
  const cut = (what: string, whole: string, max: number) => {
    const { text, truncated } = truncateInRunes(whole, max);
    if (truncated) log.warn(`Truncated ${what}`, { max_runes: max });
    return text;
  };
  const summary = text("summary template", config.summary.template);
  const project = text("project template", config.project);
  const issueType = text("issue_type template", config.issue_type);
  const own = Object.entries(config.fields).map(([key, value]): [string, Json] => {
    try {
      return [key, fromYaml(expandStructured(value, deps.templates, data))];
    } catch (error) {
      throw new Error(`fields template: ${(error as Error).message}`, { cause: error });
    }
  });
  const fields = new Map<string, Json>();
  if (!update || config.summary.enable_update !== false) fields.set("summary", cut("summary", summary, MAX_SUMMARY));
  const whole = text("description template", config.description.template);
  const description = descriptionField(config.api_url, cut("description", whole, MAX_DESCRIPTION));
  if (description !== undefined && (!update || config.description.enable_update !== false)) {
    fields.set("description", description);
  }
  const labels = config.labels.map((each, i) => text(`labels[${i}] template`, each));
  const priority = text("priority template", config.priority);
  if (priority !== "") fields.set("priority", { name: priority });
  fields.set("project", { key: project });
  fields.set("issuetype", { name: issueType || undefined });
  fields.set("labels", [...labels, label].sort(compareBytes));
  for (const [key, value] of own) fields.set(key, value);
  return fields;
}

/** Version 3 of the API takes a document as JSON, the others a text. */
function descriptionField(apiUrl: string, text: string): Json | undefined {
  if (!/\/3\/*$/.test(parseUrl(apiUrl).path)) return text === "" ? undefined : text;
  if (text.trim() === "") return undefined;
  try {
    JSON.parse(text);
  } catch {
    throw new Error("description template: invalid JSON for API v3");
  }
  return new RawJson(text);
}

/** Closes the issue of a group that has resolved, reopens the one of a group that fires. */
async function transition({ config, firing, call }: Work, issue: Issue): Promise<void> {
  if (issue.key === "" || issue.category === undefined) return;
  if (firing !== (issue.category === "done")) return;
  const name = firing ? config.reopen_transition : config.resolve_transition;
  if (name === "") return;
  const url = joinPath(config.api_url, `issue/${issue.key}/transitions`);
  const { transitions = [] } = unmarshal<Transitions>(await call("GET", url), TRANSITIONS);
  const found = transitions.find((each) => each.name === name);
  if (found === undefined) throw new Error(`can't find transition ${name} for issue ${issue.key}`);
  await call("POST", url, { transition: { id: found.id || undefined } });
}

interface Transitions {
  readonly transitions?: readonly { readonly id?: string; readonly name?: string }[];
}

const TRANSITION: Struct = { goType: "jira.idNameValue", fields: { id: "string", name: "string" } };
const TRANSITIONS: Struct = { goType: "jira.issueTransitions", fields: { transitions: { list: TRANSITION } } };
