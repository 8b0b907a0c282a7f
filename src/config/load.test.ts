import { describe, expect, test } from "bun:test";
import { inspect } from "node:util";
import { createMatcherParser, type MatcherMode } from "../core/model/matcher-parse.ts";
import { ConfigError } from "./error.ts";
import { loadConfig } from "./load.ts";

// What is refused and how all of it prints is compared with the real Alertmanager in test/compat/config.

function load(yaml: string | Uint8Array, mode: MatcherMode = "fallback") {
  return loadConfig(yaml, {
    baseDir: "/etc/am",
    parser: createMatcherParser(mode, () => undefined),
    matcherMode: mode,
    checkTemplate: () => undefined,
  });
}

const receiver = (body: string, more = "") => `route:\n  receiver: r\n${more}receivers:\n- name: r\n${body}`;

describe("a loaded configuration", () => {
  test("merges the deprecated matchers of a route with the others and sorts them", () => {
    const { config } = load(
      receiver("", "  routes:\n  - match: {z: '1', a: b}\n    match_re: {m: 'x.*'}\n    matchers: ['c!=d', 'a=~e']\n"),
    );

    expect(config.route.routes[0]?.matchers.join()).toBe('a="b",a=~"e",c!="d",m=~"^(?:x.*)$",z="1"');
  });

  test("merges those of an inhibition rule", () => {
    const { config } = load(
      receiver("", "inhibit_rules:\n- source_match: {b: c}\n  source_matchers: [a=d]\n  target_match_re: {t: u}\n"),
    );

    expect(config.inhibit_rules[0]?.source_matchers.join()).toBe('a="d",b="c"');
    expect(config.inhibit_rules[0]?.target_matchers.join()).toBe('t=~"^(?:u)$"');
  });

  test("tells a route without group_by from one with none", () => {
    const { config } = load(receiver("", "  routes:\n  - {}\n  - group_by: []\n  - group_by: ~\n"));

    expect(config.route.routes.map((route) => route.group_by)).toEqual([undefined, [], undefined]);
  });

  test("has durations in ms and integers whole", () => {
    const { config } = load(
      receiver(
        "  webhook_configs:\n  - url: http://x\n    timeout: 1m30s\n    max_alerts: 18446744073709551615\n  telegram_configs:\n  - chat_id: -1001234567890\n    bot_token: t\n",
        "  group_wait: 0s\n  repeat_interval: 1d\n",
      ),
    );

    expect(config.global.resolve_timeout).toBe(300_000);
    expect(config.route.group_wait).toBe(0);
    expect(config.route.group_interval).toBeUndefined();
    expect(config.route.repeat_interval).toBe(86_400_000);
    expect(config.receivers[0]?.webhook_configs[0]).toMatchObject({ timeout: 90_000, max_alerts: 2n ** 64n - 1n });
    expect(config.receivers[0]?.telegram_configs[0]?.chat_id).toBe(-1001234567890n);
  });

  test("gives every integration an http_config, the global one or its own whole", () => {
    const { config } = load(
      receiver(
        "  webhook_configs:\n  - url: http://x\n  - url: http://y\n    http_config: {enable_http2: false}\n",
        "global:\n  http_config: {follow_redirects: false}\n",
      ),
    );

    const [inherited, own] = config.receivers[0]?.webhook_configs ?? [];
    expect(inherited?.http_config).toMatchObject({ follow_redirects: false, enable_http2: true });
    expect(own?.http_config).toMatchObject({ follow_redirects: true, enable_http2: false });
  });

  test("turns a bearer token into an authorization", () => {
    const { config } = load(receiver("  webhook_configs:\n  - url: http://x\n    http_config: {bearer_token: b}\n"));

    const http = config.receivers[0]?.webhook_configs[0]?.http_config;
    expect(http?.bearer_token).toBeUndefined();
    expect(http?.authorization).toMatchObject({ type: "Bearer" });
    expect(http?.authorization?.credentials?.reveal()).toBe("b");
  });

  test("resolves paths against the file's directory where upstream does", () => {
    const { config } = load(
      receiver(
        "  webhook_configs:\n  - url_file: u\n    http_config: {tls_config: {ca_file: ca}, basic_auth: {password_file: ../p}}\n  incidentio_configs:\n  - url_file: u\n    alert_source_token: t\n    http_config: {tls_config: {ca_file: ca}}\n",
        "templates: ['*.tmpl', /abs]\n",
      ),
    );

    const { webhook_configs, incidentio_configs } = config.receivers[0] ?? {};
    expect(config.templates).toEqual(["/etc/am/*.tmpl", "/abs"]);
    expect(webhook_configs?.[0]?.url_file).toBe("u");
    expect(webhook_configs?.[0]?.http_config.tls_config.ca_file).toBe("/etc/am/ca");
    expect(webhook_configs?.[0]?.http_config.basic_auth?.password_file).toBe("/etc/p");
    expect(incidentio_configs?.[0]?.http_config.tls_config.ca_file).toBe("ca");
  });

  test("leaves out items that are null", () => {
    const { config } = load(
      receiver(
        "  slack_configs:\n  - ~\n  - fields: [~, {title: t, value: v}]\n",
        "global: {slack_api_url: 'http://s'}\n",
      ),
    );

    expect(config.receivers[0]?.slack_configs).toHaveLength(1);
    expect(config.receivers[0]?.slack_configs[0]?.fields).toHaveLength(1);
  });

  test("has tracing only if the file has", () => {
    expect(load(receiver("")).config.tracing).toBeUndefined();
    expect(load(receiver("", "tracing: {endpoint: 'h:1'}\n")).config.tracing?.client_type).toBe("grpc");
  });

  test("keeps names that objects have of their own apart", () => {
    const { config } = load(receiver("", "  labels: {__proto__: a, constructor: b}\n"));

    expect(Object.entries(config.route.labels)).toEqual([
      ["__proto__", "a"],
      ["constructor", "b"],
    ]);
  });

  test("is hashed by the file's bytes", () => {
    // As the metric of the real one showed for this text.
    expect(load("route:\n  receiver: r\nreceivers:\n- name: r\n").hash).toBe(66_547_401_729_705);
  });
});

