import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { freePort } from "../support/port.ts";
import { Server } from "../support/server.ts";
import { hasBrowser, launch, Visit } from "./browser.ts";

const CONFIG = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n";
const TOKEN = `amp_${"7a".repeat(32)}`;

describe.skipIf(!hasBrowser)("a server that asks who one is", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  }, 30_000);
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
    await page.getByRole("main").getByRole("link", { name: "Sign in" }).click();
    await page.getByLabel("Token").fill("amp_wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("Not signed in").waitFor();
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
  }, 60_000);
});
