import { expect, test } from "bun:test";
import { postAlerts } from "../support/api.ts";
import { plus } from "../support/plus.ts";
import { startPostgres } from "../support/postgres.ts";
import { replicaOptions } from "../support/replicas.ts";
import { startServer, type Server } from "../support/server.ts";
import { hookConfig } from "../support/webhook.ts";

const BASE = "/api/plus/v1";

type Schema = Readonly<Record<string, unknown>> & {
  readonly type?: string;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly items?: Schema;
};
interface Operation {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> };
}
interface Endpoint {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

interface Answer {
  readonly asked: string;
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** What is asked is cut short: it may be long. */
async function ask(server: Server, method: string, path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(`${server.url}${BASE}${path}`, {
    method,
    keepalive: false,
    redirect: "manual",
    signal: AbortSignal.timeout(60_000),
    ...init,
  });
  const { status, headers } = response;
  const type = headers.get("content-type") ?? "";
  const isEndless = type === "text/event-stream";
  if (isEndless) await response.body?.cancel();
  const text = isEndless || method === "HEAD" ? "" : await response.text();
  const body = typeof init.body === "string" ? ` ${init.body.slice(0, 80)}` : "";
  return { asked: `${method} ${path.slice(0, 120)}${body}`, status, type, text };
}

const json = (value: unknown): RequestInit => ({
  headers: { "Content-Type": "application/json" },
  body: typeof value === "string" ? value : JSON.stringify(value),
});

async function endpointsOf(server: Server): Promise<Endpoint[]> {
  const { paths } = await plus<{ paths: Record<string, Record<string, Operation>> }>(server, "/openapi.json");
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
}

/** A path with something that stands for what it is about. */
const filled = (path: string, value = "0123456789abcdef") => path.replace(/\{\w+\}/g, value);

/** No server error, and a refusal is a problem with something to read. */
function isClear({ asked, status, type, text }: Answer): boolean {
  if (status < 400) return true;
  if (status >= 500) return false;
  if (asked.startsWith("HEAD ")) return true;
  const { detail } = type === "application/problem+json" ? (JSON.parse(text) as { detail?: string }) : {};
  return (detail ?? "").length > 5;
}

/** Values that a parameter of a schema never takes. */
function wrongTexts(name: string, schema: Schema): string[] {
  const item = schema.items ?? schema;
  if (name === "cursor") return ["nonsense", "WzFd", "e30", "W251bGwsbnVsbF0", "WzFlOTk5LDFd", "\u0000"];
  if (item.type === "integer") return ["x", "-1", "1.5", "1e99", "99999999999999999999", ""];
  if (item.type === "boolean") return ["maybe", "1", ""];
  if (item.format === "date-time") return ["soon", "2026-02-30T00:00:00Z", "9999-12-31T23:59:59-12:00", "1", ""];
  if (item.anyOf !== undefined || item.pattern !== undefined) return ["nonsense", "\u0000", "a".repeat(5000)];
  if (name === "filter") return ["a=~(", "\u0000{", "a=b,,,{"];
  return [];
}

/** Values that are never right where a schema says otherwise. */
const WRONG_VALUES: readonly unknown[] = [
  0.5,
  -1e308,
  true,
  "\u0000",
  "a".repeat(15_000),
  [[[]]],
  { a: { b: 1 } },
  null,
];

const takes = (schema: Schema, value: unknown): boolean => {
  if (schema.anyOf !== undefined) return schema.anyOf.some((one) => takes(one, value));
  if (schema["$ref"] !== undefined || schema["const"] !== undefined) return false;
  const kind = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
  return schema.type === undefined || schema.type === kind;
};

/** What has to come with whatever else is asked. */
const REQUIRED: Readonly<Record<string, string>> = {
  cron: "0 2 * * *",
  from: "2026-11-24T00:00:00Z",
  to: "2026-11-25T00:00:00Z",
};

const DEEP = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;

async function hostile(server: Server): Promise<void> {
  await postAlerts(server, { labels: { alertname: "A" } });
  const endpoints = await endpointsOf(server);
  expect(endpoints.length).toBeGreaterThan(60);
  const answers: Answer[] = [];
  const refused: { readonly answer: Answer; readonly name: string }[] = [];
  const expectRefused = async (name: string, asking: Promise<Answer>) => refused.push({ answer: await asking, name });

  for (const { method, path, operation } of endpoints) {
    // It is answered before anything else is there, and looks at nothing.
    if (path === "/health") continue;
    const plain = filled(path);
    const body = operation.requestBody?.content["application/json"];
    const whole = body === undefined ? {} : json({});
    await expectRefused("colour", ask(server, method, `${plain}?colour=red`, whole));
    const { parameters = [] } = operation;
    for (const { name, in: where, schema } of parameters) {
      if (where !== "query") continue;
      for (const text of wrongTexts(name, schema)) {
        const others = parameters.filter((one) => one.in === "query" && one.required && one.name !== name);
        const rest = others.map((one) => `&${one.name}=${encodeURIComponent(REQUIRED[one.name] ?? "a")}`).join("");
        const query = `?${name}=${encodeURIComponent(text)}${rest}`;
        await expectRefused(name, ask(server, method, `${plain}${query}`, whole));
      }
    }
    if (path.includes("{")) {
      for (const id of ["%00", "..%2F..%2Fetc", "%F0%9F%92%A3", "a".repeat(3000), "%22%27%3B--"]) {
        answers.push(await ask(server, method, filled(path, id), whole));
      }
    }
    answers.push(await ask(server, "OPTIONS", plain), await ask(server, "PATCH", plain, json({})));
    if (method === "GET") answers.push(await ask(server, "HEAD", plain));
    if (body === undefined) continue;
    answers.push(await ask(server, method, plain, { body: "{}", headers: { "Content-Type": "text/plain" } }));
    for (const text of ["", "{", "null", "[]", "1", '"x"', DEEP, `{"a":${DEEP}}`, "\u0000", '{"__proto__":{"x":1}}']) {
      answers.push(await ask(server, method, plain, json(text)));
    }
    answers.push(await ask(server, method, plain, json(`"${"x".repeat(3_000_000)}"`)));
    for (const [name, schema] of Object.entries(body.schema?.properties ?? {})) {
      for (const value of WRONG_VALUES) {
        const asking = ask(server, method, plain, json({ [name]: value }));
        if (takes(schema, value)) answers.push(await asking);
        else await expectRefused(name, asking);
      }
    }
  }

  const all = [...answers, ...refused.map(({ answer }) => answer)];
  expect(all.filter((one) => !isClear(one))).toEqual([]);
  const unnamed = refused.filter(
    ({ answer, name }) =>
      answer.status !== 400 || !answer.text.includes(name) || !/expected|is missing/.test(answer.text),
  );
  expect(unnamed).toEqual([]);
  expect(server.log()).not.toContain("A request could not be answered");
}

const config = hookConfig("http://127.0.0.1:1/", { group_wait: "1h" });

test("on SQLite every endpoint refuses what it cannot take by name, and nothing is a server error", async () => {
  await using server = await startServer({ config });
  await hostile(server);
}, 240_000);

test("on Postgres every endpoint refuses what it cannot take by name, and nothing is a server error", async () => {
  await using postgres = await startPostgres();
  await using server = await startServer(replicaOptions({ config, postgres }, 0));
  await hostile(server);
}, 240_000);
