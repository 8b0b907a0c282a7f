import { createServer, type AddressInfo } from "node:net";
import { describe, expect, test } from "bun:test";
import { CHATS } from "../../test/compat/receivers/chats.ts";
import { sendOnce } from "../../test/compat/receivers/replay.ts";

const BASE = "api_url: @BASE@/\ntoken: tt\ntoken_id: ii\nchannel: '{{ .Status }}'\ntitle: t\ntitle_link: l\n";
const OK = { body: '{"success":true}' };
const send = (config: string, body = OK.body) => sendOnce("rocketchat", CHATS.rocketchat, BASE + config, [{ body }]);

const refused = (text: string) => ({ retry: false, error: `error response from Rocketchat: ${text}` });
const unread = (body: string, text: string) => ({
  retry: true,
  error: `could not unmarshal JSON response ${body}: ${text}`,
});

// As the real Alertmanager takes them.
describe("an answer with status 200", () => {
  test.each([
    ['{"success":false,"error":"[invalid-channel]"}', refused("[invalid-channel]")],
    ['{"success":false}', refused("")],
    ["{}", refused("")],
    ["null", refused("")],
    ["", unread('""', "unexpected end of JSON input")],
    ["oops", unread('"oops"', "invalid character 'o' looking for beginning of value")],
    ["[]", unread('"[]"', "json: cannot unmarshal array into Go value of type rocketchat.response")],
    [
      '{"success":"x"}',
      unread(
        '"{\\"success\\":\\"x\\"}"',
        "json: cannot unmarshal string into Go struct field response.success of type bool",
      ),
    ],
    ['{"success":true} x', unread('"{\\"success\\":true} x"', "invalid character 'x' after top-level value")],
  ])("%s", async (body, { retry, error }) => {
    const { outcome } = await send("", body);
    expect(outcome).toEqual({ ok: false, retry, reason: "clientError", error: `channel "firing": ${error}` });
  });

  test.each([['{"success":true,"error":"e"}'], ['{"SUCCESS":true}']])("%s is a success", async (body) => {
    expect((await send("", body)).outcome).toEqual({ ok: true });
  });
});

test("an answer that breaks off is worth another try", async () => {
  const server = createServer((socket) => {
    socket.once("data", () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"success":'));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const config = `api_url: http://127.0.0.1:${port}/\ntoken: t\ntoken_id: i\nchannel: c`;
  const { outcome } = await sendOnce("rocketchat", CHATS.rocketchat, config);
  server.close();
  const error = 'channel "c": could not read response body: unexpected EOF';
  expect(outcome).toEqual({ ok: false, retry: true, reason: "clientError", error });
});

test("fields and actions that have nothing but what is always there", async () => {
  const config =
    "fields: [{title: '', value: ''}]\nshort_fields: true\nactions: [{type: b, iswebview: true, imageurl: x}]";
  const { requests } = await send(config);
  const fields = '"fields":[{"short":true}]';
  const actions = '"actions":[{"type":"button","is_webview":false,"msg_in_chat_window":false}]';
  expect(requests[0]?.body).toBe(
    `{"channel":"firing","attachments":[{"title":"t","title_link":"l","color":"red",${fields},${actions}}]}\n`,
  );
});

test("a title is cut at 1024 runes", async () => {
  const config = `api_url: @BASE@/\ntoken: t\ntoken_id: i\ntitle: '{{ printf "%01025d" 0 }}'`;
  const { requests, warned } = await sendOnce("rocketchat", CHATS.rocketchat, config, [OK]);
  expect(requests[0]?.body).toContain(`"title":"${"0".repeat(1023)}…"`);
  expect(warned.map(({ msg, max_runes }) => [msg, max_runes])).toEqual([["Truncated title", 1024]]);
});

test("the first template that fails is told", async () => {
  const config = "emoji: '{{ .NopeC }}'\ntext: '{{ .NopeB }}'\nfields: [{title: '{{ .NopeD }}', value: v}]";
  const { outcome, requests } = await send(config);
  expect(outcome).toMatchObject({
    ok: false,
    retry: false,
    reason: "other",
    error: expect.stringContaining("<.NopeB>"),
  });
  expect(requests).toEqual([]);
});

describe("files of tokens", () => {
  const build = (config: string, files: Record<string, string> = {}) =>
    sendOnce("rocketchat", CHATS.rocketchat, `api_url: @BASE@/\n${config}`, [OK], { files });

  test("are read when the receiver is built, which fails if one is missing", async () => {
    await expect(build("token_file: @DIR@/t\ntoken_id_file: @DIR@/i", { t: "t" })).rejects.toThrow(
      /^could not read .*\/i: open .*\/i: no such file or directory$/,
    );
  });

  test("are sent without the blanks around them", async () => {
    const { requests } = await build("token_file: @DIR@/t\ntoken_id_file: @DIR@/i", { t: " ft\n", i: " fi\n" });
    expect(requests[0]?.headers).toContainEqual(["X-Auth-Token", "ft"]);
    expect(requests[0]?.headers).toContainEqual(["X-User-Id", "fi"]);
  });
});
