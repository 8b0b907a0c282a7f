import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser } from "playwright-core";
import { postAlerts, postSilence, request } from "../support/api.ts";
import { startServer, type Server } from "../support/server.ts";
import { fromNow } from "../support/time.ts";
import { hasBrowser, launch, Visit } from "./browser.ts";

const CONFIG = "route: {receiver: no-body}\nreceivers: [{name: no-body}]\n";

describe.skipIf(!hasBrowser)(
  "links as Alertmanager's page and templates make them lead where they did, under a prefix too",
  () => {
    let server: Server;
    let browser: Browser;
    let silence = "";

    beforeAll(async () => {
      server = await startServer({ config: CONFIG, routePrefix: "/a/b" });
      for (const alertname of ["One", "Two"]) {
        await postAlerts(server, { labels: { alertname, instance: "x" }, endsAt: fromNow(3_600_000) });
      }
      silence = await postSilence(server, {
        matchers: [{ name: "alertname", value: "Two", isRegex: false, isEqual: true }],
        startsAt: fromNow(0),
        endsAt: fromNow(3_600_000),
        createdBy: "ann",
        comment: "Two is known",
        annotations: { ticket: "OPS-1" },
      });
      browser = await launch();
    }, 180_000);
    afterAll(async () => {
      await browser.close();
      await server[Symbol.asyncDispose]();
    });

    test("alerts: filter, receiver, the states that are hidden at first", async () => {
      await using visit = await Visit.begin(browser, server);
      const { page } = visit;
      await visit.open(
        `/alerts?filter=${encodeURIComponent('{instance="x"}')}&receiver=${encodeURIComponent("no\\-body")}`,
      );
      await page.getByRole("link", { name: "One" }).waitFor();
      expect(await page.getByRole("link", { name: "Two" }).count()).toBe(0);
      await visit.open(
        `/alerts?silenced=true&inhibited=true&muted=true&active=true&filter=${encodeURIComponent('{instance="x"}')}`,
      );
      await page.getByRole("link", { name: "Two" }).waitFor();
      await page.locator(".row .badge", { hasText: "silenced" }).waitFor();
      await visit.open(`/alerts?filter=${encodeURIComponent("{instance}")}`);
      await page.getByText("Not understood, and left out: {instance}").waitFor();
      await page.getByRole("link", { name: "One" }).waitFor();
      expect(visit.complaints).toEqual([]);
    }, 180_000);

    test("a new silence, filled in", async () => {
      await using visit = await Visit.begin(browser, server);
      const { page } = visit;
      await visit.open(
        `/silences/new?filter=${encodeURIComponent('{alertname="One", instance=~"x|y"}')}&comment=by%20hand`,
      );
      await page.getByText('instance=~"x|y"').waitFor();
      expect(await page.getByLabel("Comment").inputValue()).toBe("by hand");
      await page.getByText("1 alert now").waitFor();
      await page.getByLabel("Creator").fill("bob");
      await page.getByLabel("Lasts").fill("3h");
      await page.getByRole("button", { name: "Create" }).click();
      await page.getByRole("heading", { name: "by hand", level: 1 }).waitFor();
      const { text } = await request(server, "GET", `/api/v2/silence/${new URL(page.url()).hash.split("/").at(-1)}`);
      const { startsAt, endsAt } = JSON.parse(text) as { readonly startsAt: string; readonly endsAt: string };
      const hours = (new Date(endsAt).getTime() - new Date(startsAt).getTime()) / 3_600_000;
      expect(hours).toBeCloseTo(3, 1);
      await page.getByText("One").first().waitFor();
      expect(visit.complaints).toEqual([]);
    }, 180_000);

    test("a silence by its ID, to look at, change and expire; the status", async () => {
      await using visit = await Visit.begin(browser, server);
      const { page } = visit;
      await visit.open(`/silences/${silence}`);
      await page.getByRole("heading", { name: "Two is known" }).waitFor();
      await page.getByRole("link", { name: "Edit" }).click();
      await page.getByLabel("Comment").fill("Two is well known");
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByRole("heading", { name: "Two is well known" }).waitFor();
      const changed = await request(server, "GET", `/api/v2/silence/${new URL(page.url()).hash.split("/").at(-1)}`);
      await page.getByText("OPS-1").waitFor();
      expect(JSON.parse(changed.text)).toMatchObject({ annotations: { ticket: "OPS-1" } });
      await page.getByRole("button", { name: "Expire" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Expire" }).click();
      await page.getByRole("link", { name: "Recreate" }).waitFor();
      await visit.open("/status");
      await page.getByText("0.34.0").first().waitFor();
      expect(visit.complaints).toEqual([]);
    }, 180_000);
  },
);
