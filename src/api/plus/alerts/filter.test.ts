import { expect, test } from "bun:test";
import { labelSetFromObject } from "../../../core/model/labels.ts";
import { alert, EVERY, matcher, TestAlerts } from "./alerts-harness.ts";
import type { AlertFilter } from "./filter.ts";
import { scan } from "./scan.ts";

const view = new TestAlerts(
  alert({ alertname: "DiskFull", receiver: "ops+dev", severity: "critical", path: String.raw`C:\new` }),
  alert(
    { alertname: "Slow", receiver: "dev", silenced: "s1" },
    { annotations: labelSetFromObject({ summary: 'takes "long", über 5s' }) },
  ),
  alert({ alertname: "Down", receiver: "ops", silenced: "s1", inhibited: "f1" }),
  alert({ alertname: "Night", receiver: "ops", muted: "nights" }),
);

async function names(filter: Partial<AlertFilter>): Promise<string[]> {
  const found: string[] = [];
  await scan(view, { ...EVERY, ...filter }, ({ alert: { labels } }) => found.push(labels.get("alertname")));
  return found.toSorted();
}

test.each<[string, Partial<AlertFilter>, string[]]>([
  ["nothing", {}, ["DiskFull", "Down", "Night", "Slow"]],
  ["a matcher", { matchers: [matcher("alertname", "Slow")] }, ["Slow"]],
  ["one of two receivers", { receivers: ["dev"] }, ["DiskFull", "Slow"]],
  ["active ones", { states: ["active"] }, ["DiskFull"]],
  ["silenced ones", { states: ["silenced"] }, ["Down", "Slow"]],
  ["inhibited or muted ones", { states: ["inhibited", "muted"] }, ["Down", "Night"]],
  ["unprocessed ones", { states: ["unprocessed"] }, []],
  ["a severity", { severities: ["critical", "warning"] }, ["DiskFull"]],
  ["a category", { categories: ["network"] }, []],
  ["a word", { text: "diskf" }, ["DiskFull"]],
  ["a word of an annotation", { text: "LONG" }, ["Slow"]],
  ["letters in whatever case", { text: "ÜBER" }, ["Slow"]],
  ["words that stand apart", { text: "slow  5s" }, ["Slow"]],
  ["words of which one is nowhere", { text: "slow 6s" }, []],
  ["the name of a label", { text: "path" }, ["DiskFull"]],
  ["what only looks so in JSON", { text: '":"' }, []],
  ["a quote", { text: '"long"' }, ["Slow"]],
  ["a backslash", { text: String.raw`c:\n` }, ["DiskFull"]],
  ["what an escape only looks like", { text: String.raw`\\` }, []],
  ["signs of regular expressions", { text: ".*" }, []],
  ["a minus", { text: "a-b" }, []],
  ["blanks", { text: "  " }, ["DiskFull", "Down", "Night", "Slow"]],
])("alerts by %s", async (_, filter, expected) => {
  expect(await names(filter)).toEqual(expected);
});
