import { expect, test } from "bun:test";
import { shownPlusConfig } from "./shown.ts";

test("our own settings are shown without what may be a secret", () => {
  const shown = shownPlusConfig(`
# a comment with hush
storage:
  postgres:
    url: postgres://me:hush@db/alerts
    password_file: /run/secrets/pg
    max_connections: 4
  redis: redis://:hush@redis
llm:
  api_key: hush
  base_url: https://hush.example
  api_key_file: /run/key
plugins:
  - {name: x, path: x.ts, options: {anything: hush, deep: [hush]}}
heartbeats:
  - {name: out, url: https://hc/hush, every: 1m}
access:
  tokens: [{name: ci, hash: hush}]
history: {retention: 30d}
`);
  expect(shown).not.toContain("hush");
  for (const text of ["/run/secrets/pg", "max_connections: 4", "/run/key", "x.ts", "30d", "<secret>"]) {
    expect(shown).toContain(text);
  }
});

test("an empty file is shown as empty", () => {
  expect(shownPlusConfig("")).toBe("");
});
