import { describe, expect, test } from "bun:test";
import type { ScriptedResponse } from "../../test/compat/receivers/capture.ts";
import { CHATS } from "../../test/compat/receivers/chats.ts";
import { replay, sendOnce } from "../../test/compat/receivers/replay.ts";

const BASE = "api_url: @BASE@/x\napi_secret: s\ncorp_id: 'c{{ .Status }}'\nmessage: m\n";
const TOKEN = { body: '{"errcode":0,"access_token":"a b&c"}' };
const OK = { body: '{"errcode":0,"errmsg":"ok"}' };
const send = (config: string, responses: readonly ScriptedResponse[], files: Record<string, string> = {}) =>
  sendOnce("wechat", CHATS.wechat, config, responses, { files });

const NO_TOKEN = "invalid APISecret for CorpID: c{{ .Status }}";

// As the real Alertmanager takes them: without a token there is no other try.
describe("the answer to the request of a token", () => {
  test.each([
    ['{"errcode":40013,"errmsg":"invalid corpid"}', NO_TOKEN],
    ["null", NO_TOKEN],
    ['{"access_token":null}', NO_TOKEN],
    ["", "EOF"],
    ['{"a', "unexpected EOF"],
    ["oops", "invalid character 'o' looking for beginning of value"],
    ["[]", "json: cannot unmarshal array into Go value of type wechat.token"],
    ['{"access_token":5}', "json: cannot unmarshal number into Go struct field token.access_token of type string"],
  ])("%s", async (body, error) => {
    const { outcome, requests } = await send(BASE, [{ body }]);
    expect(outcome).toEqual({ ok: false, retry: false, reason: "other", error });
    expect(requests.map(({ target }) => target)).toEqual(["/x/gettoken?corpid=cfiring&corpsecret=s"]);
  });

  test.each([
    ["whatever its status", { status: 500, body: '{"access_token":"t"}' }],
    ["whatever follows it", { body: '{"access_token":"t"} x' }],
    ["in any case", { body: '{"ACCESS_TOKEN":"t"}' }],
  ])("counts %s", async (_, response) => {
    const { outcome, requests } = await send(BASE, [response, OK]);
    expect(outcome).toEqual({ ok: true });
    expect(requests[1]?.target).toBe("/x/message/send?access_token=t");
  });

  test("does not come: tried again, and the secret is not told", async () => {
    const { outcome } = await send(BASE.replace("@BASE@", "http://127.0.0.1:1"), []);
    const error = 'Get "<redacted>": dial tcp 127.0.0.1:1: connect: connection refused';
    expect(outcome).toEqual({ ok: false, retry: true, reason: "other", error });
  });
});

describe("the answer to a message", () => {
  test.each([
    [{ body: '{"errcode":60011,"errmsg":"no privilege"}' }, false, "other", "no privilege"],
    [{ body: '{"errcode":42001,"errmsg":"access_token expired"}' }, true, "other", "access_token expired"],
    [{ body: "" }, true, "other", "unexpected end of JSON input"],
    [{ body: "oops" }, true, "other", "invalid character 'o' looking for beginning of value"],
    [{ body: "5" }, true, "other", "json: cannot unmarshal number into Go value of type wechat.weChatResponse"],
    [
      { body: '{"errcode":1.5}' },
      true,
      "other",
      "json: cannot unmarshal number 1.5 into Go struct field weChatResponse.errcode of type int",
    ],
    [{ status: 201, body: '{"errcode":0}' }, true, "other", "unexpected status code 201"],
    [{ status: 400, body: "x" }, true, "clientError", "unexpected status code 400"],
    [{ status: 500, body: "x" }, true, "serverError", "unexpected status code 500"],
    [{ drop: true }, true, "other", 'Post "<redacted>": EOF'],
  ])("%j", async (response, retry, reason, error) => {
    const { outcome } = await send(BASE, [TOKEN, response]);
    expect(outcome).toEqual({ ok: false, retry, reason, error });
  });

  test("429 says how long to wait", async () => {
    const limited = { status: 429, headers: { "Retry-After": "3" } };
    expect(await send(BASE, [TOKEN, limited])).toMatchObject({ outcome: { reason: "rateLimited" }, retryAfter: 3000 });
  });
});

test("a token is used until it has expired", async () => {
  const alerts = [{ labels: { alertname: "a" }, startsAt: "2026-01-02T03:04:05Z" }];
  const expired = { body: '{"errcode":42001,"errmsg":"access_token expired"}' };
  const steps = [[TOKEN, OK], [OK], [expired], [{ body: '{"access_token":"second"}' }, OK]].map((responses) => ({
    alerts,
    reason: "first notification" as const,
    responses,
  }));
  const went = await replay({ type: "wechat", name: "token", config: BASE, steps }, CHATS.wechat);
  expect(went.map(({ requests }) => requests.map(({ target }) => target))).toEqual([
    ["/x/gettoken?corpid=cfiring&corpsecret=s", "/x/message/send?access_token=a+b%26c"],
    ["/x/message/send?access_token=a+b%26c"],
    ["/x/message/send?access_token=a+b%26c"],
    ["/x/gettoken?corpid=cfiring&corpsecret=s", "/x/message/send?access_token=second"],
  ]);
});

describe("templates and files", () => {
  test("the secret's file holds a template", async () => {
    const config = "api_url: @BASE@/x/\napi_secret_file: @DIR@/s\ncorp_id: c\nmessage: m\nto_user: '{{ .Status }}'";
    const { requests } = await send(config, [TOKEN, OK], { s: " x{{ .Status }} \n" });
    expect(requests.map(({ target }) => target)).toEqual([
      "/x/gettoken?corpid=c&corpsecret=xfiring",
      "/x/message/send?access_token=a+b%26c",
    ]);
    expect(requests[1]?.body).toBe(
      '{"text":{"content":"m"},"touser":"firing","safe":"0","msgtype":"text","markdown":{"content":""}}\n',
    );
  });

  test("a template that fails is told after the token came, which was asked for without what failed", async () => {
    const config = "api_url: @BASE@/x/\napi_secret: '{{ .Nope }}'\ncorp_id: c\nmessage: m";
    const { outcome, requests } = await send(config, [TOKEN]);
    expect(outcome).toMatchObject({
      retry: false,
      error: expect.stringMatching(/^templating error: template: :1:3: /),
    });
    expect(requests.map(({ target }) => target)).toEqual(["/x/gettoken?corpid=&corpsecret="]);
  });

  test("a file that is missing is told first", async () => {
    const config = "api_url: @BASE@/x/\napi_secret_file: @DIR@/s\ncorp_id: '{{ .Nope }}'";
    const error = "open @DIR@/s: no such file or directory";
    expect((await send(config, [])).outcome).toEqual({ ok: false, retry: false, reason: "other", error });
  });

  test("a query of the address stays in that of messages", async () => {
    const config = "api_url: @BASE@/x/?a=b\napi_secret: s\ncorp_id: c\nmessage: m";
    const { requests } = await send(config, [TOKEN, OK]);
    expect(requests.map(({ target }) => target)).toEqual([
      "/x/gettoken?corpid=c&corpsecret=s",
      "/x/message/send?a=b&access_token=a+b%26c",
    ]);
  });
});
