import { afterEach, expect, test } from "bun:test";
import { bareMetrics } from "../metrics/bare.ts";
import { createMatcherParser } from "../core/model/matcher-parse.ts";
import { createLogger } from "../server/logger.ts";
import { parseTemplates, parseTemplateSyntax } from "../template/index.ts";
import { EMPTY_LABELS } from "../core/model/labels.ts";
import { secretOf, type TargetSecret } from "./secret.ts";
import { SecretTargets } from "./targets.ts";

const open: SecretTargets[] = [];
afterEach(() => {
  for (const targets of open.splice(0)) targets.close();
});

/** Targets of Secrets in the test's hands. */
function start() {
  const known = new Map<string, TargetSecret>();
  const log: string[] = [];
  let tell = () => undefined as void;
  const targets = new SecretTargets(
    {
      all: () => [...known.values()],
      ignored: 0,
      listen: (listener) => {
        tell = listener;
        return () => true;
      },
    },
    {
      templates: parseTemplates([]),
      externalUrl: "http://alertmanager",
      log: createLogger({ level: "debug", format: "logfmt", write: (line) => log.push(line) }),
      dialer: bareMetrics().dialer,
      environment: {},
      receivers: new Set(["r"]),
      grammar: {
        parser: createMatcherParser("fallback", () => undefined),
        matcherMode: "fallback",
        checkTemplate: (text) => parseTemplateSyntax(text, "builtin"),
      },
      classify: () => {
        throw new Error("nobody asks");
      },
    },
  );
  open.push(targets);
  let version = 0;
  return {
    targets,
    log,
    put(name: string, config: object) {
      const metadata = { namespace: "ns", name, resourceVersion: String(++version) };
      const secret = secretOf({ metadata, data: { config: btoa(JSON.stringify(config)) } });
      known.set(secret.id, secret);
      tell();
    },
    remove(name: string) {
      known.delete(`ns/${name}`);
      tell();
    },
  };
}

test("a target keeps its place in the notification log whatever else comes and goes", () => {
  const { targets, put, remove } = start();
  const places = () => targets.targets("r").map(({ receiver, type, index }) => [receiver, type, index]);
  put("a", { type: "webhook", url: "http://127.0.0.1:9/" });
  put("b", { type: "slack", url: "http://127.0.0.1:9/" });
  expect(places()).toEqual([
    ["r", "secret:ns:a", 0],
    ["r", "secret:ns:b", 0],
  ]);
  const [, before] = targets.targets("r");
  remove("a");
  expect(places()).toEqual([["r", "secret:ns:b", 0]]);
  expect(targets.targets("r")[0]?.publisher).toBe(before?.publisher as never);
  put("b", { type: "pagerduty", headers: { routing_key: "k" } });
  expect(places()).toEqual([["r", "secret:ns:b", 0]]);
});

test("send_resolved is as the type has it unless the target says", () => {
  const { targets, put } = start();
  put("slack", { type: "slack", url: "http://127.0.0.1:9/" });
  put("slack-too", { type: "slack", url: "http://127.0.0.1:9/", filter_config: { send_resolved: true } });
  put("webhook", { type: "webhook", url: "http://127.0.0.1:9/" });
  expect(targets.targets("r").map(({ sendResolved }) => sendResolved)).toEqual([false, true, true]);
});

test.each([
  { type: "webhook", url: "hunter22://hunter22.example/hunter22" },
  { type: "webhook", url: "http://h/", http_config: { proxy_url: "http://[hunter22" } },
  { type: "webhook", url: "http://h/", http_config: { hunter22hunter22: "hunter22" } },
  { type: "telegram", headers: { bot_token: "hunter22", chat_id: "1", parse_mode: "hunter22" } },
  { type: "webhook", url: "http://h/", http_config: { tls_config: { ca: "hunter22", min_version: "hunter22" } } },
  { type: "pagerduty", headers: { routing_key: "k" }, receiver_config: { images: "hunter22" } },
])("what the reader of alertmanager.yml refuses is left out, and %j is not shown", (config) => {
  const { targets, put, log } = start();
  put("bad", config);
  expect(targets.targets("r")).toEqual([]);
  expect(log.join("")).toContain("secret=ns/bad");
  expect(log.join("")).not.toContain("hunter22");
});

test("why a target was not told shows nothing of its Secret", async () => {
  const { targets, put } = start();
  put("a", {
    type: "pagerduty",
    url: "http://127.0.0.1:9/v2/hunter22",
    headers: { routing_key: "hunter22" },
  });
  const result = await targets.targets("r")[0]?.publisher.publish(
    {
      groupKey: "{}",
      groupLabels: EMPTY_LABELS,
      routeLabels: EMPTY_LABELS,
      receiver: "r",
      alerts: [],
      reason: "first notification",
      now: 0,
      repeatInterval: 1,
      receiverData: {},
      idempotencyKey: "k",
    },
    new AbortController().signal,
  );
  expect(result?.ok).toBe(false);
  expect(JSON.stringify(result)).not.toContain("hunter22");
  expect(JSON.stringify(result)).toContain("connection refused");
});
