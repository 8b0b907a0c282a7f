import { describe, expect, test } from "bun:test";
import { CHATS } from "../../test/compat/receivers/chats.ts";
import type { CaseAlert } from "../../test/compat/receivers/cases.ts";
import { replay, sendOnce } from "../../test/compat/receivers/replay.ts";

const BASE = "url: @BASE@/\nalert_source_token: hush\n";
const send = (config: string, status = 200, body = "", files: Record<string, string> = {}) =>
  sendOnce("incidentio", CHATS.incidentio, config, [{ status, body }], { files });

// As the real Alertmanager tells them.
describe("what incident.io says", () => {
  test.each([
    [422, '{"message":"m","error":"e","errors":["x","y"]}', false, "clientError", ": m: e: x, y"],
    [400, '{"message":"m"}', false, "clientError", ": m"],
    [400, '{"error":"e"}', false, "clientError", ": e"],
    [400, '{"errors":["a"]}', false, "clientError", ": a"],
    [400, '{"MESSAGE":"m"}', false, "clientError", ": m"],
    [400, '{"message":"m"} x', false, "clientError", ": m"],
    [400, "{}", false, "clientError", ""],
    [400, "null", false, "clientError", ""],
    [400, "not json", false, "clientError", ""],
    [400, '{"message":5,"error":"e"}', false, "clientError", ""],
    [400, '{"message":"m","errors":[{"x":1}]}', false, "clientError", ""],
    [401, "{}", false, "authError", ""],
    [429, "{}", true, "rateLimited", ""],
    [500, '{"message":"m","error":"e","errors":["x","y"]}', true, "serverError", ": m: e: x, y"],
  ] as const)("%d %s", async (status, body, retry, reason, told) => {
    const { outcome } = await send(BASE, status, body);
    expect(outcome).toEqual({ ok: false, retry, reason, error: `unexpected status code ${status}${told}` });
  });
});

describe("files", () => {
  test("the token's is read when the receiver is built, which fails if it is missing", async () => {
    await expect(send("url: @BASE@/\nalert_source_token_file: @DIR@/t")).rejects.toThrow(
      /^failed to read alert_source_token_file: open .*\/t: no such file or directory$/,
    );
  });

  test("one that holds no URL is worth another try", async () => {
    const { outcome } = await send("url_file: @DIR@/u\nalert_source_token: hush", 200, "", { u: " \n" });
    const error = 'Post "<redacted>": unsupported protocol scheme ""';
    expect(outcome).toEqual({ ok: false, retry: true, reason: "other", error });
  });

  test("one that is missing is not", async () => {
    const { outcome } = await send("url_file: @DIR@/u\nalert_source_token: hush");
    const error = "read url_file: open @DIR@/u: no such file or directory";
    expect(outcome).toEqual({ ok: false, retry: false, reason: "other", error });
  });
});

describe("a body of more than 512 KiB", () => {
  const alert = (instance: string, letter: string, n: number): CaseAlert => ({
    labels: { alertname: "HighLoad", instance },
    annotations: { [letter]: letter.repeat(n) },
    startsAt: "2026-01-02T03:04:05Z",
  });
  const sendAll = async (...alerts: CaseAlert[]) => {
    const steps = [{ alerts, reason: "first notification" } as const];
    const [step] = await replay({ type: "incidentio", name: "large", config: BASE, steps }, CHATS.incidentio);
    const body = step?.requests[0]?.body ?? "";
    return { warned: step?.warned, size: body.length, message: JSON.parse(body) };
  };
  const TEXT = "Truncated alert content due to incident.io payload size limit";

  test("keeps its first alert, as if there were all", async () => {
    const { message, warned, size } = await sendAll(alert("a", "d", 300_000), alert("b", "e", 300_000));
    expect(message.alerts).toHaveLength(1);
    expect(message).toMatchObject({
      truncatedAlerts: 0,
      commonAnnotations: {},
      commonLabels: { alertname: "HighLoad" },
    });
    expect(warned).toMatchObject([{ level: "WARN", msg: TEXT, truncated_size: size, max_size: 524288 }]);
  });

  test("is sent even if that is too large", async () => {
    const { message, warned, size } = await sendAll(alert("a", "d", 600_000), alert("b", "e", 10));
    expect(message.alerts).toHaveLength(1);
    expect(warned).toMatchObject([
      { level: "ERROR", msg: `${TEXT}, but still exceeds limit`, final_size: size, max_size: 524288 },
    ]);
  });
});
