import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser } from "playwright-core";
import { getAlerts, postAlerts } from "../support/api.ts";
import { startWithPlus } from "../support/classification.ts";
import { startCluster } from "../support/cluster.ts";
import { GOOD_ANSWER, LLMServer } from "../support/llm-server.ts";
import { startServer } from "../support/server.ts";
import { fromNow } from "../support/time.ts";
import { someAlerts } from "./alerts.ts";
import { inaccessible } from "./axe.ts";
import { hasBrowser, launch, Visit } from "./browser.ts";

const CONFIG = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n";
const TREE = `
route:
  receiver: mail
  routes:
    - matchers: [severity="critical"]
      receiver: pager
      routes: [{matchers: [team="db"], receiver: db-oncall}]
    - {matchers: [team="web"], receiver: chat}
receivers: [{name: mail}, {name: pager}, {name: db-oncall}, {name: chat}]
`;

describe.skipIf(!hasBrowser)("on the page", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  }, 30_000);
  afterAll(() => browser.close());

  test("one reads why an alert is taken for what it is, corrects it, and sees what the language model costs", async () => {
    await using llm = await LLMServer.start();
    await using server = await startWithPlus({
      config: CONFIG,
      plus: `llm: {enabled: true, provider: openai, base_url: '${llm.url}/v1', api_key: sk-1, model: gpt-5-mini}\n`,
    });
    await postAlerts(server, { labels: { alertname: "Full", severity: "info" }, endsAt: fromNow(3_600_000) });
    await using visit = await Visit.begin(browser, server);
    const { page } = visit;
    await visit.open("/alerts");
    await page.getByRole("link", { name: "Full" }).click();
    const panel = page.getByRole("region", { name: "Classification" });
    await panel.getByText(GOOD_ANSWER.reasoning).waitFor();
    await panel.getByText("by gpt-5-mini, 80% sure").waitFor();
    await panel.getByText("Grow the volume.").waitFor();
    await panel.getByRole("button", { name: "Correct" }).click();
    expect(await inaccessible(page)).toEqual([]);
    await panel.getByLabel("Severity").selectOption("critical");
    await panel.getByLabel("Category").selectOption("database");
    await panel.getByLabel("Reason").fill("It holds the orders");
    await panel.getByRole("button", { name: "Save" }).click();
    await panel.getByText("said by a person").waitFor();
    await visit.open("/alerts");
    await page.locator(".row-alert .badge", { hasText: "critical" }).waitFor();

    await visit.open("/classification");
    const model = page.getByRole("region", { name: "Language model" });
    await model.getByText("gpt-5-mini (openai)").waitFor();
    await model.locator(".fact", { hasText: "Circuit breaker" }).getByText("ok").waitFor();
    await model
      .locator(".fact", { hasText: "Spent" })
      .getByText(/^\$0\.00\d\d$/)
      .waitFor();
    await page.getByRole("link", { name: "It holds the orders" }).click();
    await panel.getByRole("button", { name: "Take the correction back" }).click();
    await panel.getByText("by gpt-5-mini").waitFor();
    expect(visit.complaints).toEqual([]);
  }, 180_000);

  test("one traces any labels through the routing tree, which is drawn", async () => {
    await using server = await startServer({ config: TREE });
    await using visit = await Visit.begin(browser, server);
    const { page } = visit;
    await visit.open("/routes");
    await page.locator(".node", { hasText: "db-oncall" }).waitFor();
    expect(await page.locator(".node").count()).toBe(4);
    const field = page.getByLabel("Labels to trace through the tree");
    await field.fill("severity=critical");
    await field.press("Enter");
    await page.getByText("Goes to pager").waitFor();
    await field.fill("team=db");
    await field.press("Enter");
    await page.getByText("Goes to db-oncall").waitFor();
    await page.locator(".node-taken", { hasText: "db-oncall" }).waitFor();
    expect(await page.locator(".node-taken").count()).toBe(1);
    const trace = page.getByRole("list", { name: "Routes tried" });
    await trace.getByText('matches: team is "db"').waitFor();
    await trace.getByText("not tried: a route before it matches").waitFor();
    expect(visit.complaints).toEqual([]);
  }, 180_000);

  test("one draws over a stretch of the chart to go into it", async () => {
    await using server = await startServer({ config: CONFIG });
    await postAlerts(server, ...someAlerts(5));
    await using visit = await Visit.begin(browser, server);
    const { page } = visit;
    await visit.open("/history");
    await page.locator("canvas").waitFor();
    const box = await page.locator(".u-over").boundingBox();
    if (box === null) throw new Error("the chart has no place");
    await page.mouse.move(box.x + box.width * 0.25, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.75, box.y + 50, { steps: 5 });
    await page.mouse.up();
    await visit.until("location.hash.includes('from=') && location.hash.includes('to=')");
    const query = new URLSearchParams(new URL(page.url()).hash.split("?")[1]);
    const length = new Date(query.get("to") ?? "").getTime() - new Date(query.get("from") ?? "").getTime();
    expect(length / 3_600_000).toBeCloseTo(12, 0);
    await page.getByText("As a table").click();
    await page.getByRole("region", { name: "Alerts and notifications over time" }).waitFor();
    expect(visit.complaints).toEqual([]);
  }, 180_000);

  test("one selects several alerts and silences or acknowledges them at once", async () => {
    await using server = await startServer({ config: CONFIG });
    await postAlerts(server, ...someAlerts(8));
    await using visit = await Visit.begin(browser, server);
    const { page } = visit;
    await visit.open("/alerts?sort=alertname");
    await page.getByLabel("Select DiskFull").check();
    await page.getByLabel("Select JobFailed").check();
    const bar = page.getByRole("region", { name: "Selected alerts" });
    await bar.getByText("2 selected").waitFor();
    await bar.getByRole("button", { name: "Acknowledge" }).click();
    await page.getByText("2 alerts acknowledged.").waitFor();
    await visit.until(`document.querySelectorAll(".row-alert").length === 6`);
    await bar.waitFor({ state: "detached" });

    await page.getByLabel("Select NodeDown").check();
    await bar.getByRole("button", { name: "All that are loaded" }).click();
    await bar.getByText("6 selected").waitFor();
    await bar.getByRole("button", { name: "Silence" }).click();
    await page.getByRole("button", { name: "4h", exact: true }).click();
    await page.getByText("Nothing is firing").waitFor();
    expect((await getAlerts(server)).every(({ status }) => status.silencedBy.length === 1)).toBe(true);
    expect(visit.complaints).toEqual([]);
  }, 180_000);

  test("times are the reader's, with the exact one and UTC on hover", async () => {
    await using server = await startServer({ config: CONFIG });
    await postAlerts(server, {
      labels: { alertname: "Old" },
      startsAt: "2026-01-05T03:04:05Z",
      endsAt: fromNow(3_600_000),
    });
    await using visit = await Visit.begin(browser, server, { timezoneId: "America/New_York" });
    const { page } = visit;
    await visit.open("/alerts");
    const time = page.locator(".row-age time");
    expect(await time.textContent()).toMatch(/^\d+w \d+d ago$|^\d+w ago$/);
    const title = (await time.getAttribute("title")) ?? "";
    expect(title).toMatch(/4 Jan 2026.*22:04:05/);
    expect(title).toContain("(2026-01-05T03:04:05Z)");
    await page.getByRole("link", { name: "Old" }).click();
    await page.locator(".facts time").first().hover();
    await page.getByRole("tooltip").getByText("2026-01-05T03:04:05Z").waitFor();
    // The server words moments in UTC; the page does not.
    await page.getByRole("heading", { name: "Was it sent?" }).waitFor();
    expect(await page.locator("main").textContent()).not.toMatch(/\d UTC/);
  }, 180_000);

  test("the theme that was chosen stays, and goes before the system's", async () => {
    await using server = await startServer({ config: CONFIG });
    await using visit = await Visit.begin(browser, server, { colorScheme: "light" });
    const { page } = visit;
    const scheme = "document.documentElement.dataset.mantineColorScheme";
    await visit.open("/status");
    expect(await page.evaluate(scheme)).toBe("light");
    await page.getByRole("button", { name: "Dark theme" }).click();
    await visit.until(`${scheme} === "dark"`);
    await page.reload();
    await page.getByRole("button", { name: "Light theme" }).waitFor();
    expect(await page.evaluate(scheme)).toBe("dark");
    // Nobody is dazzled before the page itself is there.
    await page.route("**/main-*.js", (route) => route.abort());
    await page.reload();
    expect(await page.evaluate(scheme)).toBe("dark");
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(24, 26, 31)");
  }, 180_000);

  test("the members of a cluster are listed, with the configuration of each", async () => {
    await using cluster = await startCluster({ config: CONFIG, size: 2, peerTimeoutMs: 100 });
    const [first] = cluster.members;
    if (first === undefined) throw new Error("there is no member");
    await using visit = await Visit.begin(browser, first);
    const { page } = visit;
    await visit.open("/cluster");
    await page
      .getByRole("row", { name: /member-0/ })
      .getByText("this one")
      .waitFor();
    await page.getByRole("row", { name: /member-1/ }).waitFor();
    expect(visit.complaints).toEqual([]);
  }, 180_000);
});
