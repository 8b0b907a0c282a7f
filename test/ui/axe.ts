import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";

const source = readFileSync(Bun.resolveSync("axe-core/axe.min.js", import.meta.dir), "utf8");

interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
}

/** What on the page does not keep to WCAG 2.2 AA, one line each: the rule, the place and what to do. */
export async function inaccessible(page: Page): Promise<readonly string[]> {
  await page.evaluate(source);
  const rules = JSON.stringify({
    resultTypes: ["violations"],
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    // The library's dialogs have a <header>, which within a dialog is no banner.
    rules: { "landmark-no-duplicate-banner": { enabled: false }, "landmark-unique": { enabled: false } },
  });
  const found = (await page.evaluate(
    `axe.run(document, ${rules}).then(({ violations }) => violations)`,
  )) as Violation[];
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary.replaceAll("\n", " ")}`),
  );
}
