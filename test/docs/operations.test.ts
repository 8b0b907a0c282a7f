import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { request } from "../support/api.ts";
import { startWithPlus } from "../support/classification.ts";
import { freePort } from "../support/port.ts";
import { eventually } from "../support/wait.ts";

const ROOT = join(import.meta.dir, "../..");
const page = readFileSync(join(ROOT, "docs/operations.md"), "utf8");

test("the page has an answer to each alert there is a rule for, and to no other", () => {
  const file = parse(readFileSync(join(ROOT, "helm/alertmanager-plus-plus/files/alerts.yaml"), "utf8")) as {
    readonly groups: readonly { readonly rules: readonly { readonly alert: string }[] }[];
  };
  const rules = new Set(file.groups.flatMap(({ rules: of }) => of.map(({ alert }) => alert)));
  const answered = new Set(Array.from(page.matchAll(/`(Alertmanager[A-Z]\w+)`/g), ([, name = ""]) => name));
  expect([...answered].sort()).toEqual([...rules].sort());
});

test("the metrics it says to watch are there", async () => {
  await using server = await startWithPlus({
    config: "route: {receiver: none}\nreceivers: [{name: none}]",
    plus: `heartbeats:
  - {name: prometheus, matchers: alertname="Watchdog", every: 5m}
  - {name: outside, url: http://127.0.0.1:${await freePort()}, every: 1s}
`,
    // Both are away, and have their metrics all the same.
    env: {
      ALERTMANAGER_POSTGRES_URL: `postgres://nobody@127.0.0.1:${await freePort()}/none`,
      ALERTMANAGER_REDIS_URL: `redis://127.0.0.1:${await freePort()}`,
    },
    clusterPort: await freePort(),
  });
  const watched = Array.from(page.matchAll(/`((?:alertmanager|process)_[a-z_]+[a-z])`/g), ([, name = ""]) => name);
  expect(watched.length).toBeGreaterThan(7);
  // Calls are counted from the first on.
  await eventually("every metric", async () => {
    const { text } = await request(server, "GET", "/metrics");
    const shown = new Set(Array.from(text.matchAll(/^# TYPE (\S+)/gm), ([, name = ""]) => name));
    expect(watched.filter((name) => !shown.has(name))).toEqual([]);
    return true;
  });
}, 60_000);