describe("the names of labels", () => {
  test.each([
    ["fallback", "a-b", true],
    ["utf8-strict", "a b", true],
    ["classic", "a-b", false],
    ["classic", "a_b", true],
  ] as const)("in %s mode: %s", (mode, name, allowed) => {
    const yaml = receiver("", `  group_by: ['${name}']\n`);

    if (allowed) expect(load(yaml, mode).config.route.group_by).toEqual([name]);
    else expect(() => load(yaml, mode)).toThrow(new ConfigError(`invalid label name "${name}" in group_by list`));
  });
});

describe("what is no configuration", () => {
  test("bytes that are not UTF-8 are refused", () => {
    expect(() => load(Uint8Array.of(0x61, 0x3a, 0x20, 0xff))).toThrow(
      new ConfigError("yaml: invalid leading UTF-8 octet"),
    );
  });

  test("nesting has an end", () => {
    const deep = `  webhook_configs:\n  - url: http://x\n    payload: ${"[".repeat(3000)}${"]".repeat(3000)}\n`;

    expect(() => load(receiver(deep))).toThrow(new ConfigError("yaml: exceeded max depth of 2000"));
    expect(() => load("[".repeat(100_000))).toThrow(new ConfigError("yaml: exceeded max depth of 10000"));
  });

  test("aliases may not multiply without end", () => {
    const level = (name: string, of: string) => `    - &${name} [${Array.from({ length: 10 }, () => of).join(", ")}]\n`;
    const bomb = `${level("a", "x")}${level("b", "*a")}${level("c", "*b")}${level("d", "*c")}${level("e", "*d")}`;

    expect(() => load(receiver(`  webhook_configs:\n  - url: http://x\n    payload:\n${bomb}`))).toThrow(
      new ConfigError("yaml: document contains excessive aliasing"),
    );
  });
});

describe("secrets", () => {
  const loaded = load(
    receiver(
      "  webhook_configs:\n  - url: http://h/s3cret-1\n    http_config:\n      basic_auth: {password: s3cret-2}\n      proxy_url: http://u:s3cret-3@p\n      http_headers: {X-A: {secrets: [s3cret-4]}}\n  slack_configs:\n  - api_url: http://s/s3cret-5\n  pagerduty_configs:\n  - routing_key: s3cret-6\n",
      "global:\n  smtp_auth_password: s3cret-7\n  rocketchat_token: s3cret-8\n",
    ),
  );

  test.each([
    ["the printed configuration", () => loaded.original],
    ["JSON", () => JSON.stringify(loaded.config, (_, value) => (typeof value === "bigint" ? Number(value) : value))],
    ["what a debugger shows", () => inspect(loaded.config, { depth: 20, showHidden: true })],
    ["text", () => `${loaded.config.global.smtp_auth_password}`],
  ])("are not in %s", (_, show) => {
    expect(show()).not.toContain("s3cret");
  });

  test("are there for whoever sends them", () => {
    const { webhook_configs } = loaded.config.receivers[0] ?? {};
    expect(webhook_configs?.[0]?.url?.reveal()).toBe("http://h/s3cret-1");
    expect(webhook_configs?.[0]?.http_config.proxy_url?.reveal()).toBe("http://u:s3cret-3@p");
  });
});
