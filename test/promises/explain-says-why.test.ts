import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { dirname, join } from "node:path";
import { postAlerts, request } from "../support/api.ts";
import { CASES, explain, explained, lasting, Stage } from "../support/explain.ts";
import { run } from "../support/run.ts";
import { program, startServer, type Server } from "../support/server.ts";
import { fromNow } from "../support/time.ts";

describe("one call says why an alert was not sent", () => {
  let stage: Stage;
  let server: Server;

  beforeAll(async () => {
    stage = new Stage();
    server = await startServer({ config: stage.config, args: stage.args });
    await stage.play(server);
  }, 60_000);
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await stage[Symbol.asyncDispose]();
  });

  test("silenced: by whom, until when and what for", async () => {
    const { verdict, silences, reasons } = await explained(server, CASES.silenced, "silenced");
    expect(verdict.summary).toMatch(
      /^Silenced by 1 silence \(\{case="silenced"\} by alice, until .* UTC, in 59m \d+s: moving racks\)\.$/,
    );
    expect(silences).toMatchObject([{ createdBy: "alice", comment: "moving racks" }]);
    expect(reasons[0]?.by).toMatchObject({ silences: [expect.any(String)] });
  });

  test("inhibited: by which alert and which rule", async () => {
    const { verdict, inhibitedBy } = await explained(server, CASES.inhibited, "inhibited");
    expect(verdict.summary).toMatch(/^Inhibited by SiteDown, which fires since .* \(rule site, /);
    expect(inhibitedBy).toMatchObject([{ source: { labels: { alertname: "SiteDown" } } }]);
  });

  test("muted: by which interval", async () => {
    const { verdict, intervals } = await explained(server, CASES.muted, "muted");
    expect(verdict.summary).toBe(
      'Receiver accepting is muted: it is inside mute_time_intervals always (route {}/{case="muted"}/0).',
    );
    expect(intervals).toEqual([{ name: "always", kind: "mute", inForce: true, until: null }] as object[] as never);
  });

  test("waiting: when its group flushes", async () => {
    const { verdict, groups } = await explained(server, CASES.waiting, "waiting");
    expect(verdict.summary).toMatch(/^Waiting: its group flushes in (1h|59m( \d+s)?) \(group_wait 1h\)\.$/);
    expect(groups).toMatchObject([{ flushes: 0, nextFlushAt: expect.any(String) }]);
  });

  test("deduplicated: since when nothing is new, and when it is repeated", async () => {
    const { verdict, groups } = await explained(server, CASES.deduplicated, "deduplicated");
    expect(verdict.summary).toMatch(
      /^Nothing new since the notification of accepting\/webhook\[0\] at .* UTC; repeats in 11h 59m if it still fires \(repeat_interval 12h\)\.$/,
    );
    expect(groups[0]?.integrations[0]).toMatchObject({
      containsAlert: true,
      decisions: [{ outcome: "deduplicated" }, { outcome: "delivered" }],
    });
  });

  test("rate-limited: when the receiver has room", async () => {
    const { verdict } = await explained(server, CASES.rate_limited, "rate_limited");
    expect(verdict.summary).toContain(
      "rate_limited/webhook[0] is over its rate limit (publishing.rate_limit); this group may send in ",
    );
  });

  test("failed: what the receiver answered, and that it is being tried again", async () => {
    const { verdict, groups } = await explained(server, CASES.failed, "failed");
    expect(verdict.summary).toMatch(
      /^down\/webhook\[0\] failed at .* UTC: unexpected status code 503: busy \(is being tried again now, and with the next flush in /,
    );
    expect(groups[0]?.integrations[0]?.attempts[0]).toMatchObject({ outcome: "failed", statusCode: 503 });
  });

  test("refused: what the receiver answered, and when it is tried again", async () => {
    const { verdict, groups } = await explained(server, CASES.refused, "refused");
    expect(verdict.summary).toMatch(
      /^refusing\/webhook\[0\] refused it at .* UTC: unexpected status code 400: no such channel \(will be tried again in (1h|59m \d+s), with the next flush\)\.$/,
    );
    expect(groups[0]?.integrations[0]?.attempts).toMatchObject([
      { outcome: "refused", statusCode: 400, error: expect.stringContaining("no such channel") },
    ]);
  });

  test("notified, resolved, unknown and without a receiver are told from these", async () => {
    const { verdict, routes } = await explained(server, CASES.notified, "notified");
    expect(verdict.summary).toMatch(/^accepting\/webhook\[0\] was notified at .* UTC; repeats in 11h 59m/);
    expect(routes.filter(({ taken }) => taken)).toMatchObject([{ receiver: "accepting" }]);
    await explained(server, CASES.no_receiver, "no_receiver");
    expect((await explain(server, { alertname: "Never", case: "failed" })).verdict).toEqual({
      state: "unknown_alert",
      summary: "No such alert is known; one with these labels would go to down.",
    });
    const gone = { alertname: "Gone", case: "deduplicated" };
    await postAlerts(server, { labels: gone, endsAt: fromNow(3_600_000) });
    await explained(server, gone, "deduplicated");
    await postAlerts(server, { labels: gone, endsAt: fromNow(0) });
    const resolved = await explained(server, gone, "resolved");
    expect(resolved.verdict.summary).toMatch(/^Gone resolved at .* UTC, /);
  });

  test("an alert is found by its fingerprint too; what is no question gets a problem", async () => {
    const { alert } = await explain(server, CASES.silenced);
    const byFingerprint = await request(server, "GET", `/api/plus/v1/explain?fingerprint=${alert?.fingerprint}`);
    expect(JSON.parse(byFingerprint.text)).toMatchObject({ verdict: { state: "silenced" } });
    for (const query of ["", "?fingerprint=xyz", "?labels=a", `?labels=a=b&fingerprint=${alert?.fingerprint}`]) {
      const { status, headers } = await request(server, "GET", `/api/plus/v1/explain${query}`);
      expect([status, headers.get("content-type")]).toEqual([400, "application/problem+json"]);
    }
  });

  test("amtool explain says the same", async () => {
    const amtool = [join(dirname(program), "amtool"), "explain", `--alertmanager.url=${server.url}`];
    const text = await run([...amtool, "Refused", "case=refused"]);
    expect([text.code, text.stderr]).toEqual([0, ""]);
    expect(text.stdout).toContain("refusing/webhook[0] refused it at ");
    expect(text.stdout).toContain('── {case="refused"}  matches  receiver: refusing');
    const json = JSON.parse((await run([...amtool, "-o", "json", "Silenced", "case=silenced"])).stdout) as object;
    expect(json).toMatchObject({ verdict: { state: "silenced" } });
  });

  test("after kill -9 and a new start it is known what was told, and what was not", async () => {
    await explained(server, CASES.deduplicated, "deduplicated");
    await server.kill();
    await server.start();
    for (const [state, labels] of lasting()) await explained(server, labels, state);
    expect((await explain(server, CASES.refused)).verdict.summary).toContain("status code 400: no such channel");
  }, 120_000);
});

test("a receiver of a class and one that routes lead to are explained side by side", async () => {
  await using stage = new Stage();
  await Bun.write(stage.plusFile, "classification: {routes: [{receiver: refusing, severities: [critical]}]}\n");
  await using server = await startServer({ config: stage.config, args: stage.args });
  const labels = { alertname: "Down", severity: "critical" };
  await postAlerts(server, { labels, endsAt: fromNow(3_600_000) });
  const { verdict, groups, reasons } = await explained(server, labels, "refused");
  expect(verdict.summary).toContain("refusing/webhook[0] refused it at ");
  expect(verdict.summary).toEndWith("Others: accepting/webhook[0] notified.");
  expect(groups.map(({ receiver, groupKey }) => [receiver, groupKey])).toEqual([
    ["accepting", '{}:{alertname="Down"}'],
    ["refusing", '{}:{alertname="Down"}'],
  ]);
  expect(reasons.map(({ reason, receiver }) => [reason, receiver])).toEqual([
    ["refused", "refusing"],
    ["notified", "accepting"],
  ]);
}, 60_000);
