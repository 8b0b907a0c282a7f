import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser } from "playwright-core";
import { postAlerts } from "../support/api.ts";
import { startServer, type Server } from "../support/server.ts";
import { someAlerts } from "./alerts.ts";
import { hasBrowser, launch, Visit } from "./browser.ts";

const COUNT = 10_000;
const CONFIG = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n";

describe.skipIf(!hasBrowser)("10,000 alerts", () => {
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    server = await startServer({ config: CONFIG });
    const alerts = someAlerts(COUNT);
    for (let n = 0; n < COUNT; n += 1000) await postAlerts(server, ...alerts.slice(n, n + 1000));
    browser = await launch();
  }, 180_000);
  afterAll(async () => {
    await browser.close();
    await server[Symbol.asyncDispose]();
  });

  test("are scrolled to the last one while few are in the page, and filtered", async () => {
    await using visit = await Visit.begin(browser, server);
    const { page } = visit;
    await visit.open("/alerts?sort=alertname");
    await page.locator(".row-alert").first().waitFor();
    await page.locator(".toggle", { hasText: "Firing 10,000" }).waitFor();
    const inPage = "document.querySelectorAll('.row').length";
    const last = `[aria-posinset="${COUNT}"].row-alert`;
    await visit.until(`(window.scrollTo(0, document.body.scrollHeight), document.querySelector('${last}') !== null)`);
    expect(Number(await page.evaluate(inPage))).toBeLessThan(60);

    await page
      .getByLabel("Facets")
      .getByRole("button", { name: /^DiskFull/ })
      .first()
      .click();
    await visit.until(`document.querySelector('.row-alert')?.getAttribute('aria-setsize') === '1250'`);
    expect(visit.complaints).toEqual([]);
  }, 180_000);

  test("are found again where they were left", async () => {
    await using visit = await Visit.begin(browser, server);
    const { page } = visit;
    await visit.open("/alerts?sort=alertname");
    await page.locator(".row-alert").first().waitFor();
    await page.evaluate("scrollTo(0, 120_000)");
    const row = page.locator('.row-alert[data-index="2003"]');
    await row.waitFor();
    const top = Number(await page.evaluate("scrollY"));
    await row.locator(".row-name").click();
    await page.getByRole("heading", { name: "Was it sent?" }).waitFor();
    expect(await page.evaluate("scrollY")).toBe(0);
    await page.goBack();
    await row.locator(".row-name:focus").waitFor();
    expect(await page.evaluate("scrollY")).toBe(top);
    // By a new link the same list begins at its top.
    await page.getByRole("link", { name: "Silences", exact: true }).click();
    await page.getByRole("heading", { name: "Silences", level: 1 }).waitFor();
    await page.evaluate("location.hash = '/alerts?sort=alertname'");
    await page.locator('.row-alert[data-index="0"]').waitFor();
    expect(await page.evaluate("scrollY")).toBe(0);
    expect(visit.complaints).toEqual([]);
  }, 180_000);
});
