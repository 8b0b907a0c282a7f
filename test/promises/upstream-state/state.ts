import type { PostableAlert, PostableSilence } from "../../support/api.ts";

/**
 * What the recorded `silences` and `nflog` files are made from. Intervals are of years, because an entry of the
 * notification log is kept for twice its repeat interval and the files have to serve for long.
 */
export const stateConfig = (hookUrl: string) => `
route:
  receiver: both
  group_by: [alertname]
  group_wait: 100ms
  group_interval: 300ms
  repeat_interval: 20y
  routes:
    - matchers: [team="db", 'service🙂=~"pg.*"', 'path!="a\\\\b\\"c"']
      receiver: database
      group_by: ["..."]
receivers:
  - name: both
    webhook_configs:
      - url: ${hookUrl}both/0
      - url: ${hookUrl}both/1
        send_resolved: false
  - name: database
    webhook_configs:
      - url: ${hookUrl}database/0
`;

/** Longer than any repeat interval, in the form the flag takes. */
export const stateArgs: readonly string[] = ["--data.retention=438000h"];

const endsAt = "2075-01-01T00:00:00Z";

/** These fire, and have been notified. */
export const firing: readonly PostableAlert[] = [
  { labels: { alertname: "A", instance: "1" }, endsAt },
  { labels: { alertname: "A", instance: "2" }, endsAt },
  { labels: { alertname: "B", "naïve 🙂": 'x"y\\z\n' }, endsAt },
  { labels: { alertname: "C", team: "db", "service🙂": "pg-1" }, endsAt },
];

/** This was notified with the others of its group and has then been resolved, which was notified too. */
export const resolved: PostableAlert = { labels: { alertname: "A", instance: "3" }, endsAt };

const silence = (
  matchers: readonly [string, string, boolean, boolean][],
  more: Partial<PostableSilence> = {},
): PostableSilence => ({
  matchers: matchers.map(([name, value, isRegex, isEqual]) => ({ name, value, isRegex, isEqual })),
  startsAt: "2026-01-01T00:00:00Z",
  endsAt,
  createdBy: "someone <someone@example.com>",
  comment: "line one\nline “two” 🙂",
  ...more,
});

export const silences: readonly PostableSilence[] = [
  silence([["alertname", "Silenced", false, true]]),
  silence([
    ["alertname", "S.+", true, true],
    ["zone", "a|b", true, false],
    ["team", "web", false, false],
    ["naïve 🙂", 'x"y\\z', false, true],
  ]),
  silence([["alertname", "Later", false, true]], { startsAt: "2070-01-01T00:00:00Z" }),
  silence([["alertname", "Annotated", false, true]], {
    comment: "",
    createdBy: "",
    annotations: { ticket: "OPS-1", empty: "" },
  }),
];

/** This one is ended early. */
export const endedSilence: PostableSilence = silence([["alertname", "Ended", false, true]]);
