/*
 * Records how the real Alertmanager reads the inputs in matchers.json, for matchers.test.ts:
 *
 *     bun test/compat/record-matchers.ts PATH/alertmanager PATH/amtool
 *
 * A new input is added to matchers.json as {"input":"…"} before.
 *
 * One matcher alone is read by amtool, which sends what it understood to a server of ours, and by the API's `filter`, which
 * gives the error. A list is read from a configuration, printed by the status or refused by the reload. Warnings are in the log.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse as parseYaml } from "yaml";
import { matchTypeOf } from "../../src/core/model/matcher.ts";
import { freePort } from "../support/port.ts";
import type { Reading, Readings } from "./matcher-table.ts";

const FLAGS = { fallback: "", classic: "classic-mode", "utf8-strict": "utf8-strict-mode" } as const;
type Mode = keyof typeof FLAGS;

const [alertmanager = "", amtool = ""] = process.argv.slice(2);
if (amtool === "") throw new Error("usage: record-matchers.ts ALERTMANAGER AMTOOL");

/** A YAML string in ASCII, so that no character of the input means anything to YAML. */
function yamlString(text: string): string {
  const escaped = Array.from(text, (char) => {
    const c = char.codePointAt(0) as number;
    if (char === '"' || char === "\\") return `\\${char}`;
    return c >= 0x20 && c < 0x7f ? char : `\\U${c.toString(16).padStart(8, "0")}`;
  });
  return `"${escaped.join("")}"`;
}

function configuration(matchers: readonly string[]): string {
  const list = `[${matchers.map(yamlString).join(", ")}]`;
  return `route: {receiver: r, routes: [{receiver: r, matchers: ${list}}]}\nreceivers: [{name: r}]\n`;
}

interface Server {
  readonly url: string;
  readonly configFile: string;
  /** The warning about matchers logged since the last call, as message, error and suggestion. */
  warning(): Promise<string[]>;
  stop(): Promise<void>;
}

async function startServer(mode: Mode): Promise<Server> {
  const dir = await mkdtemp(join(tmpdir(), "record-matchers-"));
  const configFile = join(dir, "alertmanager.yml");
  await Bun.write(configFile, configuration([]));
  const address = `127.0.0.1:${await freePort()}`;
  const flags = ["--cluster.listen-address=", "--log.format=json", `--enable-feature=${FLAGS[mode]}`];
  const server = Bun.spawn(
    [alertmanager, `--config.file=${configFile}`, `--storage.path=${dir}`, `--web.listen-address=${address}`, ...flags],
    { stdout: "ignore", stderr: "pipe" },
  );
  const lines: string[] = [];
  const reading = (async () => {
    let rest = "";
    for await (const chunk of server.stderr.pipeThrough(new TextDecoderStream())) {
      const parts = (rest + chunk).split("\n");
      rest = parts.pop() ?? "";
      lines.push(...parts);
    }
  })();
  const url = `http://${address}`;
  const isReady = () =>
    fetch(`${url}/-/ready`).then(
      (r) => r.ok,
      () => false,
    );
  while (!(await isReady())) await Bun.sleep(50);
  return {
    url,
    configFile,
    async warning() {
      // Logged before the answer was given, so all but here.
      await Bun.sleep(5);
      const entries = lines.splice(0).map((line) => JSON.parse(line) as Record<string, string>);
      const warning = entries.find(({ level, input }) => level === "WARN" && input !== undefined);
      return [warning?.["msg"], warning?.["err"], warning?.["suggestion"]].filter(
        (text): text is string => text !== undefined,
      );
    },
    async stop() {
      server.kill();
      await server.exited;
      await reading;
      await rm(dir, { recursive: true });
    },
  };
}

async function readSingle(server: Server, mode: Mode, input: string): Promise<Reading> {
  const answer = await fetch(`${server.url}/api/v2/alerts?filter=${encodeURIComponent(input)}`);
  const warning = await server.warning();
  if (!answer.ok) return { error: (await answer.json()) as string, warning };
  return { matchers: await askAmtool(mode, input), warning };
}

interface PostedSilence {
  readonly matchers: readonly { name: string; value: string; isRegex: boolean; isEqual: boolean }[];
}

/** Name, type and value of a matcher as amtool would send it to an Alertmanager. */
async function askAmtool(mode: Mode, input: string): Promise<string[]> {
  const posted = Promise.withResolvers<PostedSilence>();
  const receiver = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      posted.resolve((await request.json()) as PostedSilence);
      return Response.json({ silenceID: "00000000-0000-4000-8000-000000000000" });
    },
  });
  const flags = [`--alertmanager.url=${receiver.url.origin}`, "--no-version-check", `--enable-feature=${FLAGS[mode]}`];
  // A first matcher of ours, because amtool takes a first one that it cannot read for an alert's name.
  const silence = ["silence", "add", "--comment=x", "--author=x", 'first="x"', "--", input];
  const run = Bun.spawn([amtool, ...flags, ...silence], { stdout: "ignore", stderr: "inherit" });
  if ((await run.exited) !== 0) throw new Error(`amtool refuses ${JSON.stringify(input)} in ${mode} mode`);
  const [, matcher] = (await posted.promise).matchers;
  await receiver.stop(true);
  if (matcher === undefined) throw new Error(`amtool sent nothing for ${JSON.stringify(input)}`);
  return [matcher.name, matchTypeOf(matcher.isEqual, matcher.isRegex), matcher.value];
}

async function readList(server: Server, input: string): Promise<Reading> {
  await Bun.write(server.configFile, configuration([input]));
  const reload = await fetch(`${server.url}/-/reload`, { method: "POST" });
  const warning = await server.warning();
  if (!reload.ok) {
    const error = (await reload.text()).replace(/^failed to reload config: /, "").replace(/\n$/, "");
    return { error, warning };
  }
  const status = (await (await fetch(`${server.url}/api/v2/status`)).json()) as { config: { original: string } };
  const config = parseYaml(status.config.original) as { route: { routes: { matchers?: string[] }[] } };
  return { matchers: config.route.routes[0]?.matchers ?? [], warning };
}

async function recordMode(mode: Mode, inputs: readonly string[]): Promise<[Mode, Readings[]]> {
  const server = await startServer(mode);
  const readings: Readings[] = [];
  for (const input of inputs) {
    await server.warning();
    readings.push({ single: await readSingle(server, mode, input), list: await readList(server, input) });
  }
  await server.stop();
  return [mode, readings];
}

const file = join(import.meta.dir, "matchers.json");
// amtool takes "@x" for the name of a file of arguments, and no program can be given a NUL.
const inputs = ((await Bun.file(file).json()) as { input: string }[])
  .map((row) => row.input)
  .filter((input) => !input.startsWith("@") && !input.includes("\0"));
const modes = await Promise.all((Object.keys(FLAGS) as Mode[]).map((mode) => recordMode(mode, inputs)));
const rows = inputs.map((input, i) =>
  JSON.stringify(Object.fromEntries([["input", input], ...modes.map(([mode, all]) => [mode, all[i]])])),
);
await Bun.write(file, `[\n${rows.join(",\n")}\n]\n`);
