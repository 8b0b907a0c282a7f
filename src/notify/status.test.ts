import { describe, expect, test } from "bun:test";
import type { HttpResponse } from "./http.ts";
import { checkStatus, failureReason, retryAfter, type PublishError, type StatusRule } from "./status.ts";

const NOW = Date.UTC(2026, 0, 5, 12);

function response(status: number, body = "", headers: Record<string, string> = {}): HttpResponse {
  return {
    status,
    statusText: "",
    header: (name) => headers[name] ?? "",
    text: async () => body,
    bytes: async () => Buffer.from(body),
    pass: () => Promise.resolve(),
    discard() {},
  };
}

async function check(given: HttpResponse, rule?: StatusRule) {
  try {
    await checkStatus(given, rule, NOW);
    return "accepted";
  } catch (error) {
    const { message, retry, reason, retryAfter } = error as PublishError;
    return { message, retry, reason, retryAfter };
  }
}

describe("a status", () => {
  test.each([200, 201, 204, 299])("%d is a success, its body not looked at", async (status) => {
    const unreadable = { ...response(status), text: () => Promise.reject(new Error("never")) };
    expect(await check(unreadable)).toBe("accepted");
  });

  test.each([
    [302, "", "unexpected status code 302", false, "other"],
    [400, "bad", "unexpected status code 400: bad", false, "clientError"],
    [401, "", "unexpected status code 401", false, "authError"],
    [403, "", "unexpected status code 403", false, "authError"],
    [429, "slow", "unexpected status code 429: slow", true, "rateLimited"],
    [500, "oh\n", "unexpected status code 500: oh\n", true, "serverError"],
    [599, "", "unexpected status code 599", true, "serverError"],
    [600, "", "unexpected status code 600", false, "other"],
  ] as const)("%d %p", async (status, body, message, retry, reason) => {
    expect(await check(response(status, body))).toEqual({ message, retry, reason, retryAfter: undefined });
    expect(failureReason(status)).toBe(reason);
  });

  test("is read by the receiver's own rule", async () => {
    const rule = {
      retryCodes: [403],
      prefix: "p: ",
      details: (s: number, b: string) => `${s}${b}`,
      reason: "other",
    } as const;
    expect(await check(response(403, "x"), rule)).toEqual({
      message: "p: unexpected status code 403: 403x",
      retry: true,
      reason: "other",
      retryAfter: undefined,
    });
  });

  test("alone has to do where the body breaks off", async () => {
    const broken = { ...response(500), text: () => Promise.reject(new Error("unexpected EOF")) };
    expect(await check(broken)).toMatchObject({ message: "unexpected status code 500" });
  });
});

test.each([
  [429, "120", 120_000],
  [429, "Mon, 05 Jan 2026 12:00:30 GMT", 30_000],
  [429, "Mon, 05 Jan 2026 11:00:00 GMT", 0],
  [429, "soon", undefined],
  [429, "", undefined],
  [503, "120", undefined],
])("%d with Retry-After %p asks for %p ms", (status, value, wanted) => {
  expect(retryAfter(response(status, "", { "Retry-After": value }), NOW)).toBe(wanted);
});
