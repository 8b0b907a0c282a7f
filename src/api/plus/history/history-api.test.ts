import { expect, test } from "bun:test";
import { createMatcherParser } from "../../../core/model/matcher-parse.ts";
import { HistoryList } from "../../../core/history/select.ts";
import type { HistoryReader, HistoryRow } from "../../../core/interfaces/history.ts";
import { StorageError } from "../../../core/interfaces/storage.ts";
import { labelSetFromObject } from "../../../core/model/labels.ts";
import { OPEN, type Role } from "../caller.ts";
import { Router } from "../router.ts";
import { historyEndpoints } from "./index.ts";

const NOW = Date.parse("2026-11-24T12:00:00Z");
const MINUTE = 60_000;
const labels = labelSetFromObject({ alertname: "A", team: "x" });
const ROWS: readonly HistoryRow[] = [
  { at: NOW - 3 * MINUTE, kind: "alert", change: "firing", subject: labels.fingerprint, labels, detail: {} },
  {
    at: NOW - 2 * MINUTE,
    kind: "access",
    change: "login",
    subject: "t1",
    actor: { name: "ann", via: "token" },
    detail: {},
  },
  { at: NOW - MINUTE, kind: "alert", change: "resolved", subject: labels.fingerprint, labels, detail: {} },
];

function reader(): HistoryReader {
  const list = new HistoryList();
  list.add(ROWS);
  return {
    readHistory: () => Promise.reject(new Error("not asked")),
    searchHistory: (query) => Promise.resolve(list.search(query)),
    historyStats: (query) => Promise.resolve(list.stats(query)),
  };
}

async function ask(path: string, role: Role = "admin", of = reader()) {
  const parts = {
    reader: of,
    source: () => of,
    matchers: createMatcherParser("fallback", () => undefined),
    now: () => NOW,
  };
  const callers = { ...OPEN, callerOf: () => ({ name: "me", via: "token" as const, role, silenceMatchers: null }) };
  const router = new Router(historyEndpoints(parts), callers, (_, error) => {
    throw error;
  });
  const [plain = "", query = ""] = path.split("?");
  const request = new Request(`http://localhost${path}`);
  const answer = await router.answer(request, undefined, query, router.find("GET", plain));
  const text = answer instanceof Response ? await answer.text() : String(answer.body);
  return {
    status: answer.status,
    text,
    value: (text.startsWith("{") && !text.includes("}\n{") ? JSON.parse(text) : {}) as Record<string, unknown>,
  };
}

const changes = ({ value }: { value: Record<string, unknown> }) =>
  (value["items"] as { kind: string; change: string }[]).map(({ kind, change }) => `${kind} ${change}`);

test("newest first, page by page", async () => {
  const first = await ask("/history?limit=2");
  expect(changes(first)).toEqual(["alert resolved", "access login"]);
  expect(first.value["items"]).toMatchObject([
    {
      at: "2026-11-24T11:59:00.000Z",
      fingerprint: labels.fingerprint,
      labels: { alertname: "A" },
      summary: "A is resolved",
    },
    { subject: "t1", actor: { name: "ann", via: "token" }, fingerprint: null },
  ]);
  const second = await ask(`/history?limit=2&cursor=${String(first.value["next"])}`);
  expect([changes(second), second.value["next"]]).toEqual([["alert firing"], null]);
});

test("what has to do with access is for administrators", async () => {
  expect(changes(await ask("/history", "viewer"))).toEqual(["alert resolved", "alert firing"]);
  expect((await ask("/history?kind=access", "viewer")).status).toBe(403);
  expect((await ask("/history/export", "viewer")).text).not.toContain("login");
});

test("one alert's life, and all of it as lines", async () => {
  expect(changes(await ask(`/history/alert/${labels.fingerprint}?order=asc`))).toEqual([
    "alert firing",
    "alert resolved",
  ]);
  const { text } = await ask("/history/export?order=asc");
  const kinds = text
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as { kind: string }).kind);
  expect(kinds).toEqual(["alert", "access", "alert"]);
});

test("counts by a label", async () => {
  const { value } = await ask("/history/stats?by=label:team&step=1d");
  expect(value).toMatchObject({ top: [{ key: "x", firing: 1 }], total: { firing: 1, resolved: 1, alerts: 1 } });
});

test.each([
  ["/history?filter=nonsense%7B", "filter: expected matchers"],
  ["/history?from=2026-11-25T00:00:00Z&to=2026-11-24T00:00:00Z", "from: expected a time before"],
  ["/history?kind=weather", "kind"],
  ["/history?colour=red", "colour"],
  ["/history?cursor=xyz", "cursor: expected the next"],
  ["/history/stats?by=moon", "by: expected alertname"],
  ["/history/stats?step=1ms", "step: expected one that makes at most 2000 buckets"],
  ["/history/stats?step=soon", "step: expected a duration"],
])("%s is refused by name", async (path, message) => {
  const { status, text } = await ask(path);
  expect(status).toBe(400);
  expect(text).toContain(message);
});

test("a history that cannot be read says so", async () => {
  const broken = () => Promise.reject(new StorageError("failed", "history.db is damaged"));
  const of = { readHistory: broken, searchHistory: broken, historyStats: broken };
  for (const path of ["/history", "/history/stats", "/history/export"]) {
    const { status, text } = await ask(path, "admin", of);
    expect([status, text.includes("history.db is damaged")]).toEqual([503, true]);
  }
});
