import { expect, test } from "bun:test";
import { parseYaml } from "../yaml/parser.ts";
import {
  pluginSettings,
  readPluginReceivers,
  readPlugins,
  type PluginReceiver,
  type PluginSettings,
} from "./plugins.ts";
import { readMapping, readRoot } from "./reader.ts";

const environment = { TOKEN: "tok-1234", PORT: "8080" };

interface File {
  readonly plugins: readonly PluginSettings[];
  readonly receivers: ReadonlyMap<string, PluginReceiver>;
}

function readFile(text: string): File {
  const defaults: File = { plugins: [], receivers: new Map() };
  const reader = readMapping(defaults, { plugins: readPlugins, receivers: readPluginReceivers });
  return readRoot(parseYaml(text), environment, reader, defaults);
}

function read(text: string) {
  const file = readFile(text);
  return pluginSettings(file.plugins, file.receivers, (path) => (path.startsWith("/") ? path : `/etc/am/${path}`));
}

test("a plugin is a path, named after its file, with defaults", () => {
  const [plugin] = read("plugins: [/opt/teams.cards.ts]");
  expect({ ...plugin, options: plugin?.options.reveal() }).toEqual({
    name: "teams.cards",
    path: "/opt/teams.cards.ts",
    timeout: 5000,
    memory: 256 * 2 ** 20,
    options: "{}",
  });
});

test("or a mapping; relative paths count from the file's directory", () => {
  const [plugin] = read("plugins: [{path: mine/../index.ts, name: mine, timeout: 500ms, memory: 1GiB}]");
  expect(plugin).toMatchObject({ name: "mine", path: "/etc/am/index.ts", timeout: 500, memory: 2 ** 30 });
});

test("options are whatever they are, variables put in, and shown to nobody", () => {
  const [plugin] = read(`
plugins:
- path: p.ts
  options:
    url: https://x.example/\${TOKEN}
    port: \${PORT}
    limits: [1, 2.5, true, null, "3", yes, 0x10]
    shared: &s {a: {b: text}}
    again: *s
    quoted: "true"
    nothing:
`);
  expect(JSON.parse(plugin?.options.reveal() ?? "")).toEqual({
    url: "https://x.example/tok-1234",
    port: "8080",
    limits: [1, 2.5, true, null, "3", true, 16],
    shared: { a: { b: "text" } },
    again: { a: { b: "text" } },
    quoted: "true",
    nothing: null,
  });
  expect(JSON.stringify(plugin)).not.toContain("tok-1234");
  expect(Bun.inspect(plugin)).not.toContain("tok-1234");
});

test.each([
  ["plugins: /p.ts", "line 1: plugins: expected a sequence"],
  ["plugins: ['']", "line 1: plugins[0]: has no path"],
  ["plugins: [{name: x}]", "line 1: plugins[0]: has no path"],
  ["plugins: [a.ts, b/a.js]", 'line 1: plugins: there is more than one plugin named "a"'],
  ["plugins: [llm.ts]", 'line 1: plugins[0]: gets its name from its path: "llm" is not allowed'],
  ["plugins: [{path: a.ts, name: rules}]", 'line 1: plugins[0].name: "rules" is not allowed'],
  ["plugins: [{path: a.ts, name: 'a b'}]", 'plugins[0].name: "a b" is not allowed: expected letters'],
  ["plugins: [{path: a.ts, memory: 1MiB}]", '"1MiB" is not allowed: expected at least 64MiB'],
  ["plugins: [{path: a.ts, timeout: 0s}]", "plugins[0].timeout"],
  ["plugins: [{path: a.ts, options: [1]}]", "line 1: plugins[0].options: expected a mapping"],
  ["plugins: [{path: a.ts, env: {}}]", "unknown key; expected one of name, path, timeout, memory, options"],
  ["receivers: {ops: teams}", 'publishing.plugins.ops: there is no plugin "teams"'],
  ["receivers: {ops: }", "line 1: receivers.ops: names no plugin"],
])("%s is refused", (text, message) => {
  expect(() => read(text)).toThrow(message);
});

test("what may be secret is not in errors", () => {
  expect(() => read('plugins: [{path: a.ts, options: {key: "geheim${"}}]')).toThrow(/options\.key: (?!.*geheim)/);
});

test("a receiver names a plugin, and may leave out what is resolved", () => {
  const text = "receivers: {ops: teams, night: {plugin: teams, send_resolved: false}}";
  expect([...readFile(text).receivers]).toEqual([
    ["ops", { plugin: "teams", send_resolved: true }],
    ["night", { plugin: "teams", send_resolved: false }],
  ]);
});
