import type { WechatConfig } from "../config/types.ts";
import type { AlertPublisher } from "../core/interfaces/publishing.ts";
import { answered, httpPublisher, postJson, templateData } from "./attempt.ts";
import { decodeJson } from "./decode-json.ts";
import { USER_AGENT, type ReceiverDeps } from "./deps.ts";
import { createHttpClient, type HttpResponse } from "./http.ts";
import { readText } from "./http/read-file.ts";
import { encodeValues } from "./http/url.ts";
import { failureReason, PublishError, retryAfter } from "./status.ts";

/** A token is good for two hours, ms. */
const TOKEN_AGE = 2 * 60 * 60 * 1000;
/** WeChat's code for a token that has ended before. */
const TOKEN_EXPIRED = 42001;

/** Sends a message through a WeChat Work application (spec §10.13). */
export function createWechat(config: WechatConfig, deps: ReceiverDeps): AlertPublisher {
  const client = createHttpClient(config.http_config, deps.environment);
  let token: { readonly value: string; readonly since: number } | undefined;
  return httpPublisher("wechat", client, async (notification, signal) => {
    const data = templateData(notification, deps);
    const text = (source: string) => {
      try {
        return deps.templates.text(source, data);
      } catch (error) {
        throw new Error(`templating error: ${(error as Error).message}`, { cause: error });
      }
    };

    const getToken = async (): Promise<string> => {
      const secret = config.api_secret?.reveal() ?? readText(config.api_secret_file).trim();
      const query = encodeValues([
        ["corpid", text(config.corp_id)],
        ["corpsecret", text(secret)],
      ]);
      const url = `${config.api_url}gettoken?${query}`;
      const response = await answered(
        client.send({ method: "GET", url, headers: [["User-Agent", USER_AGENT]] }, signal),
      );
      const { access_token } = decodeJson(await response.text()) as { access_token?: unknown };
      if (typeof access_token === "string" && access_token !== "") return access_token;
      throw new Error(`invalid APISecret for CorpID: ${config.corp_id}`);
    };

    if (token === undefined || Date.now() - token.since > TOKEN_AGE)
      token = { value: await getToken(), since: Date.now() };
    const markdown = config.message_type === "markdown";
    const content = text(config.message);
    const body = {
      text: { content: markdown ? "" : content },
      touser: text(config.to_user) || undefined,
      toparty: text(config.to_party) || undefined,
      totag: text(config.to_tag) || undefined,
      agentid: text(config.agent_id) || undefined,
      safe: "0",
      msgtype: config.message_type,
      markdown: { content: markdown ? content : "" },
    };
    const url = `${config.api_url}message/send?${encodeValues([["access_token", token.value]])}`;
    const answer = await readAnswer(await postJson(client, url, body, signal));
    if (answer.errcode === 0) return;
    if (answer.errcode === TOKEN_EXPIRED) token = undefined;
    throw new PublishError(answer.errmsg, answer.errcode === TOKEN_EXPIRED);
  });
}

async function readAnswer(response: HttpResponse): Promise<{ errcode: number; errmsg: string }> {
  const { status } = response;
  if (status !== 200) {
    response.discard();
    const text = `unexpected status code ${status}`;
    throw new PublishError(text, true, failureReason(status), retryAfter(response, Date.now()));
  }
  try {
    const { errcode, errmsg } = decodeJson(await response.text()) as { errcode?: unknown; errmsg?: unknown };
    return { errcode: typeof errcode === "number" ? errcode : 0, errmsg: typeof errmsg === "string" ? errmsg : "" };
  } catch (error) {
    throw new PublishError((error as Error).message, true);
  }
}
