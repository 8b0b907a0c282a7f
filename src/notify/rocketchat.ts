import type { RocketchatConfig } from "../config/receivers/types.ts";
import type { Secret } from "../config/secret.ts";
import type { AlertPublisher } from "../core/interfaces/publishing.ts";
import { goQuote } from "../core/model/goquote.ts";
import type { ReceiverDeps } from "./deps.ts";
import type { HttpResponse } from "./http.ts";
import { joinPath } from "./http/url.ts";
import { type Struct, unmarshal } from "./decode-json.ts";
import { jsonReceiver, type Writer } from "./json-receiver.ts";
import type { Json } from "./json.ts";
import { readTrimmed } from "./http/read-file.ts";
import { PublishError } from "./status.ts";

/** Runes. */
const MAX_TITLE = 1024;

/**
 * Posts a message to a Rocket.Chat server (spec §10.15). Files of tokens are read once, here, as upstream does.
 *
 * @throws Error in upstream's words where such a file cannot be read
 */
export function createRocketchat(config: RocketchatConfig, deps: ReceiverDeps): AlertPublisher {
  const url = joinPath(config.api_url, "api/v1/chat.postMessage");
  const headers = [
    ["X-Auth-Token", token(config.token, config.token_file)],
    ["X-User-Id", token(config.token_id, config.token_id_file)],
  ] as const;
  return jsonReceiver("rocketchat", config, deps, (writer) => {
    const text = (source: string) => writer.text(source) || undefined;
    const only = attachment(config, writer);
    const channel = text(config.channel);
    const prefix = `channel ${goQuote(channel ?? "")}: `;
    return {
      url,
      headers,
      rule: { prefix },
      check: (response) => checkAnswer(response, prefix),
      body: { channel, emoji: text(config.emoji), avatar: text(config.icon_url), attachments: [only] },
    };
  });
}

/** A file goes before a token that may come from the global settings. */
function token(configured: Secret | undefined, file: string): string {
  return file === "" ? (configured?.reveal() ?? "") : readTrimmed(file, `could not read ${file}`);
}

function attachment(config: RocketchatConfig, writer: Writer): Json {
  const text = (source: string) => writer.text(source) || undefined;
  return {
    title: writer.cut("title", config.title, MAX_TITLE) || undefined,
    title_link: text(config.title_link),
    text: text(config.text),
    image_url: text(config.image_url),
    thumb_url: text(config.thumb_url),
    color: text(config.color),
    fields: nonEmpty(
      config.fields.map(({ short, title, value }) => ({
        short: short ?? config.short_fields,
        title: text(title),
        value: text(value),
      })),
    ),
    actions: nonEmpty(
      config.actions.map((action) => ({
        type: "button",
        text: text(action.text),
        url: text(action.url),
        is_webview: false,
        msg: text(action.msg),
        msg_in_chat_window: false,
      })),
    ),
  };
}

function nonEmpty(list: readonly Json[]): readonly Json[] | undefined {
  return list.length === 0 ? undefined : list;
}

const RESPONSE: Struct = { goType: "rocketchat.response", fields: { success: "bool", error: "string" } };

/** A refusal may come with status 200. */
async function checkAnswer(response: HttpResponse, prefix: string): Promise<void> {
  const failed = (text: string) => new PublishError(`${prefix}${text}`, true, "clientError");
  const body = await response.text().catch((error: Error) => {
    throw failed(`could not read response body: ${error.message}`);
  });
  let answer: { readonly success?: boolean; readonly error?: string };
  try {
    answer = unmarshal(body, RESPONSE);
  } catch (error) {
    throw failed(`could not unmarshal JSON response ${goQuote(body)}: ${(error as Error).message}`);
  }
  if (answer.success) return;
  throw new PublishError(`${prefix}error response from Rocketchat: ${answer.error ?? ""}`, false, "clientError");
}
