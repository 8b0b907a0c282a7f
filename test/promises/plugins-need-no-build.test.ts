import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { Secret } from "../../src/config/secret.ts";
import { createLaunch } from "../../src/plugins/process.ts";
import { notificationOf, openPlugin, pluginDirectory } from "../../src/plugins/plugins-harness.ts";
import { program } from "../support/server.ts";

const launch = createLaunch([program]);

/** Publishes nothing, and gives back what it is asked about. */
const says = (what: string, before = "") => `
  ${before}
  const say = async (notification, context) => ({ ok: true, receiverData: { said: JSON.stringify(${what}) } });
  export default { name: "it", apiVersion: 1, publisher: { publish: say } };
`;

async function said(plugin: ReturnType<typeof openPlugin>): Promise<unknown> {
  const result = await plugin.publish();
  if (!result.ok) throw new Error(result.error);
  return JSON.parse(String(result.receiverData?.["said"]));
}

test("TypeScript is loaded as it is: its types, its enums, files beside it, and none of our sources", async () => {
  using files = pluginDirectory();
  files.write("model.json", '{"weights": [1, 2]}');
  files.write("other.ts", "export const other: string = `other of ${import.meta.file}`;");
  const path = files.write(
    "typed.ts",
    says(
      "[Kind.B, other, model.weights, await later()]",
      `import type { Plugin } from "./not-here.ts";
       import { other } from "./other.ts";
       import model from "./model.json";
       enum Kind { A = 1, B }
       const later = async (): Promise<string> => (await import("./other.ts")).other satisfies string as string;`,
    ),
  );
  await using plugin = openPlugin(path, launch);
  expect(await said(plugin)).toEqual([2, "other of other.ts", [1, 2], "other of other.ts"]);
});

test("packages beside the plugin are found, and none is fetched", async () => {
  using files = pluginDirectory();
  mkdirSync(`${files.directory}/node_modules/greeting`, { recursive: true });
  files.write("node_modules/greeting/package.json", '{"name": "greeting", "exports": {"import": "./main.mjs"}}');
  files.write("node_modules/greeting/main.mjs", 'export const greeting = "hello";');
  const path = files.write("packaged.ts", says("greeting", 'import { greeting } from "greeting";'));
  await using plugin = openPlugin(path, launch);
  expect(await said(plugin)).toBe("hello");

  await using other = openPlugin(files.write("lost.ts", says("pad", 'import pad from "left-pad";')), launch);
  expect(await other.publish()).toMatchObject({ ok: false, retry: true });
  expect(other.text()).toContain("Cannot find package 'left-pad'");
});

test("it gets its options and the notification, and nothing of our environment", async () => {
  process.env["OUR_SECRET_TOKEN"] = "hunter2hunter2";
  using files = pluginDirectory();
  const path = files.write(
    "told.ts",
    says("[process.env, context.options.channel, notification, process.argv.length]"),
  );
  await using plugin = openPlugin(path, launch, { options: new Secret('{"channel": "#ops"}') });
  const { alerts } = notificationOf();
  expect(await said(plugin)).toEqual([
    {},
    "#ops",
    {
      receiver: "teams",
      status: "firing",
      alerts: [
        {
          status: "firing",
          labels: { alertname: "DiskFull" },
          annotations: { summary: "The disk is full." },
          startsAt: "2026-01-05T12:00:00Z",
          endsAt: "0001-01-01T00:00:00Z",
          generatorURL: "http://prometheus.example/graph",
          fingerprint: alerts[0]?.labels.fingerprint,
        },
      ],
      groupKey: '{}:{alertname="DiskFull"}',
      groupLabels: { alertname: "DiskFull" },
      commonLabels: { alertname: "DiskFull" },
      commonAnnotations: { summary: "The disk is full." },
      routeLabels: {},
      externalURL: "http://alertmanager.example",
      reason: "first notification",
      receiverData: {},
      idempotencyKey: "key-1",
    },
    4,
  ]);
});
