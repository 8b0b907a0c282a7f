import type { SlackAction, SlackConfig, SlackField } from "../config/receivers/types.ts";
import type { AlertPublisher, PublishResult } from "../core/interfaces/publishing.ts";
import { goQuote } from "../core/model/goquote.ts";
import type { Notification, ReceiverData } from "../core/model/notification.ts";
import { failedResult, notificationLog, postJson, templateData } from "./attempt.ts";
import { type Struct, unmarshal } from "./decode-json.ts";
import { receiverClient } from "./client.ts";
import type { ReceiverDeps } from "./deps.ts";
import type { HttpClient, HttpResponse } from "./http.ts";
import { readText } from "./http/read-file.ts";
import type { Json } from "./json.ts";
import { checkStatus, PublishError } from "./status.ts";
import { withTimeout } from "./timeout.ts";
import { truncateInRunes } from "./truncate.ts";

/** Slack's own limit, runes. */
const MAX_TITLE = 1024;
const UPDATE_URL = "https://slack.com/api/chat.update";

type Text = (source: string) => string;

/**
 * Posts to an incoming webhook or, with a bot's token, to chat.postMessage (spec §10.5). With `update_message` the first
 * message of a log entry is changed by the ones that follow: where it stands is kept with the entry.
 */
export function createSlack(config: SlackConfig, deps: ReceiverDeps): AlertPublisher {
  const client = receiverClient("slack", config.http_config, deps);
  return {
    type: "slack",
    async publish(notification, signal) {
      try {
        return await post(config, deps, client, notification, signal);
      } catch (error) {
        return failedResult(error);
      }
    },
    close: () => client.close(),
  };
}

async function post(
  config: SlackConfig,
  deps: ReceiverDeps,
  client: HttpClient,
  notification: Notification,
  signal: AbortSignal,
): Promise<PublishResult> {
  const url = config.api_url?.reveal() ?? readText(config.api_url_file).trim();
  const text = lenientText(notification, deps);
  const attachment = attachmentOf(config, notification, text, deps);
  const channel = text(config.channel);
  const sent = config.update_message ? sentBefore(notification.receiverData) : undefined;
  const target = sent?.channelId ?? channel;
  const request = {
    channel: target || undefined,
    ts: sent?.threadTs,
    username: text(config.username) || undefined,
    icon_emoji: text(config.icon_emoji) || undefined,
    icon_url: text(config.icon_url) || undefined,
    link_names: config.link_names || undefined,
    text: text(config.message_text) || undefined,
    attachments: [attachment],
  };
  const prefix = `channel ${goQuote(target)}: `;
  return withTimeout("slack", config.timeout, signal, async (limited) => {
    const response = await postJson(client, sent === undefined ? url : UPDATE_URL, request, limited);
    await checkStatus(response, { prefix });
    const answer = await readAnswer(response).catch((error: PublishError) => {
      throw new PublishError(prefix + error.message, error.retry, error.reason);
    });
    const stands = config.update_message && answer.ts && answer.channel;
    if (!stands) return { ok: true };
    return { ok: true, receiverData: { threadTs: answer.ts as string, channelId: answer.channel as string } };
  });
}

/** Where the message of this log entry stands, if one was sent. */
function sentBefore({ threadTs, channelId }: ReceiverData): { threadTs: string; channelId: string } | undefined {
  if (typeof threadTs !== "string" || typeof channelId !== "string" || threadTs === "" || channelId === "") {
    return undefined;
  }
  return { threadTs, channelId };
}

/** From the first template that fails on, everything is empty and the message goes out all the same (spec §10.5). */
function lenientText(notification: Notification, deps: ReceiverDeps): Text {
  const data = templateData(notification, deps, "slack");
  let failed = false;
  return (source) => {
    if (failed) return "";
    try {
      return deps.templates.text(source, data);
    } catch {
      failed = true;
      return "";
    }
  };
}

function attachmentOf(config: SlackConfig, notification: Notification, text: Text, deps: ReceiverDeps): Json {
  const title = truncateInRunes(text(config.title), MAX_TITLE);
  if (title.truncated) notificationLog("slack", notification, deps).warn("Truncated title", { max_runes: MAX_TITLE });
  // In upstream's order: what comes after a template that fails is empty.
  const titleLink = text(config.title_link);
  const pretext = text(config.pretext);
  const main = text(config.text);
  const fallback = text(config.fallback);
  const callbackId = text(config.callback_id);
  const imageUrl = text(config.image_url);
  const thumbUrl = text(config.thumb_url);
  const footer = text(config.footer);
  const color = text(config.color);
  const fields = config.fields.map((field) => fieldOf(field, config, text));
  const actions = config.actions.map((action) => actionOf(action, text));
  return {
    title: title.text || undefined,
    title_link: titleLink || undefined,
    pretext: pretext || undefined,
    text: main,
    fallback,
    callback_id: callbackId,
    fields: fields.length > 0 ? fields : undefined,
    actions: actions.length > 0 ? actions : undefined,
    image_url: imageUrl || undefined,
    thumb_url: thumbUrl || undefined,
    footer,
    color: color || undefined,
    mrkdwn_in: config.mrkdwn_in.length > 0 ? config.mrkdwn_in : ["fallback", "pretext", "text"],
  };
}

function fieldOf(field: SlackField, config: SlackConfig, text: Text): Json {
  return {
    title: text(field.title) || undefined,
    value: text(field.value) || undefined,
    short: field.short ?? config.short_fields,
  };
}

function actionOf({ confirm, ...action }: SlackAction, text: Text): Json {
  return {
    type: text(action.type) || undefined,
    text: text(action.text) || undefined,
    url: text(action.url) || undefined,
    style: text(action.style) || undefined,
    name: text(action.name) || undefined,
    value: text(action.value) || undefined,
    confirm: confirm && confirmOf(confirm, text),
  };
}

function confirmOf(confirm: NonNullable<SlackAction["confirm"]>, text: Text): Json {
  const title = text(confirm.title) || undefined;
  return {
    text: text(confirm.text) || undefined,
    title,
    ok_text: text(confirm.ok_text) || undefined,
    dismiss_text: text(confirm.dismiss_text) || undefined,
  };
}

interface Answer {
  readonly ok?: boolean;
  readonly error?: string;
  readonly channel?: string;
  readonly ts?: string;
}

const ANSWER: Struct = {
  goType: "slack.slackResponse",
  fields: { ok: "bool", error: "string", channel: "string", ts: "string" },
};

/** A web API answers in JSON, a webhook with the word `ok`. @throws PublishError for anything else */
async function readAnswer(response: HttpResponse): Promise<Answer> {
  let body: string;
  try {
    body = await response.text();
  } catch (error) {
    throw new PublishError(`could not read response body: ${(error as Error).message}`, true, "clientError");
  }
  if (!response.header("Content-Type").startsWith("application/json")) {
    if (body === "ok") return {};
    throw new PublishError(`received an error response from Slack: ${body}`, false, "clientError");
  }
  let answer: Answer;
  try {
    answer = unmarshal(body, ANSWER);
  } catch (error) {
    const text = `could not unmarshal JSON response ${goQuote(body)}: ${(error as Error).message}`;
    throw new PublishError(text, true, "clientError");
  }
  if (answer.ok !== true)
    throw new PublishError(`error response from Slack: ${answer.error ?? ""}`, false, "clientError");
  return answer;
}
