import type { TelegramConfig } from "../config/receivers/types.ts";
import type { AlertPublisher } from "../core/interfaces/publishing.ts";
import type { Notification } from "../core/model/notification.ts";
import { goQuote } from "../core/model/goquote.ts";
import { httpPublisher, notificationLog, templateData } from "./attempt.ts";
import { decodeFirst, kindOf, type Struct, unmarshal } from "./decode-json.ts";
import { receiverClient } from "./client.ts";
import type { ReceiverDeps } from "./deps.ts";
import { type HttpClient, RequestError } from "./http.ts";
import { encodeJson } from "./json.ts";
import type { Markup } from "./plain-text.ts";
import { readTrimmed } from "./http/read-file.ts";
import { failureReason, PublishError } from "./status.ts";
import { GROUP_MIGRATED, KNOWN_ERRORS, REWORDED } from "./telegram-errors.ts";
import { truncateInRunes } from "./truncate.ts";

/** Telegram's own limit, runes. */
const MAX_MESSAGE = 4096;

/** Goes out in place of a HTML message that is too long: cut markup would be refused. */
const TOO_LONG =
  "Alertmanager notification could not be sent: message length exceeds Telegram limits.\n" +
  "\t\t\tPlease check the template used for producing the message content.";

/**
 * Sends a message through the Bot API (spec §10.6). Whatever the API says is worth another try. Where upstream shows the
 * URL of a request that failed, and with it the token, ours is redacted.
 */
export function createTelegram(config: TelegramConfig, deps: ReceiverDeps): AlertPublisher {
  const client = receiverClient("telegram", config.http_config, deps);
  return httpPublisher("telegram", client, async (notification, signal) => {
    const text = message(config, notification, deps);
    const token = config.bot_token?.reveal() ?? read(config.bot_token_file);
    const chat = config.chat_id === 0n ? readChat(config.chat_id_file) : config.chat_id;
    const parameters = new Map([
      ["chat_id", String(chat)],
      ["disable_web_page_preview", "true"],
      ["text", text],
    ]);
    if (config.parse_mode !== "") parameters.set("parse_mode", config.parse_mode);
    if (config.disable_notifications) parameters.set("disable_notification", "true");
    if (config.message_thread_id !== 0n) parameters.set("message_thread_id", String(config.message_thread_id));
    const url = `${config.api_url}/bot${token}/sendMessage`;
    checkAnswer(await post(client, url, encodeJson(parameters), signal));
  });
}

function message(config: TelegramConfig, notification: Notification, deps: ReceiverDeps): string {
  const data = templateData(notification, deps, markupOf(config));
  const html = config.parse_mode === "HTML";
  const whole = html ? deps.templates.html(config.message, data) : deps.templates.text(config.message, data);
  const { text, truncated } = truncateInRunes(whole, MAX_MESSAGE);
  if (!truncated) return text;
  if (html) return TOO_LONG;
  notificationLog("telegram", notification, deps).warn("Truncated message", { max_runes: MAX_MESSAGE });
  return text;
}

function markupOf({ parse_mode }: TelegramConfig): Markup {
  if (parse_mode === "Markdown") return "telegram-markdown";
  return parse_mode === "MarkdownV2" ? "telegram-markdown-v2" : "none";
}

/** A file that is missing may be there the next time. */
function read(file: string): string {
  try {
    return readTrimmed(file, `could not read ${file}`);
  } catch (error) {
    throw new PublishError((error as Error).message, true);
  }
}

/** A chat is a 64 bit number. */
function readChat(file: string): bigint {
  const text = read(file);
  const valid = /^[+-]?\d+$/.test(text);
  const chat = valid ? BigInt(text.replace(/^\+/, "")) : 0n;
  if (valid && BigInt.asIntN(64, chat) === chat) return chat;
  const verdict = `strconv.ParseInt: parsing ${goQuote(text)}: ${valid ? "value out of range" : "invalid syntax"}`;
  throw new PublishError(`could not parse chat_id from ${file}: ${verdict}`, true);
}

async function post(client: HttpClient, url: string, body: string, signal: AbortSignal): Promise<string> {
  const headers = [
    ["User-Agent", "Go-http-client/1.1"],
    ["Content-Type", "application/json"],
  ] as const;
  try {
    return await (await client.send({ method: "POST", url, headers, body }, signal)).text();
  } catch (error) {
    throw failure(error instanceof RequestError ? error.redacted : (error as Error).message);
  }
}

function failure(text: string): PublishError {
  return new PublishError(`telebot: ${text}`, true);
}

interface Answer {
  readonly ok?: boolean;
  readonly error_code?: number;
  readonly description?: string;
  readonly parameters?: { readonly retry_after?: unknown; readonly migrate_to_chat_id?: unknown } | null;
}

const ANSWER: Struct = {
  goType: "struct { Result bool }",
  fields: { ok: "bool", error_code: "int", description: "string", parameters: "any" },
};
const RESULT: Struct = { goType: "struct { Result bool }", fields: { Result: "any" } };

/** The status of the response does not count, what its JSON says does. */
function checkAnswer(body: string): void {
  let answer: Answer | undefined;
  let unreadable: Error | undefined;
  try {
    answer = decodeFirst<Answer>(body, ANSWER);
  } catch (error) {
    unreadable = error as Error;
  }
  if (answer !== undefined && !answer.ok) throw refusal(answer);
  checkResult(body);
  if (unreadable !== undefined) throw failure(unreadable.message);
}

function checkResult(body: string): void {
  let result: unknown;
  try {
    result = unmarshal<{ Result?: unknown }>(body, RESULT).Result ?? {};
  } catch (error) {
    throw failure((error as Error).message);
  }
  if (result === true) throw failure("result is True");
  const kind = kindOf(result);
  if (kind === "object") return;
  const type = kind === "bool" ? "telebot.Message" : "bool";
  throw failure(`json: cannot unmarshal ${kind} into Go struct field .Result of type ${type}`);
}

function refusal({ description = "", error_code: code = 0, parameters }: Answer): PublishError {
  if (description === GROUP_MIGRATED) {
    const reason = parameters?.migrate_to_chat_id === undefined ? failureReason(code) : "other";
    return new PublishError(shown(description, 400), true, reason);
  }
  const known = KNOWN_ERRORS.get(description);
  if (known !== undefined) return new PublishError(shown(description, known), true, failureReason(known));
  if (code !== 429) return new PublishError(`telegram: ${description} (${code})`, true);
  const after = parameters?.retry_after;
  const retryAfter = typeof after === "number" ? Math.trunc(after) * 1000 : undefined;
  return new PublishError(shown(description, code), true, "rateLimited", retryAfter);
}

function shown(description: string, code: number): string {
  const parts = description.split(": ");
  const text = REWORDED[description] ?? (parts.length === 2 ? parts[1] : description);
  return `telegram: ${text} (${code})`;
}
