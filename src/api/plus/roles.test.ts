import { expect, test } from "bun:test";
import { createPlus, type PlusParts } from "./index.ts";

/** Stands for whatever an area is made of: only asked for when a request is answered. */
const anything: unknown = new Proxy(function stand() {}, {
  get: (_, name) =>
    name === Symbol.toPrimitive ? () => "" : name === Symbol.iterator ? [][Symbol.iterator] : anything,
  apply: () => anything,
  construct: () => anything as object,
});

/** All areas there are, those to come too. */
const parts = new Proxy({ base: "/api/plus/v1", version: "1" } as unknown as PlusParts, {
  get: (known, name) => (name in known ? known[name as keyof PlusParts] : anything),
});

const ENDPOINTS = createPlus(parts).endpoints.map(({ method, path, needs }) => ({ name: `${method} ${path}`, needs }));

/** Those of other methods than GET that change nothing: what they are asked is too much for a URL. */
const QUESTIONS: ReadonlySet<string> = new Set([
  "POST /config/validate",
  "POST /config/diff",
  "POST /config/routes/test",
  "POST /templates/preview",
  "POST /silences/preview",
  "POST /silences/schedules/preview",
]);

/** What a responder may change: the server keeps it, and asks nobody anything for it. */
const CHANGES: ReadonlySet<string> = new Set([
  "PUT /classifications/:fingerprint",
  "DELETE /classifications/:fingerprint",
  "POST /silences",
  "POST /silences/expire",
  "DELETE /silences/:id",
  "POST /silences/schedules",
  "PUT /silences/schedules/:id",
  "DELETE /silences/schedules/:id",
  "POST /acknowledgements",
  "DELETE /acknowledgements/:id",
  // Those that wait for an alert; for those that call a URL they ask for an admin themselves (test/promises/heartbeats.test.ts).
  "POST /heartbeats",
  "PUT /heartbeats/:id",
  "DELETE /heartbeats/:id",
]);

const FOR_ALL = ["GET /me", "POST /session", "DELETE /session"];

/** What has the server send a request, to an address that somebody may have chosen. */
const SENDS = [
  /^POST \/receivers\/:\w+\/test$/,
  /^POST .*\/retry$/,
  /^POST .*\/reclassify$/,
  /^POST \/config\/(?:apply|confirm)$/,
  /^POST .*\/rollback$/,
  /^POST \/restore$/,
  /^DELETE \/notifications\b/,
];

/** What shows what opens doors, or everything there is. */
const SECRETS = [/^\w+ \/tokens\b/, /^GET \/backup$/];

const names = (of: readonly { readonly name: string }[]) => of.map(({ name }) => name);

test("there are endpoints of all areas", () => {
  expect(names(ENDPOINTS)).toEqual(
    expect.arrayContaining(["GET /alerts", "POST /tokens", "POST /config/apply", "GET /backup", "GET /explain"]),
  );
  expect(new Set(names(ENDPOINTS)).size).toBe(ENDPOINTS.length);
});

test("whoever has no role finds out who they are, logs in and out, and nothing else", () => {
  expect(names(ENDPOINTS.filter(({ needs }) => needs === "nobody")).sort()).toEqual([...FOR_ALL].sort());
});

test("a viewer changes nothing", () => {
  const asked = ENDPOINTS.filter(({ name, needs }) => needs === "viewer" && !name.startsWith("GET "));
  expect(names(asked).filter((name) => !QUESTIONS.has(name))).toEqual([]);
});

test("a responder changes what is listed here, all of which is kept and sent nowhere", () => {
  const changes = ENDPOINTS.filter(({ name, needs }) => needs === "responder" && !name.startsWith("GET "));
  expect(names(changes).filter((name) => !CHANGES.has(name))).toEqual([]);
});

test("nothing has the server send a request without the role admin, nor shows what opens doors", () => {
  const guarded = ENDPOINTS.filter(({ name }) => [...SENDS, ...SECRETS].some((pattern) => pattern.test(name)));
  expect(guarded.length).toBeGreaterThan(5);
  expect(names(guarded.filter(({ needs }) => needs !== "admin"))).toEqual([]);
});
