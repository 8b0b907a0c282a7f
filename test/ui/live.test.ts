import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser } from "playwright-core";
import { postAlerts } from "../support/api.ts";
import { startServer } from "../support/server.ts";
import { fromNow } from "../support/time.ts";
import { hasBrowser, launch, Visit } from "./browser.ts";

const CONFIG = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n";

describe.skipIf(!hasBrowser)("the page keeps up with the server", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  }, 180_000);
  afterAll(() => browser.close());

  test("as alerts come and resolve, and after the server was gone", async () => {
    await using server = await startServer({ config: CONFIG });
    await using visit = await Visit.begin(browser, server);
    const { page } = visit;
    await visit.open("/alerts");
    await page.getByText("Nothing is firing").waitFor();
    await page.locator(".live-live").waitFor();

    const first = { labels: { alertname: "First" } };
    await postAlerts(server, { ...first, endsAt: fromNow(3_600_000) });
    await page.getByRole("link", { name: "First" }).waitFor();
    await postAlerts(server, { ...first, endsAt: fromNow(0) });
    await page.getByText("Nothing is firing").waitFor();

    // The other pages have come before anybody went there.
    await visit.until("performance.getEntriesByType('resource').some(({ name }) => name.includes('/assets/others-'))");
    await server.kill();
    await page.getByText("Reconnecting…").waitFor();
    await page.getByRole("link", { name: "Receivers" }).click();
    await page.getByRole("heading", { name: "Receivers", level: 1 }).waitFor();
    await page.getByText("The server does not answer.").waitFor();
    await page.getByRole("link", { name: "Alerts", exact: true }).click();
    await server.start();
    await postAlerts(server, { labels: { alertname: "Second" }, endsAt: fromNow(3_600_000) });
    await page.locator(".live-live").waitFor();
    await page.getByRole("link", { name: "Second" }).waitFor();
  }, 180_000);

  test("and tries again to fetch what could not be fetched", async () => {
    await using server = await startServer({ config: CONFIG });
    await using visit = await Visit.begin(browser, server);
    const { page } = visit;
    await page.route("**/others-*.js", (route) => route.abort());
    await page.goto(`${server.url}/#/status`);
    await page.getByText("This page could not be fetched").waitFor();
    await page.unroute("**/others-*.js");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("0.34.0").first().waitFor();
  }, 180_000);

  test("and says so, with what to do, when an answer is refused", async () => {
    await using server = await startServer({ config: CONFIG });
    await using visit = await Visit.begin(browser, server);
    const { page } = visit;
    await visit.open("/silences/none");
    expect(await page.getByRole("alert").textContent()).toContain("none");
  }, 180_000);
});
