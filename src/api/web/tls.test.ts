import { afterAll, beforeAll, expect, test } from "bun:test";
import { copyFileSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { connect as connectTLS } from "node:tls";
import { SERVER, issue, makeCertificates, run, startWeb, temporaryDirectory } from "./web-harness.ts";

const directory = temporaryDirectory();
const at = (name: string) => join(directory.path, name);

beforeAll(async () => {
  await makeCertificates(directory.path);
  await issue(directory.path, "renewed", { extensions: SERVER });
}, 60_000);
afterAll(() => directory[Symbol.dispose]());

const PAIR = "cert_file: server.crt, key_file: server.key";
let files = 0;
const config = (tls: string, rest = "") =>
  directory.write(`web-${files++}.yml`, `tls_server_config: {${PAIR}${tls === "" ? "" : `, ${tls}`}}\n${rest}\n`);

const ok = () => new Response("OK");

/** What openssl's client saw: `200`, or `refused` when the connection ended without an answer. */
async function visit(port: number, version: string, cert: string, ...more: string[]): Promise<string> {
  const client = cert === "none" ? [] : ["-cert", at(`${cert}.crt`), "-key", at(`${cert}.key`)];
  const command = [
    "timeout",
    "5",
    "openssl",
    "s_client",
    "-connect",
    `127.0.0.1:${port}`,
    "-ign_eof",
    ...client,
    ...more,
  ];
  if (version !== "") command.push(`-${version}`);
  const { out } = await run(command, "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  return /HTTP\/1\.1 (\d+)/.exec(out)?.[1] ?? "refused";
}

const curl = (port: number, path: string, ...args: string[]) =>
  run(["curl", "-sS", "--cacert", at("ca.crt"), ...args, `https://localhost:${port}${path}`]);

const CLIENTS = ["none", "client", "nosan", "srvonly", "expired", "stranger"];

// Whom Alertmanager 0.34.0 let in, the same with TLS 1.2 and 1.3.
const letIn: readonly [type: string, clients: readonly string[]][] = [
  ["NoClientCert", CLIENTS],
  ["RequestClientCert", CLIENTS],
  ["RequireClientCert", CLIENTS.slice(1)],
  ["RequireAnyClientCert", CLIENTS.slice(1)],
  ["VerifyClientCertIfGiven", ["none", "client", "nosan"]],
  ["RequireAndVerifyClientCert", ["client", "nosan"]],
];

test.each(letIn)(
  "%s lets in whom upstream lets in",
  async (type, clients) => {
    const ca = type === "NoClientCert" ? "" : ", client_ca_file: ca.crt";
    let handled = 0;
    const count = () => {
      handled++;
      return ok();
    };
    await using web = await startWeb(count, { webConfigFile: config(`client_auth_type: ${type}${ca}`) });
    for (const version of ["tls1_2", "tls1_3"]) {
      for (const client of CLIENTS) {
        const expected = clients.includes(client) ? "200" : "refused";
        expect([version, client, await visit(web.port, version, client)]).toEqual([version, client, expected]);
      }
    }
    // Nobody refused got as far as a handler.
    expect(handled).toBe(clients.length * 2);
  },
  60_000,
);

test("who is required to verify and shows nothing is told so", async () => {
  const webConfigFile = config("client_auth_type: RequireAndVerifyClientCert, client_ca_file: ca.crt");
  await using web = await startWeb(ok, { webConfigFile });
  const { out } = await run(["openssl", "s_client", "-connect", `127.0.0.1:${web.port}`, "-ign_eof", "-tls1_3"], "x");
  expect(out).toContain("SSL alert number 116");
});

test("a file of client CAs without any lets nobody be verified", async () => {
  const junk = directory.write("junk.crt", "junk");
  const webConfigFile = config(`client_auth_type: VerifyClientCertIfGiven, client_ca_file: ${junk}`);
  await using web = await startWeb(ok, { webConfigFile });
  expect(await visit(web.port, "", "client")).toBe("refused");
  expect(await visit(web.port, "", "none")).toBe("200");
});

const sans: readonly [type: string, allowed: string, client: string, outcome: string][] = [
  ["RequireAndVerifyClientCert", "client.example", "client", "200"],
  ["RequireAndVerifyClientCert", "ops@example.com", "client", "200"],
  ["RequireAndVerifyClientCert", "spiffe://x/y", "client", "200"],
  ["RequireAndVerifyClientCert", "10.1.2.3", "client", "200"],
  ["RequireAndVerifyClientCert", '"2001:db8::1"', "client", "200"],
  ["RequireAndVerifyClientCert", "other.example, client.example", "client", "200"],
  ["RequireAndVerifyClientCert", "other.example", "client", "refused"],
  ["RequireAndVerifyClientCert", "example", "client", "refused"],
  ["RequireAndVerifyClientCert", "", "client", "refused"],
  ["RequireAndVerifyClientCert", "client.example", "nosan", "refused"],
  ["RequireAndVerifyClientCert", "client.example", "stranger", "refused"],
  ["RequireAnyClientCert", "client.example", "stranger", "200"],
  ["VerifyClientCertIfGiven", "client.example", "none", "refused"],
  ["NoClientCert", "client.example", "none", "200"],
];

test.each(sans)("%s with the names [%s] and the client %s: %s", async (type, allowed, client, outcome) => {
  const ca = type === "NoClientCert" ? "" : "client_ca_file: ca.crt, ";
  const webConfigFile = config(`${ca}client_auth_type: ${type}, client_allowed_sans: [${allowed}]`);
  await using web = await startWeb(ok, { webConfigFile });
  expect(await visit(web.port, "", client)).toBe(outcome);
});

test("versions, suites and curves are those of the file", async () => {
  const accepts = async (tls: string, ...args: string[]) => {
    await using web = await startWeb(ok, { webConfigFile: config(tls, "http_server_config: {http2: false}") });
    // Awaited here: the server is gone once this function is left.
    return await visit(web.port, "", "none", ...args);
  };
  const suite = "-cipher";
  expect(await accepts("", "-tls1_1", suite, "ALL:@SECLEVEL=0")).toBe("refused");
  expect(await accepts("min_version: TLS10", "-tls1_1", suite, "ALL:@SECLEVEL=0")).toBe("200");
  expect(await accepts("min_version: TLS13", "-tls1_2")).toBe("refused");
  expect(await accepts("max_version: TLS12", "-tls1_3")).toBe("refused");
  expect(await accepts("min_version: TLS13, max_version: TLS12")).toBe("refused");
  const chacha = "cipher_suites: [TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256]";
  expect(await accepts(chacha, "-tls1_2", suite, "ECDHE-ECDSA-CHACHA20-POLY1305")).toBe("200");
  expect(await accepts(chacha, "-tls1_2", suite, "ECDHE-ECDSA-AES128-GCM-SHA256")).toBe("refused");
  expect(await accepts("cipher_suites: [TLS_AES_128_GCM_SHA256]", "-tls1_2")).toBe("refused");
  expect(await accepts("cipher_suites: [TLS_AES_128_GCM_SHA256]", "-tls1_3")).toBe("200");
  expect(await accepts("curve_preferences: [CurveP384]", "-groups", "P-384")).toBe("200");
  expect(await accepts("curve_preferences: [CurveP384]", "-groups", "P-256")).toBe("refused");
  expect(await accepts("", "-groups", "P-521")).toBe("200");
}, 60_000);

test("certificate and key may stand in the file itself", async () => {
  const inline = (name: string) => JSON.stringify(readFileSync(at(name), "utf8"));
  const ca = `client_ca: ${inline("ca.crt")}, client_auth_type: RequireAndVerifyClientCert`;
  const text = `tls_server_config: {cert: ${inline("server.crt")}, key: ${inline("server.key")}, ${ca}}\n`;
  await using web = await startWeb(ok, { webConfigFile: directory.write("inline.yml", text) });
  expect([await visit(web.port, "", "client"), await visit(web.port, "", "none")]).toEqual(["200", "refused"]);
});

test("HTTP/2 is spoken where it is on, with bodies both ways", async () => {
  const answer = async (request: Request) => new Response(await request.bytes());
  await using on = await startWeb(answer, { webConfigFile: config("") });
  await using off = await startWeb(answer, { webConfigFile: config("", "http_server_config: {http2: false}") });
  const version = async (port: number, flag: string) =>
    (await curl(port, "/", flag, "-o", "/dev/null", "-w", "%{http_version}")).out;
  expect(await version(on.port, "--http2")).toBe("2");
  expect(await version(on.port, "--http1.1")).toBe("1.1");
  expect(await version(off.port, "--http2")).toBe("1.1");
  const body = "0123456789".repeat(300_000);
  const file = directory.write("body", body);
  for (const flag of ["--http1.1", "--http2"]) {
    expect((await curl(on.port, "/", flag, "--data-binary", `@${file}`)).out === body).toBe(true);
  }
});

test("the client's address is told, and nobody reaches the server behind the relay", async () => {
  await using web = await startWeb((_, client) => new Response(client.address), { webConfigFile: config("") });
  expect((await curl(web.port, "/")).out).toBe("127.0.0.1");
  const { out } = await run(["ss", "-ltnpH"]);
  const own = [...out.matchAll(/127\.0\.0\.1:(\d+) .*?pid=(\d+)/g)].filter(([, , pid]) => Number(pid) === process.pid);
  const behind = own.map(([, port]) => Number(port)).filter((port) => port !== web.port);
  expect(behind.length).toBeGreaterThan(0);
  for (const port of behind) expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(403);
});

test.each<[type: string, client: string, told: string]>([
  ["RequireAndVerifyClientCert", "client", "client.example ops@example.com spiffe://x/y 10.1.2.3 2001:db8::1 client"],
  ["VerifyClientCertIfGiven", "nosan", "nosan"],
  ["VerifyClientCertIfGiven", "none", ""],
  // Anybody can write any name into one that nobody looks at.
  ["RequireAnyClientCert", "client", ""],
  ["RequestClientCert", "stranger", ""],
])("%s: what the client %s is called is told where it was verified", async (type, client, told) => {
  const names: string[] = [];
  const webConfigFile = config(`client_auth_type: ${type}, client_ca_file: ca.crt`);
  await using web = await startWeb(
    (_, { certificateNames = [], isEncrypted }) => {
      names.push(certificateNames.join(" "), String(isEncrypted));
      return ok();
    },
    { webConfigFile },
  );
  expect(await visit(web.port, "", client)).toBe("200");
  expect(names).toEqual([told, "true"]);
});

test("plain HTTP is told that it is wrong here", async () => {
  await using web = await startWeb(ok, { webConfigFile: config("") });
  const { out } = await run(["curl", "-s", "-i", "--http0.9", `http://127.0.0.1:${web.port}/`]);
  // The bytes of Alertmanager 0.34.0.
  expect(out).toBe("HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n");
});

/** The name of the certificate a new connection is shown. */
function shown(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTLS(
      { port, host: "127.0.0.1", ca: readFileSync(at("ca.crt")), servername: "localhost" },
      () => {
        resolve(String(socket.getPeerCertificate().subject.CN));
        socket.destroy();
      },
    );
    socket.on("error", reject);
  });
}

