import { describe, expect, test } from "bun:test";
import { CHATS } from "../../test/compat/receivers/chats.ts";
import { sendOnce } from "../../test/compat/receivers/replay.ts";

const send = (config: string, files?: Record<string, string>) =>
  sendOnce("discord", CHATS.discord, config, [], files && { files });
const GROUP_KEY = '{}/{case="discord-once"}:{alertname="HighLoad"}';
/** A template of `n` times ten runes. */
const tens = (n: number) => `{{ printf "%0${n * 10}d" 0 }}`;

describe("limits", () => {
  test.each([
    ["title", "title", 256],
    ["message", "message", 4096],
    ["content", "message", 2000],
  ])("%s is cut", async (key, named, max) => {
    const fits = await send(`webhook_url: @BASE@/\n${key}: '{{ printf "%0${max}d" 0 }}'`);
    const cut = await send(`webhook_url: @BASE@/\n${key}: 'ü{{ printf "%0${max}d" 0 }}'`);
    expect(fits.requests[0]?.body).toContain(`"${"0".repeat(max)}"`);
    expect(fits.warned).toEqual([]);
    expect(cut.requests[0]?.body).toContain(`"ü${"0".repeat(max - 2)}…"`);
    const about = { integration: "discord", group_key: GROUP_KEY, max_runes: max };
    expect(cut.warned).toEqual([{ level: "WARN", msg: `Truncated ${named}`, ...about }]);
  });
});

test("an avatar that is no URL is left out with a warning", async () => {
  const { requests, warned } = await send("webhook_url: @BASE@/\navatar_url: 'http://[x'\nmessage: m\ntitle: t");
  expect(requests[0]?.body).toBe('{"content":"","embeds":[{"title":"t","description":"m","color":10038562}]}\n');
  expect(warned).toEqual([{ level: "WARN", msg: "Bad avatar url", integration: "discord", group_key: GROUP_KEY }]);
});

test.each([
  [
    "a template goes before the file",
    "webhook_url_file: @DIR@/nope\nmessage: '{{ .Nope }}'",
    undefined,
    /^template: :1:3: /,
  ],
  [
    "a file that is missing",
    "webhook_url_file: @DIR@/nope",
    undefined,
    /^read webhook_url_file: open @DIR@\/nope: no such file/,
  ],
  [
    "a function nobody knows",
    "webhook_url: @BASE@/\ncontent: '{{ nope }}'",
    undefined,
    /^template: :1: function "nope" not defined$/,
  ],
])("%s: not tried again", async (_, config, files, error) => {
  const { outcome, requests } = await send(config, files);
  expect(outcome).toEqual({ ok: false, retry: false, reason: "other", error: expect.stringMatching(error) });
  expect(requests).toEqual([]);
});

test.each([
  ["empty", " \n", 'Post "<redacted>": unsupported protocol scheme ""'],
  ["no URL", "not a url", 'Post "<redacted>": unsupported protocol scheme ""'],
])("a file whose URL is %s", async (_, u, error) => {
  const { outcome } = await send("webhook_url_file: @DIR@/u", { u });
  expect(outcome).toEqual({ ok: false, retry: true, reason: "other", error });
});

test("a long text in all places at once", async () => {
  const { warned } = await send(
    `webhook_url: @BASE@/\ntitle: '${tens(30)}'\nmessage: '${tens(500)}'\ncontent: '${tens(300)}'`,
  );
  expect(warned.map(({ msg, max_runes }) => [msg, max_runes])).toEqual([
    ["Truncated title", 256],
    ["Truncated message", 4096],
    ["Truncated message", 2000],
  ]);
});
