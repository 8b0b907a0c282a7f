import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { postAlerts, request } from "../support/api.ts";
import { CASES, Stage } from "../support/explain.ts";
import { freePort } from "../support/port.ts";
import { Server, startServer } from "../support/server.ts";
import { fromNow } from "../support/time.ts";
import { WebhookReceiver } from "../support/webhook.ts";
import { hasBrowser, launch, Visit } from "./browser.ts";
import { hasFaketime, inThePast } from "./faketime.ts";

if (!hasFaketime) console.log("last Tuesday's storm: not looked for, as libfaketime is not installed");

describe.skipIf(!hasBrowser)("from the page alone", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  }, 180_000);
  afterAll(() => browser.close());

  test("one sees why an alert was not sent", async () => {
    await using stage = new Stage();
    await using server = await startServer({ config: stage.config, args: stage.args });
    await stage.play(server);
    await using visit = await Visit.begin(browser, server);
    const { page } = visit;
    const expected = {
      silenced: /Silenced by 1 silence .* by alice/,
      inhibited: /Inhibited by SiteDown/,
      muted: /inside mute_time_intervals always/,
      // In its group, which waits.
      waiting: /Waiting: its group flushes in/,
      deduplicated: /Nothing new since the notification of accepting/,
      failed: /unexpected status code 503: busy/,
    } as const;
    await visit.open("/alerts?silenced=true&inhibited=true&muted=true");
    for (const [state, summary] of Object.entries(expected)) {
      const { alertname } = CASES[state as keyof typeof expected];
      await page.getByRole("link", { name: alertname, exact: true }).click();
      const verdict = page.locator(".verdict");
      await verdict.waitFor();
      expect(await verdict.locator(".badge").textContent()).toBe(state);
      expect(await verdict.textContent()).toMatch(summary);
      await page.getByRole("link", { name: "Alerts", exact: true }).first().click();
      await visit.open("/alerts?silenced=true&inhibited=true&muted=true");
    }
    expect(visit.complaints).toEqual([]);
  }, 180_000);

  test("one silences an alert for the right hour every Saturday", async () => {
    await using server = await startServer({ config: "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n" });
    await postAlerts(server, { labels: { alertname: "BackupLoad", instance: "db-1" }, endsAt: fromNow(3_600_000) });
    await using visit = await Visit.begin(browser, server, { timezoneId: "America/New_York" });
    const { page } = visit;
    await visit.open("/silences");
    await page.getByRole("link", { name: "New schedule" }).click();
    await page.getByLabel("Name").fill("Backup");
    await page.getByLabel("Matchers").fill('alertname="BackupLoad"');
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Saturday" }).waitFor();
    await page.getByLabel("From").fill("03:30");
    await page.getByLabel("Creator").fill("ann");
    await page.getByText("1 alert now").waitFor();
    const when = page.getByRole("region", { name: "When it comes" });
    await when.getByText(/03:30/).first().waitFor();
    await page.getByRole("button", { name: "Create" }).click();
    await page.getByText("Saturday from 03:30 for 1h (America/New_York)").waitFor();

    const made = JSON.parse((await request(server, "GET", "/api/plus/v1/silences/schedules")).text) as {
      readonly items: readonly { readonly next: readonly { readonly startsAt: string; readonly endsAt: string }[] }[];
    };
    const inNewYork = new Intl.DateTimeFormat("en-GB", {
      timeZone: "America/New_York",
      weekday: "long",
      hour: "2-digit",
      minute: "2-digit",
    });
    const occurrences = made.items[0]?.next ?? [];
    expect(occurrences).toHaveLength(5);
    for (const { startsAt, endsAt } of occurrences) {
      expect(inNewYork.format(new Date(startsAt))).toBe("Saturday 03:30");
      expect(new Date(endsAt).getTime() - new Date(startsAt).getTime()).toBe(3_600_000);
    }
    await page.getByRole("link", { name: "Calendar" }).click();
    await page.getByRole("link", { name: "The month after" }).click();
    await page.locator(".slot", { hasText: "Backup" }).first().waitFor();
    expect(await page.locator(".slot", { hasText: "Backup" }).first().textContent()).toContain("03:30–04:30");
    expect(visit.complaints).toEqual([]);
  }, 180_000);

  test.skipIf(!hasFaketime)(
    "one finds last Tuesday's storm and who was told",
    async () => {
      // Given a storm of a hundred alerts at noon, on the last Tuesday that is over.
      await using hook = new WebhookReceiver();
      const tuesday = new Date();
      tuesday.setUTCHours(12, 0, 0, 0);
      tuesday.setUTCDate(tuesday.getUTCDate() - (((tuesday.getUTCDay() - 2 + 6) % 7) + 1));
      const behind = Math.round((Date.now() - tuesday.getTime()) / 1000);
      const env = inThePast(behind);
      const config = `
route: {receiver: mail, group_by: [alertname], group_wait: 100ms, routes: [{matchers: [team="db"], receiver: db-oncall}]}
receivers: [{name: mail, webhook_configs: [{url: '${hook.url}'}]}, {name: db-oncall, webhook_configs: [{url: '${hook.url}'}]}]
`;
      await using server = new Server({ config, env }, await freePort());
      await server.start();
      await postAlerts(
        server,
        ...Array.from({ length: 100 }, (_, n) => ({
          labels: {
            alertname: n < 80 ? "ReplicaLost" : "DiskFull",
            team: n < 80 ? "db" : "web",
            instance: `node-${n}`,
          },
          startsAt: new Date(Date.now() - behind * 1000).toISOString(),
          endsAt: new Date(Date.now() - behind * 1000 + 60_000).toISOString(),
        })),
      );
      await hook.take();
      await hook.take();
      await server.stop();
      for (const name of Object.keys(env)) delete env[name];
      await server.start();

      await using visit = await Visit.begin(browser, server, { timezoneId: "UTC" });
      const { page } = visit;
      const day = tuesday.toISOString().slice(0, 10);
      await visit.open("/history");
      await page.getByRole("button", { name: "7d", exact: true }).click();
      await page.getByRole("button", { name: "30d", exact: true }).click();
      await page.getByLabel("From", { exact: true }).fill(`${day}T00:00`);
      await page.getByLabel("To", { exact: true }).fill(`${day}T23:59`);
      const most = page.locator(".figures");
      await most.getByRole("row", { name: /ReplicaLost 80/ }).waitFor();
      await page.getByRole("button", { name: "Notifications" }).click();
      const events = page.locator(".events");
      await events
        .getByText(/db-oncall/)
        .first()
        .waitFor();
      await events.getByText(/mail/).first().waitFor();
      await page.getByLabel("Counted").selectOption("receiver");
      await most.getByRole("link", { name: "db-oncall" }).click();
      await events.getByText("mail").first().waitFor({ state: "detached" });
      await page.getByRole("button", { name: "Everything" }).click();
      expect(await page.getByLabel("From", { exact: true }).inputValue()).toBe(`${day}T00:00`);
      expect(visit.complaints).toEqual([]);
    },
    180_000,
  );

  test("one proves that a new configuration does what is meant, then applies it", async () => {
    const token = `amp_${"5c".repeat(32)}`;
    const before = `
route: {receiver: mail, routes: [{matchers: [team="db"], receiver: db-oncall}]}
receivers: [{name: mail}, {name: db-oncall}]
`;
    await using server = new Server({ config: before, args: ["--plus.config.file=plus.yml"] }, await freePort());
    writeFileSync(join(server.directory, "token"), token);
    writeFileSync(
      join(server.directory, "plus.yml"),
      `access: {enabled: true, anonymous: viewer, tokens: [{name: root, role: admin, token_file: ${server.directory}/token}]}
config: {apply: true}
`,
    );
    await server.start();
    await postAlerts(server, { labels: { alertname: "ReplicaLost", team: "db" }, endsAt: fromNow(3_600_000) });
    await using visit = await Visit.begin(browser, server);
    const { page } = visit;

    await visit.open("/settings");
    await page.getByLabel("Token").fill(token);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("root, admin").waitFor();
    await visit.open("/config");
    await page.getByRole("link", { name: "Try a change" }).click();
    const editor = page.getByLabel("alertmanager.yml");

    await editor.fill(before.replace("receiver: db-oncall}]}", "receiver: nobody}]}"));
    await page.getByText(/undefined receiver "nobody" used in route/).waitFor();

    const after = before.replace('team="db"', 'team="database"');
    await editor.fill(after);
    await page.getByText("Valid:").waitFor();
    const effect = page.getByRole("region", { name: "What it would do to the alerts of now" });
    await effect.getByText("told otherwise").waitFor();
    const moved = effect.getByRole("row", { name: /moved/ });
    await moved.waitFor();
    expect(await moved.textContent()).toMatch(/db-oncall.*mail/);
    await page.getByLabel("Labels to trace through the new tree").fill('team="database"');
    await page.keyboard.press("Enter");
    await page.getByText("To db-oncall").waitFor();
    expect(await page.getByRole("listitem").filter({ hasText: "taken" }).textContent()).toContain('team="database"');

    await page.getByLabel("Comment").fill("The team is called database now");
    await page.getByRole("button", { name: "Apply" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Apply" }).click();
    await page.getByText("On trial").waitFor();
    await page.getByRole("button", { name: "Keep it" }).click();
    await page.getByText("On trial").waitFor({ state: "detached" });
    await page.getByRole("link", { name: "Revisions" }).click();
    await page.getByText("The team is called database now").waitFor();
    expect(visit.complaints.filter((one) => !one.includes("400"))).toEqual([]);
  }, 180_000);
});