test("a certificate is changed under load, and no connection is refused", async () => {
  for (const kind of ["crt", "key"]) copyFileSync(at(`server.${kind}`), at(`live.${kind}`));
  const text = "tls_server_config: {cert: '', cert_file: live.crt, key_file: live.key}\n";
  await using web = await startWeb(ok, { webConfigFile: directory.write("live.yml", text) });
  expect(await shown(web.port)).toBe("server");
  const outcomes = new Map<string, number>();
  const end = new AbortController();
  let visits = 0;
  const waiting: { readonly until: number; readonly resolve: () => void }[] = [];
  const served = (more: number) => new Promise<void>((resolve) => void waiting.push({ until: visits + more, resolve }));
  const visitors = Array.from({ length: 4 }, async () => {
    while (!end.signal.aborted) {
      const outcome = await fetch(`https://localhost:${web.port}/`, {
        keepalive: false,
        tls: { ca: readFileSync(at("ca.crt"), "utf8") },
      }).then(
        ({ status }) => String(status),
        (e: Error) => e.message,
      );
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      visits++;
      for (const { until, resolve } of waiting) if (visits >= until) resolve();
    }
  });
  for (let swap = 0; swap < 10; swap++) {
    const name = swap % 2 === 0 ? "renewed" : "server";
    // Both files cannot change at once, so they are named anew in the one that names them.
    for (const kind of ["crt", "key"]) copyFileSync(at(`${name}.${kind}`), at(`live-${swap}.${kind}`));
    directory.write("next.yml", text.replaceAll("live.", `live-${swap}.`));
    renameSync(at("next.yml"), at("live.yml"));
    expect(await shown(web.port)).toBe(name);
    // With each certificate some are served.
    await served(20);
  }
  end.abort();
  await Promise.all(visitors);
  expect([...outcomes.keys()]).toEqual(["200"]);
  expect(visits).toBeGreaterThanOrEqual(200);
}, 60_000);

