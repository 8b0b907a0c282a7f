import { existsSync } from "node:fs";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import type { Server } from "../support/server.ts";
import { eventually } from "../support/wait.ts";

/** The system's browser: $TEST_CHROMIUM, or where distributions put it. */
const executable = [
  process.env.TEST_CHROMIUM ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/snap/bin/chromium",
].find((path) => path !== "" && existsSync(path));

/** Whether the tests of the page can run. */
export const hasBrowser = executable !== undefined;
if (!hasBrowser)
  console.log("the web page: not tested, as there is no Chromium (install it, or name one in TEST_CHROMIUM)");

export async function launch(): Promise<Browser> {
  if (executable === undefined) throw new Error("there is no Chromium");
  // As root, as in most containers, Chromium has no sandbox.
  return chromium.launch({ executablePath: executable, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}

/** A page of one server, and what went wrong on it. */
export class Visit implements AsyncDisposable {
  readonly page: Page;
  /** Errors of scripts and of the policy, answers above 399, and requests to anybody else. */
  readonly complaints: string[] = [];
  readonly #context: BrowserContext;
  readonly #server: Server;

  private constructor(context: BrowserContext, page: Page, server: Server) {
    this.#context = context;
    this.page = page;
    this.#server = server;
    page.on("pageerror", (error) => this.complaints.push(`error: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error") this.complaints.push(`console: ${message.text()}`);
    });
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(server.url) && !url.startsWith("data:")) this.complaints.push(`asked elsewhere: ${url}`);
    });
  }

  static async begin(browser: Browser, server: Server, options: BrowserContextOptions = {}): Promise<Visit> {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      timezoneId: "Europe/Berlin",
      locale: "en-GB",
      reducedMotion: "reduce",
      ...options,
    });
    // A bound, not a promise: with everything else on the machine busy, a page takes its time.
    context.setDefaultTimeout(60_000);
    return new Visit(context, await context.newPage(), server);
  }

  /** @param hash such as `/alerts?filter=…` */
  async open(hash: string): Promise<void> {
    await this.page.goto(`${this.#server.url}/#${hash}`);
    const path = (hash.split("?")[0] ?? "").replace(/^\//, "");
    await this.page.locator(`main[data-at="${path}"] h1`).first().waitFor({ state: "attached" });
  }

  /** Waits until an expression holds in the page. */
  async until(expression: string): Promise<void> {
    await eventually(expression, async () => (await this.page.evaluate(expression)) === true, { withinMs: 40_000 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
  }
}
