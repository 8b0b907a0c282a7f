// Called by `scripts/bench ui`: the web page with 10,000 alerts in a real Chromium, beside its goals.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { postAlerts } from "../../test/support/api.ts";
import { startServer } from "../../test/support/server.ts";
import { someAlerts } from "../../test/ui/alerts.ts";
import { launch, Visit } from "../../test/ui/browser.ts";

const COUNT = 10_000;
const ROUNDS = 5;
const CONFIG = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n";

/** Notes down every task of 50 ms and more from the beginning. */
const OBSERVE = `
  window.longTasks = [];
  new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map(({ duration }) => duration)))
    .observe({ type: "longtask", buffered: true });
`;

/** Scrolls by screens to the end, one a frame, as far as it has been fetched; gives how many screens. */
const SCROLL = `new Promise((resolve) => {
  let screens = 0;
  const step = () => {
    const before = scrollY;
    scrollBy(0, innerHeight);
    screens++;
    if (scrollY === before) resolve(screens); else requestAnimationFrame(step);
  };
  step();
})`;

/** Clicks a facet and gives the ms until the first row of the filtered list is drawn. */
const FILTER = `new Promise((resolve) => {
  const button = [...document.querySelectorAll(".facets .facet-value")].find((one) => one.textContent.startsWith("DiskFull"));
  const begun = performance.now();
  button.click();
  const look = () =>
    document.querySelector(".row-alert")?.getAttribute("aria-setsize") === "1250"
      ? requestAnimationFrame(() => resolve(performance.now() - begun))
      : setTimeout(look, 1);
  look();
})`;

interface Figures {
  readonly firstRow: number;
  readonly longestAtStart: number;
  readonly longestScrolling: number;
  readonly filter: number;
}

async function measure(): Promise<Figures> {
  await using visit = await Visit.begin(browser, server);
  const { page } = visit;
  await page.addInitScript(OBSERVE);
  const longest = async () => Number(await page.evaluate("Math.max(0, ...longTasks.splice(0))"));
  await visit.open("/alerts?sort=alertname");
  await page.locator(".row-alert").first().waitFor();
  const firstRow = Number(await page.evaluate("performance.now()"));
  await page.locator(".facets .facet-value", { hasText: "DiskFull" }).waitFor();
  const longestAtStart = await longest();
  const screens = Number(await page.evaluate(SCROLL));
  await visit.until(`document.querySelector('[aria-posinset="${COUNT}"].row-alert') !== null`);
  const longestScrolling = await longest();
  process.stderr.write(`${screens} screens scrolled\n`);
  const filter = Number(await page.evaluate(FILTER));
  return { firstRow, longestAtStart, longestScrolling, filter };
}

/** Bytes of all files of the page with this ending. */
function bytes(ending: string): number {
  const directory = join(import.meta.dir, "../../dist/ui/assets");
  const names = readdirSync(directory).filter((name) => name.endsWith(ending));
  return names.reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);
}

await using server = await startServer({ config: CONFIG });
const alerts = someAlerts(COUNT);
for (let n = 0; n < COUNT; n += 1000) await postAlerts(server, ...alerts.slice(n, n + 1000));
const browser = await launch();
const rounds: Figures[] = [];
for (let round = 0; round < ROUNDS; round++) rounds.push(await measure());
await browser.close();

const best = (name: keyof Figures) => Math.round(Math.min(...rounds.map((one) => one[name])));
/** Browsers tell of tasks from 50 ms on. */
const longestTask = (name: keyof Figures) => (best(name) === 0 ? "below 50 ms" : `${best(name)} ms`);
console.log(`The page with ${COUNT.toLocaleString("en")} alerts, the best of ${ROUNDS} rounds, server and browser on the same cores:

| row | figure | goal |
|---|---|---|
| from nothing to the first alert on the screen | ${best("firstRow")} ms | 1,000 ms |
| longest task until then | ${longestTask("longestAtStart")} | 100 ms |
| longest task while all are scrolled through | ${longestTask("longestScrolling")} | 100 ms |
| from a click on a facet to the filtered list | ${best("filter")} ms | 100 ms |
| all files of the page, brotli / gzip | ${Math.round(bytes(".br") / 1000)} / ${Math.round(bytes(".gz") / 1000)} KB | 250 KB |`);
process.exit(0);
