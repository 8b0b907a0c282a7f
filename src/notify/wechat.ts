import type { WechatConfig } from "../config/receivers/types.ts";
import type { AlertPublisher } from "../core/interfaces/publishing.ts";
import { answered, httpPublisher, postJson, templateData } from "./attempt.ts";
import { decodeFirst, type Struct, unmarshal } from "./decode-json.ts";
import { receiverClient } from "./client.ts";
import { USER_AGENT, type ReceiverDeps } from "./deps.ts";
import type { HttpClient, HttpResponse } from "./http.ts";
import { readText } from "./http/read-file.ts";
import { appendToPath, encodeValues, formatUrl, parseUrl } from "./http/url.ts";
import { failureReason, PublishError, retryAfter } from "./status.ts";

/** A token is good for two hours, ms. */
const TOKEN_AGE = 2 * 60 * 60 * 1000;
/** WeChat's code for a token that has ended before. */
const TOKEN_EXPIRED = 42001;

const TOKEN: Struct = { goType: "wechat.token", fields: { access_token: "string" } };
const RESPONSE: Struct = { goType: "wechat.weChatResponse", fields: { errcode: "int", errmsg: "string" } };

type Text = (source: string) => string;

/** Sends a message through a WeChat Work application (spec §10.13). */
export function createWechat(config: WechatConfig, deps: ReceiverDeps): AlertPublisher {
  const client = receiverClient("wechat", config.http_config, deps);
  let token: { readonly value: string; readonly since: number } | undefined;
  return httpPublisher("wechat", client, async (notification, signal) => {
    const data = templateData(notification, deps, config.message_type === "markdown" ? "markdown" : "none");
    let failed: Error | undefined;
    // A token is asked for before a template that failed is told of, and with what came out empty.
    const text: Text = (source) => {
      if (failed !== undefined) return "";
      try {
        return deps.templates.text(source, data);
      } catch (error) {
        failed = error as Error;
        return "";
      }
    };
    if (token === undefined || Date.now() - token.since > TOKEN_AGE) {
      token = { value: await requestToken(config, text, client, signal), since: Date.now() };
    }
    const body = message(config, text);
    if (failed !== undefined) throw new Error(`templating error: ${failed.message}`, { cause: failed });
    const answer = await readAnswer(await postJson(client, sendUrl(config.api_url, token.value), body, signal));
    if (answer.errcode === 0) return;
    if (answer.errcode === TOKEN_EXPIRED) token = undefined;
    throw new PublishError(answer.errmsg, answer.errcode === TOKEN_EXPIRED);
  });
}

async function requestToken(config: WechatConfig, text: Text, client: HttpClient, signal: AbortSignal) {
  const secret = config.api_secret?.reveal() ?? readText(config.api_secret_file).trim();
  const query = encodeValues([
    ["corpsecret", text(secret)],
    ["corpid", text(config.corp_id)],
  ]);
  const url = below(config.api_url, "gettoken", query);
  const response = await answered(client.send({ method: "GET", url, headers: [["User-Agent", USER_AGENT]] }, signal));
  const { access_token = "" } = decodeFirst<{ access_token?: string }>(await response.text(), TOKEN);
  if (access_token === "") throw new Error(`invalid APISecret for CorpID: ${config.corp_id}`);
  return access_token;
}

function sendUrl(apiUrl: string, token: string): string {
  const query = new URLSearchParams(parseUrl(apiUrl).query ?? "");
  query.set("access_token", token);
  return below(apiUrl, "message/send", encodeValues(query));
}

function below(apiUrl: string, path: string, query: string): string {
  return formatUrl({ ...appendToPath(apiUrl, path), query });
}

function message(config: WechatConfig, text: Text) {
  const markdown = config.message_type === "markdown";
  const content = text(config.message);
  return {
    text: { content: markdown ? "" : content },
    touser: text(config.to_user) || undefined,
    toparty: text(config.to_party) || undefined,
    totag: text(config.to_tag) || undefined,
    agentid: text(config.agent_id) || undefined,
    safe: "0",
    msgtype: config.message_type,
    markdown: { content: markdown ? content : "" },
  };
}

async function readAnswer(response: HttpResponse): Promise<{ readonly errcode: number; readonly errmsg: string }> {
  const { status } = response;
  if (status !== 200) {
    response.discard();
    const text = `unexpected status code ${status}`;
    throw new PublishError(text, true, failureReason(status), retryAfter(response, Date.now()));
  }
  try {
    const answer = unmarshal<{ errcode?: number; errmsg?: string }>(await response.text(), RESPONSE);
    return { errcode: answer.errcode ?? 0, errmsg: answer.errmsg ?? "" };
  } catch (error) {
    throw new PublishError((error as Error).message, true);
  }
}
