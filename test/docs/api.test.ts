import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { request } from "../support/api.ts";
import { run } from "../support/run.ts";
import { startServer, type Server } from "../support/server.ts";
import { examplesOf, PAGES, readPage } from "./pages.ts";

/** What the pages name, with `{}` for what is the reader's. */
interface Named {
  readonly page: string;
  /** "" where the page does not say. */
  readonly method: string;
  readonly path: string;
}

/** Below `/api/plus/v1`; a page about it may leave that out. */
function namedIn(page: string): readonly Named[] {
  const text = readPage(page);
  const isAboutIt = text.includes("below `/api/plus/v1`");
  const named: Named[] = [];
  for (const [, method = "", prefix = "", path = ""] of text.matchAll(
    /(?:\b(GET|POST|PUT|DELETE) )?(\/api\/plus\/v1(?=\/)|(?<=(?:GET|POST|PUT|DELETE) )…|(?<=(?:GET|POST|PUT|DELETE) ))(\/[\w/:{}.-]*\w\}?)/g,
  )) {
    if (prefix === "" && (!isAboutIt || /^\/(?:api|-|debug|metrics)\b/.test(path))) continue;
    named.push({ page, method, path: path.replaceAll(/:\w+|\{\w+\}|(?<=\/)[A-Z]+(?=\/|$)/g, "{}") });
  }
  return named;
}

const config = "route: {receiver: none}\nreceivers: [{name: none}]\n";
let server: Server;
let endpoints: ReadonlySet<string>;
beforeAll(async () => {
  server = await startServer({ config });
  const { text } = await request(server, "GET", "/api/plus/v1/openapi.json");
  const { paths } = JSON.parse(text) as { readonly paths: Readonly<Record<string, object>> };
  endpoints = new Set(
    Object.entries(paths).flatMap(([path, of]) =>
      Object.keys(of).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, "{}")}`),
    ),
  );
});
afterAll(() => server[Symbol.asyncDispose]());

const named = PAGES.flatMap(namedIn);

test("the pages name most of what there is", () => {
  expect(named.length).toBeGreaterThan(60);
  expect(new Set(named.map(({ path }) => path)).size).toBeGreaterThan(35);
});

test.each(PAGES.filter((page) => named.some((one) => one.page === page)))("%s: what it names is there", (page) => {
  const missing = named.filter(({ page: of, method, path }) => {
    const methods = method === "" ? ["GET", "POST", "PUT", "DELETE"] : [method];
    return of === page && !methods.some((one) => endpoints.has(`${one} ${path}`));
  });
  expect(missing.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
});

/** Whether a call is answered 403: applying a configuration is off unless turned on. */
const isOff = (call: string) => call.includes("/config/apply");

/** The calls of curl in a script, over all of their lines. */
function curls(script: string): readonly string[] {
  const calls: string[] = [];
  let call: string | undefined;
  for (const line of script.split("\n")) {
    if (call !== undefined) call += `\n${line}`;
    else if (line.startsWith("curl ")) call = line;
    if (call === undefined || call.endsWith("\\") || call.split("'").length % 2 === 0) continue;
    calls.push(call);
    call = undefined;
  }
  return calls;
}

describe("what the docs have one send with curl is answered", () => {
  const calls = PAGES.flatMap(examplesOf)
    .filter(({ language }) => language === "" || language === "sh")
    .flatMap(({ page, text }) => curls(text).map((command) => [page, command] as const));

  test("there are some", () => expect(calls.length).toBeGreaterThan(6));

  const missing = ["curl", "jq"].filter((program) => Bun.which(program) === null);
  if (missing.length > 0) console.log(`what the docs have one send is not sent, as there is no ${missing.join(", ")}`);
  test.skipIf(missing.length > 0).each(calls)(
    "%s: %s",
    async (_, call) => {
      const directory = mkdtempSync(join(tmpdir(), "alertmanager-docs-"));
      try {
        for (const file of ["alertmanager.yml", "new.yml"]) writeFileSync(join(directory, file), config);
        // The status comes last; a stream is listened to for two seconds.
        const seconds = call.includes("-N") ? 2 : 10;
        writeFileSync(join(directory, ".curlrc"), `write-out = "\\n%{http_code}"\nmax-time = ${seconds}\n`);
        const script = call.replaceAll("localhost:9093", `127.0.0.1:${server.port}`);
        const said = await run(["bash", "-uc", script], {
          cwd: directory,
          env: { HOME: directory, PATH: process.env["PATH"] ?? "" },
        });
        const status = Number(said.stdout.split("\n").at(-1));
        expect({ ...said, status }).toMatchObject({ status: isOff(call) ? 403 : status === 201 ? 201 : 200 });
      } finally {
        rmSync(directory, { recursive: true });
      }
    },
    60_000,
  );
});
