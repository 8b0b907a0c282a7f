import { describe, expect, test } from "bun:test";
import { CHATS } from "../../test/compat/receivers/chats.ts";
import { sendOnce } from "../../test/compat/receivers/replay.ts";

const BASE = "api_url: @BASE@\nbot_token: 12:hush\n";
const OK = '{"ok":true,"result":{"message_id":1,"date":1,"chat":{"id":-5,"type":"group"},"text":"x"}}';
const send = (config: string, body = OK, status = 200, files: Record<string, string> = {}) =>
  sendOnce("telegram", CHATS.telegram, config, [{ status, body }], { files });
const answer = (body: string, status = 200) => send(`${BASE}chat_id: 1\nmessage: m`, body, status);

const refusal = (code: number, description: string, parameters = "{}") =>
  `{"ok":false,"error_code":${code},"description":${JSON.stringify(description)},"parameters":${parameters}}`;
const MIGRATED = "Bad Request: group chat was upgraded to a supergroup chat";

// As the real Alertmanager tells them; every one is tried again.
describe("what the API refuses", () => {
  test.each([
    [refusal(400, "Bad Request: chat not found"), "chat not found (400)", "clientError"],
    [refusal(418, "Bad Request: message is too long"), "message is too long (400)", "clientError"],
    [
      refusal(400, "Bad Request: CHAT_SEND_GIFS_FORBIDDEN"),
      "sending GIFS is not allowed in this chat (400)",
      "clientError",
    ],
    [
      refusal(400, "Bad Request: wrong remote file id specified: Wrong string length"),
      "Bad Request: wrong remote file id specified: Wrong string length (400)",
      "clientError",
    ],
    [refusal(400, "Bad Request: can't parse entities"), "Bad Request: can't parse entities (400)", "other"],
    [refusal(400, MIGRATED, '{"migrate_to_chat_id":-1}'), `${MIGRATED.slice(13)} (400)`, "other"],
    [refusal(400, MIGRATED), `${MIGRATED.slice(13)} (400)`, "clientError"],
    [refusal(401, "Unauthorized"), "Unauthorized (401)", "authError"],
    [refusal(403, "Forbidden: bot was blocked by the user"), "bot was blocked by the user (403)", "authError"],
    [refusal(403, "Forbidden: something new"), "Forbidden: something new (403)", "other"],
    [refusal(404, "Not Found"), "Not Found (404)", "clientError"],
    [refusal(429, "Too Many Requests"), "Too Many Requests (429)", "rateLimited"],
    [refusal(500, "Internal Server Error"), "Internal Server Error (500)", "serverError"],
    [refusal(500, "Bad Gateway"), "Bad Gateway (500)", "other"],
    ['{"OK":false,"ERROR_CODE":400,"Description":"d"}', "d (400)", "other"],
    ["{}", " (0)", "other"],
    ["null", " (0)", "other"],
  ] as const)("%s", async (body, error, reason) => {
    const { outcome } = await answer(body, 400);
    expect(outcome).toEqual({ ok: false, retry: true, reason, error: `telegram: ${error}` });
  });

  test("a flood says how long to wait", async () => {
    const body = refusal(429, "Too Many Requests: retry after 8", '{"retry_after":8}');
    expect(await answer(body, 429)).toMatchObject({
      outcome: { error: "telegram: retry after 8 (429)" },
      retryAfter: 8000,
    });
  });
});

