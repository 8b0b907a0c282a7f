import { describe, expect, test } from "bun:test";
import { Refusal } from "./refusal.ts";
import { secretOf } from "./secret.ts";
import { readTarget } from "./target.ts";

function secret(config: unknown, scope: { annotations?: object; labels?: object } = {}) {
  const data = typeof config === "string" ? config : Buffer.from(JSON.stringify(config)).toString("base64");
  return secretOf({
    metadata: { namespace: "ns", name: "one", resourceVersion: "7", ...scope },
    data: { config: data },
  });
}

function refusal(config: unknown): { key: string; message: string } {
  try {
    readTarget(secret(config));
  } catch (error) {
    if (error instanceof Refusal) return { key: error.key, message: error.message };
  }
  throw new Error("it was not refused");
}

const item = (config: object) => readTarget(secret(config)).receiver;

describe("a target", () => {
  test("is JSON in the Secret's config, or JSON in base64 there", () => {
    const json = JSON.stringify({ name: "hook", type: "webhook", url: "http://h/" });
    const once = Buffer.from(json).toString("base64");
    const twice = Buffer.from(once).toString("base64");
    const expected = { list: "webhook_configs", item: { url: "http://h/" } };
    expect(readTarget(secret(once)).receiver).toEqual(expected);
    expect(readTarget(secret(twice)).receiver).toEqual(expected);
  });

  test("is for the receivers of its annotation, of its label, or for all", () => {
    const config = { type: "webhook", url: "http://h/" };
    const scope = { "amp.receiver": "a, b,,c" };
    expect(readTarget(secret(config, { annotations: scope })).receivers).toEqual(["a", "b", "c"]);
    expect(readTarget(secret(config, { labels: { "amp.receiver": "a" } })).receivers).toEqual(["a"]);
    expect(readTarget(secret(config)).receivers).toEqual([]);
  });

  test("has the headers of its requests, credentials apart", () => {
    const headers = { Authorization: "Bearer tok", "X-Scope": "s", "Content-Type": "application/json" };
    expect(item({ type: "webhook", url: "http://h/", headers, http_config: { timeout: "3s" } })).toEqual({
      list: "webhook_configs",
      item: {
        url: "http://h/",
        timeout: "3s",
        http_config: {
          authorization: { type: "Bearer", credentials: "tok" },
          http_headers: { "X-Scope": { secrets: ["s"] } },
        },
      },
    });
    const basic = { Authorization: `Basic ${btoa("ann:p:w")}` };
    expect(item({ type: "webhook", url: "http://h/", headers: basic }).item["http_config"]).toEqual({
      basic_auth: { username: "ann", password: "p:w" },
    });
  });

  test.each([
    [
      { type: "pagerduty", url: "https://events.pagerduty.com", headers: { routing_key: "k" } },
      { list: "pagerduty_configs", item: { url: "https://events.pagerduty.com/v2/enqueue", routing_key: "k" } },
    ],
    [
      { type: "telegram", headers: { bot_token: "1:t", chat_id: "-1001" } },
      { list: "telegram_configs", item: { bot_token: "1:t", chat_id: -1001 } },
    ],
    [
      { type: "opsgenie", headers: { Authorization: "GenieKey k" }, receiver_config: { priority: "P1" } },
      { list: "opsgenie_configs", item: { api_key: "k", priority: "P1" } },
    ],
    [
      { type: "webhook", format: "slack", url: "https://hooks/x" },
      { list: "slack_configs", item: { api_url: "https://hooks/x" } },
    ],
    [
      {
        type: "email",
        headers: {
          smtp_host: "mail",
          smtp_from: "a@b",
          smtp_to: "c@d",
          smtp_username: "u",
          smtp_password: "p",
          Subject: "s",
        },
      },
      {
        list: "email_configs",
        item: {
          smarthost: "mail:587",
          from: "a@b",
          to: "c@d",
          auth_username: "u",
          auth_password: "p",
          headers: { Subject: "s" },
        },
      },
    ],
  ])("%j is the receiver %j", (config, expected) => {
    expect(item(config)).toEqual(expected);
  });

  test.each([
    ["bm90IGpzb24=", "config"],
    [["a"], "config"],
    [{ type: "webhook", url: "http://h/", password: "hunter22" }, "config"],
    [{ type: "rootly", url: "http://h/" }, "type"],
    [{ type: "sns" }, "type"],
    [{ type: "__proto__" }, "type"],
    [{ type: "slack", url: "http://h/", format: "pagerduty" }, "format"],
    [{ type: "webhook", url: "http://h/", name: "Not_DNS" }, "name"],
    [{ type: "webhook", url: "http://h/", enabled: "yes" }, "enabled"],
    [{ type: "webhook", url: 7 }, "url"],
    [{ type: "webhook", url: "http://h/", headers: { Authorization: "hunter22" } }, "headers.Authorization"],
    [{ type: "telegram", headers: { bot_token: "t", chat_id: "hunter22" } }, "headers.chat_id"],
    [{ type: "webhook", url: "http://h/", http_config: { bearer_token_file: "/etc/hunter22" } }, "http_config"],
    [{ type: "webhook", url: "http://h/", http_config: { tls_config: { ca_file: "/hunter22" } } }, "http_config"],
    [{ type: "webhook", receiver_config: { url_file: "/etc/hunter22" } }, "receiver_config"],
    [{ type: "webhook", url: "http://h/", filter_config: { severity: "hunter22" } }, "filter_config.severity"],
    [{ type: "webhook", url: "http://h/", filter_config: { hunter22: 1 } }, "filter_config"],
    [{ type: "webhook", url: "http://h/", filter_config: { labels: ["hunter22"] } }, "filter_config.labels"],
    [
      { type: "webhook", url: "http://h/", filter_config: { labels: { a: { b: "hunter22" } } } },
      "filter_config.labels",
    ],
    [{ type: "webhook", url: "http://h/", filter_config: { minConfidence: 2 } }, "filter_config.minConfidence"],
  ])("%j is refused by the key %s", (config, key) => {
    const { key: named, message } = refusal(config);
    expect(named).toBe(key);
    expect(message).not.toContain("hunter22");
  });

  test("is refused where the Secret has no config, or too much of it", () => {
    const metadata = { namespace: "ns", name: "one", resourceVersion: "7" };
    expect(() => readTarget(secretOf({ metadata }))).toThrow("the Secret has no such key");
    expect(() => readTarget(secret("A".repeat(70_000)))).toThrow("is larger than 65536 bytes");
  });
});
