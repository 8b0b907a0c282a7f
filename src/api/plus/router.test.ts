import { describe, expect, test } from "bun:test";
import { Type } from "@sinclair/typebox";
import { readQuery } from "./check.ts";
import { OPEN, type Caller, type Role } from "./caller.ts";
import { endpoint, noContent, ok } from "./endpoint.ts";
import { openAPI } from "./openapi.ts";
import { decodeCursor, encodeCursor, FILTERS, PAGE_QUERY } from "./paging.ts";
import { PROBLEM } from "./problem.ts";
import { Router } from "./router.ts";

const caller = (role: Role | undefined): Caller => ({ name: "jo", via: "token", role, silenceMatchers: null });

const shelves = endpoint({
  method: "GET",
  path: "/shelves",
  tag: "shelves",
  summary: "All shelves",
  needs: "viewer",
  query: Type.Object({ open: Type.Optional(Type.Boolean()), ...FILTERS, ...PAGE_QUERY }),
  answers: { 200: Type.Object({}) },
  answer: ({ query }) => ok(query),
});
const shelf = endpoint({
  method: "GET",
  path: "/shelves/:id",
  tag: "shelves",
  summary: "One shelf",
  needs: "viewer",
  answers: { 200: Type.Object({}) },
  answer: ({ params }) => ok({ shelf: params.id }),
});
const newest = endpoint({
  method: "GET",
  path: "/shelves/newest",
  tag: "shelves",
  summary: "The newest",
  needs: "viewer",
  answers: { 200: PROBLEM },
  answer: () => ok("newest"),
});
const put = endpoint({
  method: "PUT",
  path: "/shelves/:id",
  tag: "shelves",
  summary: "Change one",
  needs: "responder",
  body: Type.Object(
    { size: Type.Integer({ minimum: 1 }), key: Type.Optional(Type.String({ minLength: 5, writeOnly: true })) },
    { additionalProperties: false },
  ),
  maxBody: 100,
  answers: { 204: null },
  answer: () => noContent(),
});
const failing = endpoint({
  method: "POST",
  path: "/fail",
  tag: "shelves",
  summary: "Fails",
  needs: "admin",
  answers: { 204: null },
  answer: () => {
    throw new Error("the shelf fell");
  },
});

const endless = endpoint({
  method: "GET",
  path: "/watch",
  tag: "shelves",
  summary: "What happens to shelves",
  needs: "viewer",
  isEndless: true,
  answers: { 200: "text/event-stream" },
  answer: () => {
    throw new Error("nobody is there to end it");
  },
});

const ENDPOINTS = [shelves, shelf, newest, put, failing, endless];

async function ask(method: string, path: string, init: RequestInit & { role?: Role | "none" } = {}) {
  const errors: unknown[] = [];
  const role = init.role === "none" ? undefined : (init.role ?? "admin");
  const router = new Router(ENDPOINTS, { ...OPEN, callerOf: () => caller(role) }, (_, error) => errors.push(error));
  const [at = "", query = ""] = path.split("?");
  const reply = await router.answer(
    new Request(`http://localhost${path}`, { ...init, method }),
    undefined,
    query,
    router.find(method, at),
  );
  const text = reply instanceof Response ? await reply.text() : String(reply.body);
  return { status: reply.status, body: text === "" ? undefined : (JSON.parse(text) as unknown), errors };
}

const json = (value: unknown): RequestInit => ({
  body: JSON.stringify(value),
  headers: { "Content-Type": "application/json" },
});

describe("a request finds its endpoint", () => {
  test("by its path, a fixed one before one with a name in it", async () => {
    expect(await ask("GET", "/shelves/newest")).toMatchObject({ status: 200, body: "newest" });
    expect(await ask("GET", "/shelves/a%2Fb")).toMatchObject({ status: 200, body: { shelf: "a/b" } });
  });

  test("or is told why there is none", async () => {
    expect(await ask("GET", "/nothing")).toMatchObject({ status: 404 });
    expect(await ask("GET", "/shelves/")).toMatchObject({ status: 404 });
    expect(await ask("DELETE", "/shelves/a")).toMatchObject({
      status: 405,
      body: { detail: "/api/plus/v1/shelves/a takes GET, PUT, not DELETE" },
    });
  });
});

test("what has no end is not begun for one who asks for its head alone", async () => {
  expect(await ask("HEAD", "/watch")).toEqual({ status: 200, body: undefined, errors: [] });
  expect((await ask("HEAD", "/watch", { role: "none" })).status).toBeGreaterThanOrEqual(401);
});

