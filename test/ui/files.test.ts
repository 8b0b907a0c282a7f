import { afterAll, beforeAll, expect, test } from "bun:test";
import { startServer, type Server } from "../support/server.ts";

const CONFIG = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n";
/** Bytes that all files of the page may be together, as a browser is sent them. */
const LARGEST = 250_000;

let server: Server;
beforeAll(async () => {
  server = await startServer({ config: CONFIG, routePrefix: "/am" });
}, 180_000);
afterAll(() => server[Symbol.asyncDispose]());

const get = (path: string, encoding = "br") =>
  fetch(`${server.url}${path}`, { headers: { "Accept-Encoding": encoding }, decompress: false, keepalive: false });

/** Every file of the page: those it names, and those that these name. */
async function files(): Promise<ReadonlyMap<string, Response>> {
  const found = new Map<string, Response>();
  const page = await (await get("/")).text();
  const left = [...page.matchAll(/(?:src|href)="assets\/([^"]+)"/g)].map(([, name]) => name ?? "");
  for (let name = left.pop(); name !== undefined; name = left.pop()) {
    if (found.has(name)) continue;
    found.set(name, await get(`/assets/${name}`));
    const plain = await (await get(`/assets/${name}`, "identity")).text();
    for (const [, other] of plain.matchAll(/"\.\/([\w.-]+\.(?:js|css))"/g)) left.push(other ?? "");
  }
  return found;
}

test("the whole page is below 250 KB however it is compressed, kept for ever by browsers, and never taken for something else", async () => {
  const total = { br: 0, gzip: 0 };
  const all = await files();
  for (const part of ["main", "others", "chart"]) expect([...all.keys()].join(" ")).toContain(`${part}-`);
  for (const [name, response] of all) {
    expect([name, response.status]).toEqual([name, 200]);
    expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(response.headers.get("content-encoding")).toBe("br");
    expect(response.headers.get("vary")).toBe("Accept-Encoding");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    total.br += (await response.bytes()).length;
    total.gzip += (await (await get(`/assets/${name}`, "gzip")).bytes()).length;
  }
  expect(total.br).toBeLessThan(LARGEST);
  expect(total.gzip).toBeLessThan(LARGEST);
}, 180_000);

test("a client gets the encoding it takes", async () => {
  const name = [...(await files()).keys()].find((one) => one.endsWith(".css")) ?? "";
  const encodingOf = async (accepted: string) =>
    (await get(`/assets/${name}`, accepted)).headers.get("content-encoding") ?? "none";
  expect(await encodingOf("gzip, deflate, br")).toBe("br");
  expect(await encodingOf("gzip")).toBe("gzip");
  expect(await encodingOf("br;q=0, gzip;q=0.5")).toBe("gzip");
  expect(await encodingOf("identity")).toBe("none");
}, 180_000);

test("the page may run only its own scripts, stand in nobody's frame and ask nobody else", async () => {
  const { headers } = await get("/");
  const policy = headers.get("content-security-policy") ?? "";
  expect(policy).not.toContain("unsafe");
  for (const part of [
    "default-src 'none'",
    "script-src 'self'",
    "connect-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ]) {
    expect(policy).toContain(part);
  }
  expect(headers.get("referrer-policy")).toBe("no-referrer");
  expect(headers.get("cache-control")).toContain("no-store");
});
