import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser } from "playwright-core";
import { getAlerts, postAlerts, request } from "../support/api.ts";
import { startServer, type Server } from "../support/server.ts";
import { WebhookReceiver } from "../support/webhook.ts";
import { someAlerts, strangeAlerts } from "./alerts.ts";
import { inaccessible } from "./axe.ts";
import { hasBrowser, launch, Visit } from "./browser.ts";

/** A server with a bit of everything: alerts, a failing receiver, silences, a schedule. */
function config(url: string): string {
  return `
route:
  receiver: mail
  group_by: [alertname, cluster]
  group_wait: 100ms
  routes:
    - {matchers: [severity="critical"], receiver: pager, continue: true}
    - {matchers: [team="web"], receiver: chat, mute_time_intervals: [always]}
time_intervals:
  - {name: always, time_intervals: [{times: [{start_time: '00:00', end_time: '24:00'}]}]}
inhibit_rules:
  - {name: node, source_matchers: [alertname="NodeDown"], target_matchers: [severity="warning"], equal: [instance]}
receivers:
  - {name: mail, webhook_configs: [{url: '${url}'}]}
  - {name: pager, webhook_configs: [{url: '${url}fail'}]}
  - {name: chat}
`;
}

const PAGES = {
  "/alerts": "Alerts",
  "/alerts?group=alertname,cluster&silenced=true&inhibited=true&muted=true": "Alerts",
  "/silences": "Silences",
  "/silences/new?filter=%7Balertname%3D%22DiskFull%22%7D": "New silence",
  "/silences/schedules": "Schedules",
  "/silences/schedules/new": "New schedule",
  "/silences/calendar": "Calendar",
  "/history": "History",
  "/notifications": "Notifications",
  "/receivers": "Receivers",
  "/heartbeats": "Heartbeats",
  "/routes?labels=%7B%22severity%22%3A%22critical%22%7D": "Routing",
  "/config": "Configuration",
  "/config?section=change": "Configuration",
  "/config?section=revisions": "Configuration",
  "/classification": "Classification",
  "/cluster": "Cluster",
  "/status": "Status",
  "/access": "Access",
  "/settings": "Settings",
  "/nowhere": "There is no such page",
};