describe("what is no answer of the API", () => {
  const NO_STRUCT = "into Go value of type struct { Result bool }";
  test.each([
    ["", "unexpected end of JSON input"],
    ["<html>", "invalid character '<' looking for beginning of value"],
    ['{"ok":tr', "invalid character ' ' in literal true (expecting 'u')"],
    ["[]", `json: cannot unmarshal array ${NO_STRUCT}`],
    ["5", `json: cannot unmarshal number ${NO_STRUCT}`],
    ['{"ok":true,"result":true}', "result is True"],
    ['{"ok":true,"result":false}', "json: cannot unmarshal bool into Go struct field .Result of type telebot.Message"],
    ['{"ok":true,"result":"x"}', "json: cannot unmarshal string into Go struct field .Result of type bool"],
  ])("%s", async (body, error) => {
    const { outcome } = await answer(body);
    expect(outcome).toEqual({ ok: false, retry: true, reason: "other", error: `telebot: ${error}` });
  });

  // Upstream's program ends here.
  test.each([['{"ok":"x"}'], ['{"ok":false,"error_code":"x"}']])("%s is a failure", async (body) => {
    const { outcome } = await answer(body);
    expect(outcome).toMatchObject({ ok: false, retry: true, error: expect.stringMatching(/^telebot: json: cannot/) });
  });

  test("a success counts whatever its status", async () => {
    expect((await answer(OK, 500)).outcome).toEqual({ ok: true });
  });
});

test("a token is not told where a request fails", async () => {
  const { outcome } = await send("api_url: http://127.0.0.1:1\nbot_token: 12:hush\nchat_id: 1");
  const error = 'telebot: Post "<redacted>": dial tcp 127.0.0.1:1: connect: connection refused';
  expect(outcome).toEqual({ ok: false, retry: true, reason: "other", error });
});

describe("chat_id_file", () => {
  const parse = "could not parse chat_id from @DIR@/c: strconv.ParseInt: parsing";
  test.each([
    ["9223372036854775808", `${parse} "9223372036854775808": value out of range`],
    ["1_000", `${parse} "1_000": invalid syntax`],
    ["@name", `${parse} "@name": invalid syntax`],
    ["", `${parse} "": invalid syntax`],
  ])("%s", async (c, error) => {
    const { outcome } = await send(`${BASE}chat_id_file: @DIR@/c`, OK, 200, { c });
    expect(outcome).toEqual({ ok: false, retry: true, reason: "other", error });
  });

  test.each([
    [" +05\n", '"5"'],
    ["-9223372036854775808", '"-9223372036854775808"'],
  ])("%s", async (c, sent) => {
    const { requests } = await send(`${BASE}chat_id_file: @DIR@/c\nmessage: m`, OK, 200, { c });
    const rest = '"disable_web_page_preview":"true","parse_mode":"HTML","text":"m"';
    expect(requests[0]?.body).toBe(`{"chat_id":${sent},${rest}}\n`);
  });
});

test.each([
  [
    "the template",
    "bot_token_file: @DIR@/t\nchat_id_file: @DIR@/c\nmessage: '{{ .Nope }}'",
    false,
    /^template: :1:3: /,
  ],
  [
    "then the token",
    "bot_token_file: @DIR@/t\nchat_id_file: @DIR@/c",
    true,
    /^could not read @DIR@\/t: open @DIR@\/t: no such/,
  ],
  ["then the chat", "bot_token: t\nchat_id_file: @DIR@/c", true, /^could not read @DIR@\/c: open @DIR@\/c: no such/],
])("first %s", async (_, config, retry, error) => {
  const { outcome, requests } = await send(`api_url: @BASE@\n${config}`);
  expect(outcome).toEqual({ ok: false, retry, reason: "other", error: expect.stringMatching(error) });
  expect(requests).toEqual([]);
});

describe("a message of more than 4096 runes", () => {
  const long = `chat_id: 1\nmessage: '{{ printf "%04097d" 0 }}'`;

  test("is cut with a warning", async () => {
    const { requests, warned } = await send(`${BASE}${long}\nparse_mode: Markdown`);
    expect(requests[0]?.body).toContain(`"text":"${"0".repeat(4095)}…"`);
    expect(warned).toMatchObject([{ msg: "Truncated message", integration: "telegram", max_runes: 4096 }]);
  });

  test("is replaced where it is HTML", async () => {
    const { requests, warned } = await send(`${BASE}${long}`);
    expect(requests[0]?.body).toContain('"text":"Alertmanager notification could not be sent: message length exceeds');
    expect(warned).toEqual([]);
  });
});
