import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { postAlerts } from "../support/api.ts";
import { freePort } from "../support/port.ts";
import { Server } from "../support/server.ts";
import { fromNow } from "../support/time.ts";
import { WebhookReceiver } from "../support/webhook.ts";
import { hasBrowser, launch, Visit } from "./browser.ts";

const CONFIG = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n";
const TOKEN = `amp_${"7a".repeat(32)}`;

describe.skipIf(!hasBrowser)("a server that asks who one is", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  }, 180_000);
  afterAll(() => browser.close());

  test("is signed in to and out of on the page, which says what is missing", async () => {
    await using server = new Server({ config: CONFIG, args: ["--plus.config.file=plus.yml"] }, await freePort());
    writeFileSync(join(server.directory, "token"), TOKEN);
    writeFileSync(
      join(server.directory, "plus.yml"),
      `access: {enabled: true, anonymous: none, tokens: [{name: ann, role: responder, token_file: ${server.directory}/token}]}\n`,
    );
    await server.start();
    await using visit = await Visit.begin(browser, server);
    const { page } = visit;
    await visit.open("/silences");
    await page.getByText("Please sign in").waitFor();
    await page.getByText("Not signed in", { exact: true }).waitFor();
    await page.getByRole("main").getByRole("link", { name: "Sign in" }).click();
    await page.getByLabel("Token").fill("amp_wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").getByText("Not signed in").waitFor();
    await page.getByLabel("Token").fill(TOKEN);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("ann (responder)").waitFor();
    await page.locator(".live-live").waitFor();
    await visit.open("/silences");
    await page.getByText("No active silence").waitFor();
    await visit.open("/access");
    await page.getByText("Tokens are for administrators").waitFor();
    expect(await page.evaluate("document.cookie")).toBe("");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByText("Signed out.").waitFor();
    await visit.open("/status");
    await page.getByText("Please sign in").first().waitFor();

    // A session that has ended is one that was never there.
    await visit.open("/settings");
    await page.getByLabel("Token").fill(TOKEN);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("ann (responder)").waitFor();
    await page.context().clearCookies();
    await visit.open("/silences");
    await page.getByText("Please sign in").waitFor();
    await page.getByRole("banner").getByRole("link", { name: "Sign in" }).waitFor();
  }, 180_000);

  test("lets an admin make tokens and heartbeats, try a receiver, and have a notification sent again", async () => {
    let isDown = true;
    await using hook = new WebhookReceiver(() => new Response("", { status: isDown ? 503 : 200 }));
    const config = `
route: {receiver: hook, group_wait: 100ms, group_interval: 1h}
receivers: [{name: hook, webhook_configs: [{url: '${hook.url}'}]}]
`;
    await using server = new Server({ config, args: ["--plus.config.file=plus.yml"] }, await freePort());
    writeFileSync(join(server.directory, "token"), TOKEN);
    writeFileSync(
      join(server.directory, "plus.yml"),
      `access: {enabled: true, tokens: [{name: root, role: admin, token_file: ${server.directory}/token}]}\n`,
    );
    await server.start();
    await postAlerts(server, { labels: { alertname: "Down" }, endsAt: fromNow(3_600_000) });
    await using visit = await Visit.begin(browser, server);
    const { page } = visit;
    await visit.open("/access");
    await page.getByLabel("Token", { exact: true }).fill(TOKEN);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("root (admin)").waitFor();
    await page.getByLabel("Name of the new token").fill("grafana");
    await page.getByLabel("Role").selectOption("viewer");
    await page.getByRole("button", { name: "Make a token" }).click();
    await page.getByText(/amp_[0-9a-f]{64}/).waitFor();
    await page
      .getByRole("row", { name: /grafana viewer/ })
      .getByRole("button", { name: "Revoke" })
      .click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await page.getByRole("row", { name: /grafana/ }).waitFor({ state: "detached" });

    await visit.open("/receivers");
    await page.getByText("failing").first().waitFor();
    await page.getByRole("button", { name: "Send a test" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Send a test" }).click();
    await page.getByText(/Test of webhook\[0\]/).waitFor();

    isDown = false;
    await visit.open("/notifications");
    await page
      .getByText(/status code 503/)
      .first()
      .waitFor();
    await page.getByRole("button", { name: "Try now" }).first().click();
    await page.locator(".card .badge", { hasText: "delivered" }).waitFor();

    await visit.open("/heartbeats");
    await page.getByRole("button", { name: "New heartbeat" }).click();
    await page.getByLabel("Name").fill("prometheus");
    await page.getByRole("button", { name: "Create" }).click();
    await page.locator(".card", { hasText: "prometheus" }).getByText("never seen").waitFor();
    // What is refused, before signing in or while a notification is on its way by itself, the browser notes down.
    expect(visit.complaints.filter((one) => !one.includes("Failed to load resource"))).toEqual([]);
  }, 180_000);
});
