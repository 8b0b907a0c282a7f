import { describe, expect, test } from "bun:test";
import { ConfigError } from "./error.ts";
import { parsePlusConfig, readPlusConfig } from "./plus.ts";
import { CLASSIFICATION_DEFAULTS } from "./plus/classification.ts";
import { ACCESS_DEFAULTS } from "./plus/access.ts";
import { KUBERNETES_DEFAULTS } from "./plus/kubernetes.ts";
import { LLM_DEFAULTS } from "./plus/llm.ts";
import { SILENCE_DEFAULTS } from "./plus/silences.ts";

const PUBLISHING = { fallback: "", rate_limit: new Map(), plugins: new Map() };
const ALONE = { sync: "normal", postgres: undefined, redis: undefined } as const;
const REPLICA = { name: "", address: "" };
const DEFAULTS = {
  storage: ALONE,
  replica: REPLICA,
  plugins: [],
  publishing: PUBLISHING,
  history: { retention: 1_209_600_000, max_size: 8_388_608 },
  config: { apply: false },
  classification: CLASSIFICATION_DEFAULTS,
  llm: LLM_DEFAULTS,
  kubernetes: KUBERNETES_DEFAULTS,
  heartbeats: [],
  access: ACCESS_DEFAULTS,
  silences: SILENCE_DEFAULTS,
} as const;

describe("our own settings", () => {
  test("have defaults without a file and with an empty one", () => {
    expect(readPlusConfig(undefined, {})).toEqual(DEFAULTS);
    expect(parsePlusConfig("", {})).toEqual(DEFAULTS);
    expect(parsePlusConfig("storage:\nhistory: {}\n", {})).toEqual(DEFAULTS);
  });

  test("are read with their units", () => {
    const text = "storage:\n  sync: full\nhistory:\n  retention: 1w\n  max_size: 1.5 MiB\n";

    expect(parsePlusConfig(text, {})).toEqual({
      ...DEFAULTS,
      storage: { ...ALONE, sync: "full" },
      history: { retention: 604_800_000, max_size: 1_572_864 },
    });
  });

  test("take values from the environment", () => {
    const text = "storage: {sync: '${SYNC}'}\nhistory:\n  retention: ${A:-2}${B:-d}\n  max_size: ${SIZE:-10kB}\n";

    expect(parsePlusConfig(text, { SYNC: "full", B: "" })).toEqual({
      ...DEFAULTS,
      storage: { ...ALONE, sync: "full" },
      history: { retention: 172_800_000, max_size: 10_000 },
    });
  });

  test("name a fallback receiver and rate limits by receiver", () => {
    const text = "publishing:\n  fallback: ops\n  rate_limit:\n    chat: {every: 30s, burst: 5}\n    mail: {}\n";

    expect(parsePlusConfig(text, {}).publishing).toEqual({
      fallback: "ops",
      rate_limit: new Map([
        ["chat", { every: 30_000, burst: 5 }],
        ["mail", { every: 60_000, burst: 1 }],
      ]),
      plugins: new Map(),
    });
  });

  test.each([
    [
      "publishing:\n  rate_limit:\n    a: {burst: 0}\n",
      'line 3: publishing.rate_limit.a.burst: "0" is not allowed: expected a whole number from 1 on',
    ],
    ["storage:\n  sync: fast\n", 'line 2: storage.sync: "fast" is none of normal, full'],
    ["storage:\n  sync: [full]\n", "line 2: storage.sync: holds a sequence; expected one value"],
    ["storage:\n  sync: full\n  sync: full\n", "line 3: storage.sync: given twice"],
    ["storage: full\n", "line 1: storage: expected a mapping with the keys sync, postgres, redis"],
    [
      "\nstorag: {}\n",
      "line 2: storag: unknown key; expected one of storage, replica, publishing, history, config, classification, llm, plugins, kubernetes, heartbeats, silences, access",
    ],
    [
      "history:\n  retention: 14\n",
      'line 2: history.retention: "14" is not allowed: expected a duration such as 14d or 12h30m',
    ],
    [
      "history:\n  retention: 0s\n",
      'line 2: history.retention: "0s" is not allowed: expected a duration such as 14d or 12h30m',
    ],
    [
      "history:\n  max_size: 8Mi\n",
      'line 2: history.max_size: "8Mi" is not allowed: expected a number of bytes such as 8MiB or 10000000',
    ],
    [
      "storage:\n  sync: ${NOWHERE}\n",
      "line 2: storage.sync: the environment variable NOWHERE is not set and has no default",
    ],
    ["storage:\n  sync: $${SYNC}\n", 'line 2: storage.sync: "${SYNC}" is none of normal, full'],
    [
      "storage:\n  sync: ${S Y}\n",
      'line 2: storage.sync: "${S Y}" holds "${S Y}"; expected ${NAME} or ${NAME:-default}',
    ],
    ["a: b: c\n", "yaml: mapping values are not allowed in this context"],
    [
      "- a\n",
      "line 1: expected a mapping with the keys storage, replica, publishing, history, config, classification, llm, plugins, kubernetes, heartbeats, silences, access",
    ],
  ])("%j is refused", (text, message) => {
    expect(() => parsePlusConfig(text, {})).toThrow(new ConfigError(message));
  });

  test("a file that is not there is named", () => {
    expect(() => readPlusConfig("/nowhere/plus.yml", {})).toThrow(/^\/nowhere\/plus\.yml: ENOENT/);
  });
});