describe.skipIf(!hasBrowser)("every page", () => {
  let hook: WebhookReceiver;
  let server: Server;
  let browser: Browser;
  let fingerprint = "";
  let silence = "";

  beforeAll(async () => {
    hook = new WebhookReceiver(({ path }) => new Response("", { status: path === "/fail" ? 500 : 200 }));
    server = await startServer({ config: config(hook.url) });
    await postAlerts(server, ...someAlerts(60));
    fingerprint = (await getAlerts(server))[0]?.fingerprint ?? "";
    const post = (path: string, body: unknown) => request(server, "POST", `/api/plus/v1${path}`, body);
    const made = await post("/silences", {
      matchers: '{alertname="JobFailed"}',
      startsAt: new Date().toISOString(),
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
      createdBy: "ann",
      comment: "Jobs are being moved",
    });
    silence = (JSON.parse(made.text) as { readonly id: string }).id;
    await post("/silences/schedules", {
      name: "Backup",
      matchers: '{alertname="DiskFull"}',
      comment: "The backup fills it",
      createdBy: "ann",
      timeZone: "Europe/Berlin",
      weekly: [{ days: ["saturday"], from: "02:00", duration: "1h" }],
    });
    browser = await launch();
  }, 180_000);
  afterAll(async () => {
    await browser.close();
    await server[Symbol.asyncDispose]();
    await hook[Symbol.asyncDispose]();
  });

  for (const colorScheme of ["light", "dark"] as const) {
    test(`can be read by everybody, ${colorScheme}, and loads nothing from anybody else`, async () => {
      await using visit = await Visit.begin(browser, server, { colorScheme });
      const pages = { ...PAGES, [`/alerts/${fingerprint}`]: "", [`/silences/${silence}`]: "Jobs are being moved" };
      const wrong: string[] = [];
      for (const [hash, title] of Object.entries(pages)) {
        await visit.open(hash);
        await visit.page.locator(".loading").first().waitFor({ state: "detached" });
        if (title !== "") expect(await visit.page.locator("main h1").first().textContent()).toBe(title);
        for (const one of await inaccessible(visit.page)) wrong.push(`${hash}: ${one}`);
      }
      expect(wrong).toEqual([]);
      // Who has no token may not list them; the page says so and the browser notes it down.
      expect(visit.complaints.filter((one) => !one.includes("403"))).toEqual([]);
    }, 180_000);
  }

  test("fits a phone: nothing sticks out, and all pages can be reached", async () => {
    await using visit = await Visit.begin(browser, server, { viewport: { width: 360, height: 740 }, hasTouch: true });
    const wide: string[] = [];
    for (const hash of [...Object.keys(PAGES), `/alerts/${fingerprint}`, `/silences/${silence}`]) {
      await visit.open(hash);
      await visit.page.locator(".loading").first().waitFor({ state: "detached" });
      const width = await visit.page.evaluate("document.documentElement.scrollWidth");
      if (Number(width) > 360) wide.push(`${hash}: ${String(width)}`);
    }
    expect(wide).toEqual([]);
    await visit.page.getByRole("button", { name: "Navigation" }).click();
    await visit.page.getByRole("dialog", { name: "Pages" }).waitFor();
    expect(await inaccessible(visit.page)).toEqual([]);
    await visit.page.getByRole("dialog").getByRole("link", { name: "Receivers" }).click();
    await visit.page.getByRole("heading", { name: "Receivers", level: 1 }).waitFor();
    await visit.page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await inaccessible(visit.page)).toEqual([]);
  }, 180_000);

  test("has its facets in a drawer on a phone, which a click beside it closes", async () => {
    await using visit = await Visit.begin(browser, server, { viewport: { width: 360, height: 740 }, hasTouch: true });
    const { page } = visit;
    await visit.open("/alerts");
    await page.getByRole("button", { name: "Facets" }).click();
    const drawer = page.getByRole("dialog", { name: "Facets" });
    await drawer.getByRole("button", { name: /^DiskFull/ }).waitFor();
    expect(await inaccessible(page)).toEqual([]);
    await drawer.getByRole("button", { name: /^DiskFull/ }).click();
    await visit.until(`location.hash.includes("DiskFull")`);
    await page.mouse.click(350, 400);
    await drawer.waitFor({ state: "detached" });
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Facets");
    expect(visit.complaints).toEqual([]);
  }, 180_000);

  test("shows alerts that are hard to show, and takes nothing in them for its own", async () => {
    await using odd = await startServer({ config: config(hook.url) });
    await postAlerts(odd, ...strangeAlerts());
    const alerts = await getAlerts(odd);
    const nameOf = new Map(alerts.map(({ fingerprint: one, labels }) => [labels.alertname ?? labels.instance, one]));
    await using visit = await Visit.begin(browser, odd, { viewport: { width: 360, height: 740 } });
    const { page } = visit;
    for (const hash of ["/alerts", "/alerts?group=alertname,word", "/history"]) {
      await visit.open(hash);
      await visit.page.locator(".loading").first().waitFor({ state: "detached" });
      expect([hash, await page.evaluate("document.documentElement.scrollWidth")]).toEqual([hash, 360]);
      expect(await inaccessible(page)).toEqual([]);
    }
    for (const [name = "", one] of nameOf) {
      await visit.open(`/alerts/${one}`);
      await page.getByRole("heading", { name: "Was it sent?" }).waitFor();
      expect(await page.locator("main h1").textContent()).toBe(name === "nameless:9100" ? one : name);
      expect([name, await page.evaluate("document.documentElement.scrollWidth")]).toEqual([name, 360]);
      expect(await inaccessible(page)).toEqual([]);
    }
    await visit.open(`/alerts/${nameOf.get("<b>Markup</b>")}`);
    await page.getByText("<script>alert(1)</script>").waitFor();
    const links = "[...document.querySelectorAll('main a[target]')].map((a) => a.getAttribute('href'))";
    expect(await page.evaluate(links)).toEqual([
      "https://runbooks.example.com/markup?a=b&c=d",
      "https://wiki.example.com/x",
    ]);
    expect(await page.evaluate("document.querySelectorAll('main script, main img, main b, main i').length")).toBe(0);
    expect(visit.complaints).toEqual([]);
  }, 120_000);

  test("is reached and worked by keys alone", async () => {
    await using visit = await Visit.begin(browser, server);
    const { page } = visit;
    await visit.open("/status");
    await page.keyboard.press("g");
    await page.keyboard.press("a");
    await page.locator(".row-alert").first().waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    expect(await inaccessible(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });

    await page.keyboard.press("j");
    await page.locator(".row-current").waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("x");
    await page.getByText("1 selected").waitFor();
    await page.keyboard.press("s");
    await page.getByRole("group", { name: "Silence for how long" }).waitFor();
    expect(await inaccessible(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("group", { name: "Silence for how long" }).waitFor({ state: "detached" });
    await page.keyboard.press("Escape");
    await page.getByText("1 selected").waitFor({ state: "detached" });

    await page.keyboard.press("/");
    await page.keyboard.type("alertname");
    await page.getByRole("option", { name: "alertname", exact: true }).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.keyboard.type("Node");
    await page.getByRole("option", { name: 'alertname="NodeDown"' }).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByText('alertname="NodeDown"').first().waitFor();
    expect(new URL(page.url()).hash).toContain("filter=");
    await page.keyboard.press("Escape");
    await page.locator(".row-alert").first().waitFor();
    await page.keyboard.press("j");
    const row = await page.locator(".row-current").getAttribute("data-index");
    await page.keyboard.press("e");
    await page.getByRole("heading", { name: "Was it sent?" }).waitFor();
    await page.keyboard.press("Escape");
    await page.locator(`.row-current[data-index="${row}"] .row-name:focus`).waitFor();
    expect(new URL(page.url()).hash).toContain("filter=");
    expect(visit.complaints).toEqual([]);
  }, 180_000);

  test("groups by the labels that are chosen, of those there are", async () => {
    await using visit = await Visit.begin(browser, server);
    const { page } = visit;
    await visit.open("/alerts");
    const field = page.getByLabel("Group by these labels");
    await field.fill("name");
    await page.getByRole("option", { name: "namespace" }).click();
    await page.locator(".row-group").first().waitFor();
    await field.fill("team");
    await page.keyboard.press("Enter");
    await visit.until(`location.hash.includes("group=namespace%2Cteam")`);
    await page.keyboard.press("Escape");
    expect(await inaccessible(page)).toEqual([]);
    await page.getByRole("button", { name: "Do not group by namespace" }).click();
    await visit.until(`location.hash.endsWith("group=team")`);
    await field.press("Backspace");
    await page.locator(".row-alert").first().waitFor();
    expect(visit.complaints).toEqual([]);
  }, 180_000);

  test("silences and acknowledges in two clicks", async () => {
    await using visit = await Visit.begin(browser, server);
    const { page } = visit;
    await visit.open("/alerts?filter=%7Balertname%3D%22LatencyHigh%22%7D&active=true");
    await page.getByRole("button", { name: "Silence LatencyHigh" }).first().click();
    await page.getByRole("button", { name: "1h", exact: true }).click();
    await page.getByText("Silenced.").waitFor();
    expect(await inaccessible(page)).toEqual([]);
    await visit.open("/alerts?filter=%7Balertname%3D%22NodeDown%22%7D");
    await page.locator(".row-alert").first().waitFor();
    const before = await page.locator(".row-alert").count();
    await page.getByRole("button", { name: "Acknowledge NodeDown" }).first().click();
    await page.getByText("Acknowledged: silent until it resolves.").waitFor();
    await visit.until(`document.querySelectorAll(".row-alert").length === ${before - 1}`);
    expect(visit.complaints).toEqual([]);
  }, 180_000);
});
