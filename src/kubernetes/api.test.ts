import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../dispatch/clock.ts";
import { createSecretsApi } from "./api.ts";

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "alertmanager-test-api-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** An API server that gives this answer, and what it was asked. */
function serve(answer: () => Response) {
  const asked: { readonly url: string; readonly token: string | null }[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request) => {
      asked.push({ url: request.url, token: request.headers.get("authorization") });
      return answer();
    },
  });
  const tokenFile = join(directory, "token");
  writeFileSync(tokenFile, "one\n");
  const api = createSecretsApi(
    {
      server: `http://127.0.0.1:${server.port}`,
      tokenFile,
      caFile: "",
      namespaces: ["ns"],
      labelSelector: "publishing-target=true",
    },
    systemClock,
  );
  return {
    api,
    asked,
    rotate: (token: string) => writeFileSync(tokenFile, token),
    async [Symbol.asyncDispose]() {
      api.close();
      await server.stop(true);
    },
  };
}

const signal = new AbortController().signal;
const from = { resourceVersion: "7", seconds: 5 };
const event = (type: string, resourceVersion: string, name?: string) =>
  `${JSON.stringify({ type, object: { metadata: { namespace: "ns", name, resourceVersion } } })}\n`;

test("a watch cuts events out of whatever pieces they arrive in", async () => {
  const text = event("ADDED", "8", "å") + event("BOOKMARK", "9") + event("DELETED", "10", "å");
  const bytes = new TextEncoder().encode(text);
  await using server = serve(
    () =>
      new Response(
        new ReadableStream({
          async pull(controller) {
            for (let i = 0; i < bytes.length; i += 50) {
              controller.enqueue(bytes.slice(i, i + 50));
              await Bun.sleep(0);
            }
            controller.close();
          },
        }),
      ),
  );
  const told: unknown[] = [];
  const on = {
    open: () => told.push("open"),
    event: ({ type, resourceVersion, secret }: { type: string; resourceVersion: string; secret?: { id: string } }) =>
      told.push([type, resourceVersion, secret?.id]),
  };
  await server.api.watch("ns", from, on as never, signal);
  expect(told).toEqual(["open", ["put", "8", "ns/å"], ["bookmark", "9", undefined], ["deleted", "10", "ns/å"]]);
  const url = new URL(server.asked[0]?.url ?? "");
  expect(url.pathname).toBe("/api/v1/namespaces/ns/secrets");
  expect(Object.fromEntries(url.searchParams)).toEqual({
    labelSelector: "publishing-target=true",
    watch: "true",
    allowWatchBookmarks: "true",
    resourceVersion: "7",
    timeoutSeconds: "5",
  });
});

test("the error a watch ends with has the code of the API", async () => {
  const status = { kind: "Status", status: "Failure", message: "too old resource version: 7 (90)", code: 410 };
  await using server = serve(() => new Response(`${JSON.stringify({ type: "ERROR", object: status })}\n`));
  const watch = server.api.watch("ns", from, { open: () => undefined, event: () => undefined }, signal);
  await expect(watch).rejects.toMatchObject({ code: 410, message: expect.stringContaining("too old") });
});

test("the token is read for each request", async () => {
  await using server = serve(() => Response.json({ metadata: { resourceVersion: "1" }, items: [] }));
  await server.api.list("ns", signal);
  server.rotate("two");
  await server.api.list("ns", signal);
  expect(server.asked.map(({ token }) => token)).toEqual(["Bearer one", "Bearer two"]);
});

test("what the server sends and is no answer is an error", async () => {
  await using server = serve(() => new Response("<html>"));
  await expect(server.api.list("ns", signal)).rejects.toThrow("the list is no JSON");
  const watch = server.api.watch("ns", from, { open: () => undefined, event: () => undefined }, signal);
  // Without a line feed nothing of it is an event.
  await watch;
});
