import { expect, test } from "bun:test";
import { createMatcherParser } from "../../core/model/matcher-parse.ts";
import { loadConfig } from "../load.ts";
import { configChanges } from "./changes.ts";

const parser = createMatcherParser("fallback", () => undefined);
const load = (source: string) => loadConfig(source, { baseDir: "/", parser, checkTemplate: () => undefined }).config;

const OLD = `
route:
  receiver: a
  routes:
    - {matchers: [x="1"], receiver: b}
    - {matchers: [x="2"], receiver: a}
receivers:
  - {name: a, webhook_configs: [{url: "http://one/hush"}]}
  - {name: b}
inhibit_rules:
  - {source_matchers: [s="1"], target_matchers: [s="2"], equal: [c]}
time_intervals:
  - {name: night, time_intervals: [{times: [{start_time: "22:00", end_time: "23:00"}]}]}
`;
const NOTHING = { added: [], removed: [], changed: [] };

test("the same configuration, otherwise written, has no changes", () => {
  const after = `# a comment\n${OLD.replace('[x="1"]', "[ 'x = 1' ]")}`;
  expect(configChanges(load(OLD), load(after))).toEqual({
    routes: NOTHING,
    receivers: NOTHING,
    inhibitRules: NOTHING,
    intervals: NOTHING,
  });
});

test("what is added, removed and changed is named, with the keys that differ", () => {
  const after = OLD.replace('[x="1"], receiver: b', '[x="3"], receiver: b')
    .replace('[x="2"], receiver: a', '[x="2"], receiver: b, group_wait: 1m')
    .replace("  - {name: b}\n", "  - {name: c}\n  - {name: b, slack_configs: [{api_url: http://s/}]}\n")
    .replace("equal: [c]", "equal: [d]")
    .replace("23:00", "23:30");
  expect(configChanges(load(OLD), load(after))).toEqual({
    routes: {
      added: ['{}/{x="3"}'],
      removed: ['{}/{x="1"}'],
      changed: [
        { name: "{}", keys: ["routes"] },
        { name: '{}/{x="2"}', keys: ["receiver", "group_wait"] },
      ],
    },
    receivers: { added: ["c"], removed: [], changed: [{ name: "b", keys: ["slack_configs"] }] },
    inhibitRules: { added: [], removed: [], changed: [{ name: '{s="1"} mutes {s="2"}', keys: ["equal"] }] },
    intervals: { added: [], removed: [], changed: [{ name: "night", keys: ["time_intervals"] }] },
  });
});

test("another secret is a change that shows nothing of it, another order of routes one of their parent", () => {
  const { receivers } = configChanges(load(OLD), load(OLD.replace("hush", "hush-hush")));
  expect(receivers.changed).toEqual([{ name: "a", keys: ["webhook_configs"] }]);
  const lines = OLD.split("\n");
  const [first, second] = [lines[4] as string, lines[5] as string];
  const swapped = lines.with(4, second).with(5, first).join("\n");
  expect(configChanges(load(OLD), load(swapped)).routes.changed).toEqual([{ name: "{}", keys: ["routes"] }]);
});
