import { describe, expect, test } from "bun:test";
import { parsePlusConfig } from "../plus.ts";

const HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

function access(text: string) {
  return parsePlusConfig(`access:\n${text.replaceAll(/^/gm, "  ")}`, {}, "/etc/am").access;
}

test("without the key access is off", () => {
  const { enabled, anonymous, ingest, local } = parsePlusConfig("", {}).access;
  expect({ enabled, anonymous, ingest, local }).toEqual({
    enabled: false,
    anonymous: "viewer",
    ingest: "anonymous",
    local: "none",
  });
});

test("users and tokens have a role, an end and what they may silence", () => {
  const { users, tokens, session } = access(`
enabled: true
anonymous: none
ingest: token
session: 30m
users:
  alice: {role: admin}
  client.example: {role: responder, silences: ['team="db", env=~"dev|stage"', 'team="web"']}
tokens:
  - {name: prometheus, role: ingest, token_file: tokens/prometheus}
  - {name: ci, role: responder, hash: ${HASH.toUpperCase()}, expires: 2027-01-31T00:00:00+01:00, silences: []}
`);

  expect(session).toBe(1_800_000);
  expect(users.get("alice")).toEqual({ role: "admin", silences: undefined });
  expect(users.get("client.example")?.silences?.map((set) => set.map(String))).toEqual([
    ['team="db"', 'env=~"dev|stage"'],
    ['team="web"'],
  ]);
  expect(tokens).toEqual([
    {
      name: "prometheus",
      hash: "",
      token_file: "/etc/am/tokens/prometheus",
      role: "ingest",
      expires: undefined,
      silences: undefined,
    },
    { name: "ci", hash: HASH, token_file: "", role: "responder", expires: Date.UTC(2027, 0, 30, 23), silences: [] },
  ]);
});

describe("is refused with the place and what was expected:", () => {
  test.each([
    ["anonymous: admin", 'access.anonymous: "admin" is none of none, viewer, responder'],
    ["users: {alice: {}}", "access.users.alice: has no role; expected one of ingest, viewer, responder, admin"],
    ["users: {alice: {role: root}}", 'access.users.alice.role: "root" is none of'],
    [
      "users: {alice: {role: viewer, silences: ['a=b']}}",
      "access.users.alice: has silences, which limit what a responder may silence, but the role viewer",
    ],
    [
      "users: {alice: {role: responder, silences: ['{}']}}",
      'access.users.alice.silences[0]: "{}" holds no matcher: expected at least one',
    ],
    [
      "users: {alice: {role: responder, silences: ['a=~\"(\"']}}",
      "access.users.alice.silences[0]: error parsing regexp",
    ],
    ["tokens: [{role: viewer}]", "access.tokens[0]: has no name"],
    ["tokens: [{name: 'a b', role: viewer}]", 'access.tokens[0].name: "a b" is not allowed: expected 1 to 63 letters'],
    [
      "tokens: [{name: a, role: viewer}]",
      "access.tokens[0]: expected one of hash, the token's SHA-256, and token_file",
    ],
    [`tokens: [{name: a, role: viewer, hash: ${HASH}, token_file: x}]`, "access.tokens[0]: expected one of hash"],
    [`tokens: [{name: a, role: viewer, hash: ${HASH}, expires: soon}]`, 'access.tokens[0].expires: "soon" is no time'],
    [
      `tokens: [{name: a, role: viewer, hash: ${HASH}}, {name: a, role: viewer, token_file: x}]`,
      'access.tokens: there is more than one token named "a"',
    ],
    [
      `tokens: [{name: a, role: viewer, hash: ${HASH}}, {name: b, role: viewer, hash: ${HASH}}]`,
      'access.tokens: the token "b" is there under another name, too',
    ],
    ["session: 0s", "access.session"],
    ["role: admin", "access.role: unknown key"],
  ])("%s", (text, message) => {
    expect(() => access(text)).toThrow(message);
  });

  test("a hash that is none, without showing it: it may be the token itself", () => {
    expect(() => access("tokens: [{name: a, role: viewer, hash: amp_hush}]")).toThrow(
      /^line 2: access\.tokens\[0\]\.hash: is no hash of a token: expected its SHA-256, 64 hexadecimal digits$/,
    );
  });
});
