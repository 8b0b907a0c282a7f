import { describe, expect, test } from "bun:test";
import { CHATS } from "../../test/compat/receivers/chats.ts";
import { sendOnce } from "../../test/compat/receivers/replay.ts";

const BASE = "webhook_url: @BASE@/\nchannel: c\nusername: u\ncolor: ''\nfallback: f\ntitle: t\ntitle_link: l\n";
const send = (config: string) => sendOnce("mattermost", CHATS.mattermost, BASE + config);

const ONE = '{"channel":"c","username":"u","attachments":[{"fallback":"f","text":"x","title":"t","title_link":"l"}]';

// As the real Alertmanager sent them.
test.each([
  [
    "no text",
    "text: ''",
    '{"channel":"c","username":"u","attachments":[{"fallback":"f","title":"t","title_link":"l"}]}',
  ],
  [
    "a field that comes out empty",
    "text: x\nfields: [{title: '{{ .CommonLabels.no }}', value: '{{ .CommonLabels.no }}'}]",
    `${ONE.slice(0, -2)},"fields":[{}]}]}`,
  ],
  ["a card that comes out empty", "text: x\nprops: {card: '{{ .CommonLabels.no }}'}", `${ONE},"props":{}}`],
  ["no card", "text: x\nprops: {}", `${ONE}}`],
  [
    "what attachments make needless",
    "text: x\nfooter: '{{ .Nope }}'\nattachments: [{text: y}]",
    '{"text":"x","channel":"c","username":"u","attachments":[{"text":"y"}]}',
  ],
])("%s", async (_, config, body) => {
  const { requests, outcome } = await send(config);
  expect(outcome).toEqual({ ok: true });
  expect(requests[0]?.body).toBe(`${body}\n`);
});

const STANDARD = "Priority is set to standard due to invalid value";
const NO_ACK = "RequestedAck is set to false due to priority is standard";
const NO_PERSISTENCE = "PersistentNotifications is set to false due to priority is not urgent";

describe("priority", () => {
  test.each([
    ["{priority: URGENT, persistent_notifications: true}", '{"priority":"urgent","persistent_notifications":true}', []],
    [
      "{priority: '{{ .Status }}', requested_ack: true, persistent_notifications: true}",
      '{"priority":"standard"}',
      [STANDARD, NO_ACK, NO_PERSISTENCE],
    ],
    [
      "{priority: Standard, requested_ack: true, persistent_notifications: true}",
      '{"priority":"standard"}',
      [NO_ACK, NO_PERSISTENCE],
    ],
    [
      "{priority: important, requested_ack: true, persistent_notifications: true}",
      '{"priority":"important","requested_ack":true}',
      [NO_PERSISTENCE],
    ],
  ])("%s", async (priority, sent, warnings) => {
    const { requests, warned } = await send(`text: x\npriority: ${priority}`);
    expect(requests[0]?.body).toBe(`${ONE},"priority":${sent}}\n`);
    expect(warned.map(({ msg }) => msg)).toEqual(warnings);
  });

  test("none given: none sent", async () => {
    const { requests } = await send("text: x\npriority: {priority: '', requested_ack: true}");
    expect(requests[0]?.body).toBe(`${ONE}}\n`);
  });
});

describe("a text of more than 16383 runes", () => {
  const long = `text: '{{ printf "%016384d" 0 }}'`;

  test("is cut where it stands beside attachments", async () => {
    const { requests, warned } = await send(`${long}\nattachments: [{}]`);
    expect(requests[0]?.body).toContain(`"text":"${"0".repeat(16382)}…"`);
    expect(warned.map(({ msg, max_runes }) => [msg, max_runes])).toEqual([["Truncated text", 16383]]);
  });

  test("is not cut within the one attachment", async () => {
    const { requests, warned } = await send(long);
    expect(requests[0]?.body).toContain(`"text":"${"0".repeat(16384)}"`);
    expect(warned).toEqual([]);
  });
});

test.each([
  ["a template", "text: x\nattachments: [{text: '{{ .Nope }}'}]", undefined, /^template: :1:3: /],
  [
    "a file that is missing, before a template",
    "webhook_url_file: @DIR@/nope\ntext: '{{ .Nope }}'",
    undefined,
    /^open @DIR@\/nope: no such file or directory$/,
  ],
  ["a file without a URL", "webhook_url_file: @DIR@/u", { u: " \n" }, /^webhook url missing$/],
])("%s: not tried again", async (_, config, files, error) => {
  const own = config.startsWith("webhook_url_file") ? config : BASE + config;
  const { requests, outcome } = await sendOnce("mattermost", CHATS.mattermost, own, [], files && { files });
  expect(outcome).toEqual({ ok: false, retry: false, reason: "other", error: expect.stringMatching(error) });
  expect(requests).toEqual([]);
});
