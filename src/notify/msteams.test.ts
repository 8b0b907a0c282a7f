import { expect, test } from "bun:test";
import { CHATS } from "../../test/compat/receivers/chats.ts";
import { sendOnce } from "../../test/compat/receivers/replay.ts";

const CASES = [
  ["msteams", "title", /^template: :1:3: executing "" at <\.Nope>/],
  ["msteams", "summary", /^template: :1:3: executing "" at <\.Nope>/],
  ["msteams", "text", /^template: :1:3: executing "" at <\.Nope>/],
  ["msteamsv2", "title", /^template: :1:3: executing "" at <\.Nope>/],
  ["msteamsv2", "text", /^template: :1:3: executing "" at <\.Nope>/],
] as const;

test.each(CASES)("%s: a %s that fails goes before a file that is missing", async (type, key, error) => {
  const config = `webhook_url_file: @DIR@/nope\n${key}: '{{ .Nope }}'`;
  const { outcome, requests } = await sendOnce(type, CHATS[type], config);
  expect(outcome).toEqual({ ok: false, retry: false, reason: "other", error: expect.stringMatching(error) });
  expect(requests).toEqual([]);
});