describe("a query", () => {
  test("is read by its schema, with what is usual filled in", async () => {
    const { body } = await ask("GET", "/shelves?filter=a%3Db&filter=c&open=true&limit=7");
    expect(body).toEqual({ filter: ["a=b", "c"], open: true, limit: 7 });
    expect((await ask("GET", "/shelves")).body).toEqual({ limit: 100 });
  });

  test.each([
    ["?limit=0", "limit: expected integer to be greater or equal to 1, not 0"],
    ["?limit=many", 'limit: expected integer, not "many"'],
    ["?limit=1&limit=2", "limit: expected it once"],
    ["?open=yes", 'open: expected boolean, not "yes"'],
    ["?closed=true", "closed: no such parameter; expected one of cursor, filter, limit, open"],
  ])("%s is refused by name", async (query, detail) => {
    expect(await ask("GET", `/shelves${query}`)).toMatchObject({ status: 400, body: { status: 400, detail } });
  });

  test("has a place to go on from", () => {
    const cursor = encodeCursor(["é", 3]);
    expect(decodeCursor(cursor, ["string", "number"])).toEqual(["é", 3]);
    expect(decodeCursor(undefined, ["string"])).toBeUndefined();
    expect(() => decodeCursor(cursor, ["string"])).toThrow("cursor: expected the next of another page");
    expect(() => decodeCursor("%", ["string"])).toThrow("cursor: expected");
  });
});

describe("a body", () => {
  test.each<[string, RequestInit, number, string | undefined]>([
    ["that fits is taken", json({ size: 1 }), 204, undefined],
    ["that lacks something", json({}), 400, "size: is missing"],
    ["with something unknown", json({ size: 1, colour: 2 }), 400, "colour: no such key"],
    ["of another value", json({ size: "x" }), 400, 'size: expected integer, not "x"'],
    [
      "with a secret that does not fit",
      json({ size: 1, key: "hide" }),
      400,
      "key: expected string length greater or equal to 5",
    ],
    ["that is no JSON", { ...json(0), body: "{" }, 400, "the body is no JSON"],
    ["that is too large", json({ size: 1, key: "x".repeat(100) }), 413, "a body of more than 100 bytes"],
    ["of another type", { body: "{}" }, 415, "Content-Type: expected application/json, and none came"],
  ])("%s", async (_, init, status, detail) => {
    const answer = await ask("PUT", "/shelves/a", init);
    expect(answer.status).toBe(status);
    if (detail !== undefined) expect(answer.body).toMatchObject({ detail });
  });
});

describe("who may", () => {
  test("is decided by role", async () => {
    expect(await ask("PUT", "/shelves/a", { ...json({ size: 1 }), role: "responder" })).toMatchObject({ status: 204 });
    expect(await ask("PUT", "/shelves/a", { ...json({ size: 1 }), role: "viewer" })).toMatchObject({
      status: 403,
      body: { detail: "this takes the role responder; jo has the role viewer" },
    });
    expect(await ask("GET", "/shelves", { role: "none" })).toMatchObject({ status: 403 });
  });

  test("no page of another site changes anything, whatever the role", async () => {
    const { headers, body } = json({ size: 1 }) as { headers: Record<string, string>; body: string };
    const from = (more: Record<string, string>) => ask("PUT", "/shelves/a", { body, headers: { ...headers, ...more } });
    expect((await from({ "Sec-Fetch-Site": "cross-site" })).status).toBe(403);
    expect((await from({ Origin: "http://evil.example" })).status).toBe(403);
    expect((await from({ "Sec-Fetch-Site": "same-origin" })).status).toBe(204);
  });
});

test("what goes wrong is a problem to the client and an error to the log", async () => {
  const { status, body, errors } = await ask("POST", "/fail");
  expect(status).toBe(500);
  expect(body).toMatchObject({ title: "Internal Server Error", detail: "the shelf fell" });
  expect(errors).toEqual([new Error("the shelf fell")]);
});

test("the document is made of the endpoints", () => {
  const document = openAPI(ENDPOINTS, "/am/api/plus/v1", "1");
  expect(document).toMatchObject({
    openapi: "3.1.0",
    servers: [{ url: "/am/api/plus/v1" }],
    paths: {
      "/shelves": { get: { operationId: "getShelves", "x-role": "viewer" } },
      "/shelves/{id}": {
        put: {
          parameters: [{ name: "id", in: "path", required: true }],
          requestBody: { content: { "application/json": { schema: { type: "object", required: ["size"] } } } },
          responses: { 204: { description: "Done" } },
        },
      },
      "/shelves/newest": {
        get: {
          responses: { 200: { content: { "application/json": { schema: { $ref: "#/components/schemas/Problem" } } } } },
        },
      },
    },
    components: { schemas: { Problem: { type: "object", required: ["type", "title", "status", "detail"] } } },
  });
});

test.each([
  ["2026-02-28T00:00:00Z", true],
  ["2028-02-29T23:59:59.999+02:00", true],
  ["0001-01-01T00:00:00Z", true],
  ["9999-12-31T23:59:59Z", true],
  ["2026-02-29T00:00:00Z", false],
  ["2026-04-31T00:00:00Z", false],
  ["2026-13-01T00:00:00Z", false],
  ["2026-01-00T00:00:00Z", false],
  ["2026-01-01T25:00:00Z", false],
  ["2026-01-01", false],
])("%s is a time: %p", (text, isTime) => {
  const schema = Type.Object({ at: Type.String({ format: "date-time" }) });
  const read = () => readQuery(`at=${encodeURIComponent(text)}`, schema);
  if (isTime) expect(read()).toEqual({ at: text });
  else expect(read).toThrow(/^at: expected/);
});
