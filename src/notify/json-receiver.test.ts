import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHATS } from "../../test/compat/receivers/chats.ts";
import { sendOnce } from "../../test/compat/receivers/replay.ts";
import { webhookUrl } from "./json-receiver.ts";

const WEBEX = "room_id: r\nhttp_config: {authorization: {credentials: tok}}";

/** A configuration of each receiver that takes one POST of JSON, and what its errors begin with. */
const RECEIVERS = [
  ["discord", (url: string) => `webhook_url: ${url}`, ""],
  ["msteams", (url: string) => `webhook_url: ${url}`, ""],
  ["msteamsv2", (url: string) => `webhook_url: ${url}`, ""],
  ["webex", (url: string) => `api_url: ${url}\n${WEBEX}`, ""],
  ["mattermost", (url: string) => `webhook_url: ${url}\nchannel: c`, 'channel "c": '],
  ["rocketchat", (url: string) => `api_url: ${url}\ntoken: t\ntoken_id: i\nchannel: c`, 'channel "c": '],
] as const;

const STATUSES = [
  [300, false, "other"],
  [400, false, "clientError"],
  [401, false, "authError"],
  [403, false, "authError"],
  [404, false, "clientError"],
  [429, true, "rateLimited"],
  [500, true, "serverError"],
  [503, true, "serverError"],
] as const;

describe.each(RECEIVERS)("%s", (type, config, prefix) => {
  const send = (...args: Parameters<typeof sendOnce> extends [unknown, unknown, ...infer Rest] ? Rest : never) =>
    sendOnce(type, CHATS[type], ...args);

  test.each(STATUSES)("status %d", async (status, retry, reason) => {
    const { outcome } = await send(config("@BASE@/"), [{ status, body: "told why" }]);
    expect(outcome).toEqual({ ok: false, retry, reason, error: `${prefix}unexpected status code ${status}: told why` });
  });

  test("an empty body leaves the status alone", async () => {
    const { outcome } = await send(config("@BASE@/"), [{ status: 502 }]);
    expect(outcome).toMatchObject({ error: `${prefix}unexpected status code 502` });
  });

  test("a 429 passes on what it asks for", async () => {
    const { retryAfter } = await send(config("@BASE@/"), [{ status: 429, headers: { "Retry-After": "7" } }]);
    expect(retryAfter).toBe(7000);
  });

  test("nobody listens: tried again, and the URL is not told", async () => {
    const { outcome } = await send(config("http://127.0.0.1:1/hush"));
    expect(outcome).toEqual({
      ok: false,
      retry: true,
      reason: "other",
      error: expect.stringMatching(/^Post "<redacted>": dial tcp 127\.0\.0\.1:1: connect: connection refused$/),
    });
  });

  test("the flush's deadline has passed", async () => {
    const deadline = AbortSignal.abort(new DOMException("late", "TimeoutError"));
    const { outcome, requests } = await send(config("@BASE@/hush"), [], { signal: deadline });
    expect(outcome).toMatchObject({ ok: false, retry: true, error: 'Post "<redacted>": context deadline exceeded' });
    expect(requests).toEqual([]);
  });
});

test("the file of a webhook's URL is read for every message", () => {
  const directory = mkdtempSync(join(tmpdir(), "webhook-url-"));
  try {
    const config = { webhook_url: undefined, webhook_url_file: join(directory, "url") };
    writeFileSync(config.webhook_url_file, " http://one.example/ \n");
    expect(webhookUrl(config)).toBe("http://one.example/");
    writeFileSync(config.webhook_url_file, "http://two.example/\n");
    expect(webhookUrl(config)).toBe("http://two.example/");
  } finally {
    rmSync(directory, { recursive: true });
  }
});