test("files written in place are taken up, and while they are wrong only new handshakes fail", async () => {
  for (const kind of ["crt", "key"]) copyFileSync(at(`server.${kind}`), at(`place.${kind}`));
  const file = directory.write("place.yml", "tls_server_config: {cert_file: place.crt, key_file: place.key}\n");
  await using web = await startWeb(ok, { webConfigFile: file });
  expect(await shown(web.port)).toBe("server");
  copyFileSync(at("renewed.crt"), at("place.crt"));
  expect(await shown(web.port).catch(() => "no handshake")).toBe("no handshake");
  expect(web.lines.at(-1)).toContain("tls: private key does not match public key");
  copyFileSync(at("renewed.key"), at("place.key"));
  expect(await shown(web.port)).toBe("renewed");
});

test.each(["--http1.1", "--http2"])("the end lets a client have all of its answer, with %s", async (flag) => {
  const began = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const web = await startWeb(
    async () => {
      began.resolve();
      await gate.promise;
      return new Response("x".repeat(5_000_000));
    },
    { webConfigFile: config("") },
  );
  const answer = curl(web.port, "/", flag);
  await began.promise;
  const stopped = web.listeners.stop(10_000);
  gate.resolve();
  const { code, out } = await answer;
  expect([code, out.length]).toEqual([0, 5_000_000]);
  await stopped;
});
