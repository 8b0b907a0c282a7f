import { expect, test } from "bun:test";
import { redaction } from "./redact.ts";

const url = "https://user:pa55w0rd-x@hooks.example/services/T000/B000?key=abc";
const { redact, longest } = redaction({
  url,
  nested: [{ token: "tok-12345678" }],
  key: "-----BEGIN KEY-----\nMIIEvQIBADANBg\n-----END KEY-----",
  channel: "#ops",
  retries: 123_456_789,
});

test("nothing of the options is shown that may be a secret", () => {
  expect(redact(`cannot POST ${url}: refused`)).toBe("cannot POST <secret>: refused");
  expect(redact("GET /services/T000/B000?key=abc gave 404, with pa55w0rd-x")).toBe(
    "GET <secret> gave 404, with <secret>",
  );
  expect(redact("tok-12345678tok-12345678")).toBe("<secret><secret>");
  expect(redact("line: MIIEvQIBADANBg")).toBe("line: <secret>");
});

test("short words and numbers are no secrets", () => {
  expect(redact("#ops after 123456789")).toBe("#ops after 123456789");
});

test("how long a secret may be is known, so that none is cut before it is found", () => {
  expect(longest).toBe(url.length);
  expect(redaction({}).longest).toBe(0);
});
