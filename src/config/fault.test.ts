import { describe, expect, test } from "bun:test";
import { createMatcherParser } from "../core/model/matcher-parse.ts";
import { faultOf } from "./fault.ts";
import { loadConfig } from "./load.ts";

const parser = createMatcherParser("fallback", () => undefined);

/** What is wrong with a configuration. */
function fault(source: string) {
  try {
    loadConfig(source, { baseDir: "/", parser, checkTemplate: () => undefined });
  } catch (error) {
    return faultOf((error as Error).message, source);
  }
  throw new Error("nothing is wrong with it");
}

const RECEIVER = "route: {receiver: a}\nreceivers:\n- name: a\n";

describe("what is wrong with a configuration, and where", () => {
  test.each([
    ["route: {receiver: b}\nreceivers:\n- name: a\n", 1, "route.receiver"],
    ["route:\n  receiver: a\n  foo: 3\nreceivers:\n- name: a\n", 3, "route.foo"],
    ["route:\n  receiver: a\n  group_wait: 3x\nreceivers:\n- name: a\n", 3, "route.group_wait"],
    [`${RECEIVER}  pagerduty_configs:\n  - routing_key: [x, y]\n`, 5, "receivers[0].pagerduty_configs[0].routing_key"],
    [
      `${RECEIVER}  webhook_configs:\n  - url: http://x\n    max_alerts: many\n`,
      6,
      "receivers[0].webhook_configs[0].max_alerts",
    ],
    ["route: {receiver: a\nreceivers:\n", 1, null],
    ["receivers: []\n", null, null],
  ])("%#", (source, line, key) => {
    expect(fault(source)).toMatchObject({ line, key });
  });

  test.each([
    `${RECEIVER}  webhook_configs:\n  - url: "::hush-hush"\n`,
    `${RECEIVER}  webhook_configs:\n  - url: http://x\n    http_config: {proxy_url: "::hush-hush"}\n`,
    `${RECEIVER}  webhook_configs:\n  - url: http://x\n    http_config: {basic_auth: {password: {hush-hush: hush}}}\n`,
    `${RECEIVER}  pagerduty_configs:\n  - routing_key: {a: hush-hush}\n`,
    `${RECEIVER}  slack_configs:\n  - api_url: "ftp://hush-hush/"\n`,
    `${RECEIVER}  pagerduty_configs:\n  - routing_key: *hush-hush\n`,
    `${RECEIVER}  pagerduty_configs:\n  - { send_resolved: true, routing_key: "\\q", service_key: hush-hush }\n`,
  ])("no secret is in it: %#", (source) => {
    expect(fault(source).message).not.toContain("hush");
  });
});
