import { describe, expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { getAlerts, getSilence, getSilences, postAlerts } from "../support/api.ts";
import { program, startServer, type Server } from "../support/server.ts";
import { fromNow } from "../support/time.ts";

// The amtool beside the program under test, and Alertmanager's own where AMTOOL says there is one.
const own = join(dirname(program), "amtool");
const original = process.env.AMTOOL;
if (original === undefined)
  console.log("amtool-works: not run with Alertmanager's own amtool, as AMTOOL does not name one");
const tools = [own, original].filter((path) => path !== undefined && existsSync(path)) as string[];

const config = `
route:
  receiver: default
  group_by: [alertname]
  routes:
    - matchers: [team="db"]
      receiver: database
receivers:
  - name: default
  - name: database
`;

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe.each(tools)("%s", (tool) => {
  async function run(server: Server | undefined, ...args: readonly string[]): Promise<Outcome> {
    const child = Bun.spawn([tool, ...(server === undefined ? [] : [`--alertmanager.url=${server.url}`]), ...args], {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      // No configuration of its own from this user's home.
      env: { PATH: process.env.PATH ?? "", HOME: "/nonexistent" },
      timeout: 20_000,
    });
    const [stdout, stderr, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    return { code, stdout, stderr };
  }

  async function succeed(server: Server | undefined, ...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await run(server, ...args);
    expect({ args, code, stderr: code === 0 ? "" : stderr }).toEqual({ args, code: 0, stderr: "" });
    return stdout;
  }

  test.concurrent(
    "adds and queries alerts",
    async () => {
      await using server = await startServer({ config });
      await succeed(server, "alert", "add", "DiskFull", "node=one", "--annotation=summary=full of <logs>");
      await succeed(server, "alert", "add", "alertname=DiskSlow", "node=two", `--end=${fromNow(600_000)}`);
      const [full] = await getAlerts(server, { filter: "node=one" });
      expect(full?.labels).toEqual({ alertname: "DiskFull", node: "one" });
      expect(full?.annotations).toEqual({ summary: "full of <logs>" });

      const simple = (await succeed(server, "alert", "query")).split("\n");
      expect(simple[0]).toMatch(/^Alertname +Starts At +Summary +State *$/);
      expect(simple[1]).toMatch(/^DiskFull .* full of <logs> +active *$/);
      expect(simple[2]).toMatch(/^DiskSlow .* active *$/);
      const json = JSON.parse(await succeed(server, "alert", "query", "-o", "json", 'node=~"t.o"')) as unknown[];
      expect(json).toMatchObject([{ labels: { alertname: "DiskSlow", node: "two" }, status: { state: "active" } }]);
      expect(await succeed(server, "alert", "query", "-o", "json", "DiskFull", "node=two")).toBe("[]\n");
    },
    60_000,
  );

  test.concurrent(
    "adds, queries, changes, exports, imports and expires silences",
    async () => {
      await using server = await startServer({ config });
      const id = (
        await succeed(
          server,
          "silence",
          "add",
          "--author=me",
          "--comment=why not",
          "--duration=1h",
          "DiskFull",
          'node=~"o.*"',
          "zone!=a",
        )
      ).trim();
      const silence = await getSilence(server, id);
      expect([silence.createdBy, silence.comment, silence.status.state]).toEqual(["me", "why not", "active"]);
      expect(silence.matchers.map(({ name, value, isRegex, isEqual }) => [name, value, isRegex, isEqual])).toEqual([
        ["alertname", "DiskFull", false, true],
        ["node", "o.*", true, true],
        ["zone", "a", false, false],
      ]);
      expect((await succeed(server, "silence", "query", "-q")).trim()).toBe(id);
      expect(await succeed(server, "silence", "query")).toContain('alertname="DiskFull" node=~"o.*" zone!="a"');
      expect((await succeed(server, "silence", "query", "-q", "alertname=Other")).trim()).toBe("");

      await succeed(server, "silence", "update", "--comment=because", id);
      expect((await getSilence(server, id)).comment).toBe("because");

      const exported = await succeed(server, "silence", "query", "-o", "json");
      const file = join(server.directory, "silences.json");
      writeFileSync(file, exported);
      await succeed(server, "silence", "expire", id);
      expect((await getSilence(server, id)).status.state).toBe("expired");
      await succeed(server, "silence", "import", "--force", file);
      expect(await getSilences(server, { expired: "false" })).toMatchObject([
        { comment: "because", matchers: silence.matchers, status: { state: "active" } },
      ]);

      const gone = await run(server, "silence", "expire", "00000000-0000-4000-8000-000000000000");
      expect(gone.code).toBe(1);
      expect(gone.stderr).toContain("error");
    },
    60_000,
  );

  test.concurrent(
    "imports what is good of a file of silences and counts what is not",
    async () => {
      await using server = await startServer({ config });
      const silence = (value: string, startsInMs: number, endsInMs: number) => ({
        matchers: [{ name: "alertname", value, isRegex: false }],
        startsAt: fromNow(startsInMs),
        endsAt: fromNow(endsInMs),
        createdBy: "me",
        comment: "imported",
      });
      const file = join(server.directory, "silences.json");
      const importing = async (content: string) => {
        writeFileSync(file, content);
        const { code, stdout, stderr } = await run(server, "silence", "import", file);
        return { code, text: stdout + stderr };
      };

      const mixed = await importing(
        JSON.stringify([
          silence("one", 0, 3_600_000),
          silence("two", 3_600_000, 0),
          silence("three", 0, 3_600_000),
          silence("four", 3_600_000, 0),
          silence("five", 0, 3_600_000),
        ]),
      );
      expect(mixed.code).toBe(1);
      expect(mixed.text).toContain("couldn't import 2 out of 5 silences");
      const imported = (await getSilences(server)).map(({ matchers }) => matchers[0]?.value);
      expect(imported.sort()).toEqual(["five", "one", "three"]);

      const zero = "0001-01-01T00:00:00.000Z";
      const never = await importing(JSON.stringify([{ ...silence("six", 0, 0), startsAt: zero, endsAt: zero }]));
      expect(never.code).toBe(1);
      expect(never.text).toContain("couldn't import 1 out of 1 silences");

      const broken = await importing('[{"broken": "json"');
      expect(broken.code).toBe(1);
      expect(broken.text).toContain("couldn't unmarshal");
      expect(await getSilences(server)).toHaveLength(3);
    },
    60_000,
  );

  test.concurrent(
    "says which version it is",
    async () => {
      expect(await succeed(undefined, "--version")).toMatch(/^amtool, version \d+\.\d+\.\d+/);
    },
    60_000,
  );

  test.concurrent(
    "shows the configuration, its routes and where an alert goes",
    async () => {
      await using server = await startServer({ config });
      expect(await succeed(server, "config", "show")).toContain("receiver: database");
      expect(await succeed(server, "config", "routes", "show")).toContain('{team="db"}  receiver: database');
      expect((await succeed(server, "config", "routes", "test", "team=db")).trim()).toBe("database");
      expect((await succeed(server, "config", "routes", "test", "team=web")).trim()).toBe("default");
      expect((await run(server, "config", "routes", "test", "--verify.receivers=default", "team=db")).code).toBe(1);
      expect(await succeed(server, "cluster", "show")).toMatch(/^Cluster Status: +disabled$/m);
    },
    60_000,
  );

  test.concurrent(
    "checks a configuration and renders a template without a server",
    async () => {
      await using server = await startServer({ config });
      expect(await succeed(undefined, "check-config", server.configFile)).toContain("SUCCESS");
      const bad = join(server.directory, "bad.yml");
      writeFileSync(bad, "route: { receiver: gone }\n");
      const checked = await run(undefined, "check-config", bad);
      expect(checked.code).toBe(1);
      expect(checked.stdout + checked.stderr).toContain('undefined receiver "gone" used in route');

      const template = join(server.directory, "one.tmpl");
      writeFileSync(template, '{{ define "title" }}{{ .Status | toUpper }}{{ end }}');
      const rendered = await succeed(
        undefined,
        "template",
        "render",
        `--template.glob=${template}`,
        '--template.text={{ template "title" . }}',
      );
      // The status of the example it renders with is the word "alertstatus".
      expect(rendered.trim()).toBe("ALERTSTATUS");
    },
    60_000,
  );

  test.concurrent(
    "says so and fails when there is no server",
    async () => {
      const { code, stderr } = await run({ url: "http://127.0.0.1:1" } as Server, "alert", "query");
      expect(code).toBe(1);
      expect(stderr).toContain("connection refused");
    },
    60_000,
  );

  test.concurrent(
    "sees an inhibited alert only when asked to",
    async () => {
      await using server = await startServer({
        config: `${config}
inhibit_rules:
  - source_matchers: [severity="critical"]
    target_matchers: [severity="warning"]
    equal: [node]
`,
      });
      await postAlerts(
        server,
        { labels: { alertname: "Down", node: "one", severity: "critical" } },
        { labels: { alertname: "Slow", node: "one", severity: "warning" } },
      );
      const names = async (...args: readonly string[]) =>
        (
          JSON.parse(await succeed(server, "alert", "query", "-o", "json", ...args)) as {
            labels: { alertname: string };
          }[]
        )
          .map(({ labels }) => labels.alertname)
          .sort();
      expect(await names()).toEqual(["Down"]);
      expect(await names("--inhibited")).toEqual(["Slow"]);
      expect(await names("--inhibited", "--active")).toEqual(["Down", "Slow"]);
    },
    60_000,
  );
});
