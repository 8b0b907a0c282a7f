import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { makeCertificates, startWeb, temporaryDirectory } from "./web-harness.ts";

const directory = temporaryDirectory();
beforeAll(() => makeCertificates(directory.path), 30_000);
afterAll(() => directory[Symbol.dispose]());

const PAIR = "cert_file: server.crt, key_file: server.key";
const tls = (more: string) => `tls_server_config: {${PAIR}, ${more}}`;
const user = (hash: string) => `basic_auth_users: {alice: "${hash}"}`;
const REST = "QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi";
const fields = (...problems: string[]) => ["yaml: unmarshal errors:", ...problems].join("\n  line 1: ");

// What Alertmanager 0.34.0 said of each file when it began to serve; DIR stands for the file's directory.
const refused: readonly [file: string, reason: string][] = [
  ["foo: 1", fields("field foo not found in type web.Config")],
  ["tls_server_config: {foo: 1, cert_file: 3}", fields("field foo not found in type web.TLSConfig")],
  [
    "http_server_config: {foo: 1, http2: maybe}",
    fields("field foo not found in type web.HTTPConfig", "cannot unmarshal !!str `maybe` into bool"),
  ],
  [
    "rate_limit: {foo: 1, burst: x, interval: 5d}",
    fields(
      "field foo not found in type web.RateLimiterConfig",
      "cannot unmarshal !!str `x` into int",
      "cannot unmarshal !!str `5d` into time.Duration",
    ),
  ],
  ["a: [b", "yaml: line 1: did not find expected ',' or ']'"],
  ["tls_server_config: {key_file: server.key}", "missing one of cert or cert_file"],
  ["tls_server_config: {cert_file: server.crt}", "missing one of key or key_file"],
  ["tls_server_config: {client_auth_type: RequireAnyClientCert}", "missing one of cert or cert_file"],
  [
    "tls_server_config: {cert_file: nope.crt, key_file: server.key}",
    "failed to read cert_file (DIR/nope.crt): open DIR/nope.crt: no such file or directory",
  ],
  [
    "tls_server_config: {cert_file: server.crt, key_file: nope.key}",
    "failed to read key_file (DIR/nope.key): open DIR/nope.key: no such file or directory",
  ],
  [
    "tls_server_config: {cert_file: server.crt, key_file: client.key}",
    "failed to load X509KeyPair: tls: private key does not match public key",
  ],
  [
    "tls_server_config: {cert_file: web.yml, key_file: server.key}",
    "failed to load X509KeyPair: tls: failed to find any PEM data in certificate input",
  ],
  [
    "tls_server_config: {cert_file: server.crt, key_file: web.yml}",
    "failed to load X509KeyPair: tls: failed to find any PEM data in key input",
  ],
  [
    "tls_server_config: {cert_file: server.key, key_file: server.crt}",
    "failed to load X509KeyPair: tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched",
  ],
  [
    "tls_server_config: {cert_file: server.crt, key_file: server.crt}",
    "failed to load X509KeyPair: tls: found a certificate rather than a key in the PEM for the private key",
  ],
  [tls("client_auth_type: Foo"), "invalid ClientAuth: Foo"],
  [tls("client_ca_file: ca.crt"), "client CA's have been configured without a Client Auth Policy"],
  [
    tls("client_ca_file: nope.crt, client_auth_type: RequireAndVerifyClientCert"),
    "open DIR/nope.crt: no such file or directory",
  ],
  [tls("min_version: TLS14"), "unknown TLS version: TLS14"],
  [tls('min_version: ""'), "unknown TLS version: "],
  [tls("cipher_suites: [TLS_FOO]"), "unknown cipher: TLS_FOO"],
  [tls("cipher_suites: [TLS_RSA_WITH_AES_128_CBC_SHA]"), "unknown cipher: TLS_RSA_WITH_AES_128_CBC_SHA"],
  [tls("cipher_suites: [{a: b}]"), fields("cannot unmarshal !!map into string")],
  [
    tls("cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]"),
    "http2: TLSConfig.CipherSuites is missing an HTTP/2-required AES_128_GCM_SHA256 cipher (need at least one of TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 or TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256)",
  ],
  [tls("curve_preferences: [P256]"), "unknown curve: P256"],
  ["http_server_config: {headers: {X-Foo: bar}}", 'HTTP header "X-Foo" can not be configured'],
  [
    "http_server_config: {headers: {X-Frame-Options: bar}}",
    'invalid value for X-Frame-Options. Expected one of: ["deny" "sameorigin"], but got: "bar"',
  ],
  [
    'http_server_config: {headers: {X-Content-Type-Options: ""}}',
    'invalid value for X-Content-Type-Options. Expected one of: ["nosniff"], but got: ""',
  ],
  [
    "http_server_config: {headers: {X-Frame-Options: deny, X-Frame-Options: sameorigin}}",
    fields('key "X-Frame-Options" already set in map'),
  ],
  [user("abc"), "crypto/bcrypt: hashedSecret too short to be a bcrypted password"],
  ["basic_auth_users: {alice: }", "crypto/bcrypt: hashedSecret too short to be a bcrypted password"],
  [user(`y2y$10$${REST}`), "crypto/bcrypt: bcrypt hashes must start with '$', but hashedSecret started with 'y'"],
  [user(`$3y$10$${REST}`), "crypto/bcrypt: bcrypt algorithm version '3' requested is newer than current version '2'"],
  [user(`$2y$03$${REST}`), "crypto/bcrypt: cost 3 is outside allowed inclusive range 4..31"],
  [user(`$2y$xx$${REST}`), 'strconv.Atoi: parsing "xx": invalid syntax'],
  ["basic_auth_users: [a]", fields("cannot unmarshal !!seq into map[string]config.Secret")],
  ["basic_auth_users: {alice: [x]}", fields("cannot unmarshal !!seq into config.plain")],
  ["rate_limit: {interval: xx, burst: -1}", fields("cannot unmarshal !!str `xx` into time.Duration")],
];

test.each(refused)("%s is refused as upstream refuses it", async (file, reason) => {
  const webConfigFile = directory.write("web.yml", file);
  const message = await startWeb(() => new Response(), { webConfigFile }).then(
    () => "served",
    (e: Error) => e.message.replaceAll(directory.path, "DIR"),
  );
  expect(message).toBe(`alertmanager: HTTP listener failed: ${reason}`);
});

// And what it logged of those it took, after "Listening on".
const disabled = ['msg="TLS is disabled." http2=false'];
const enabled = (http2: boolean) => [`msg="TLS is enabled." http2=${http2}`];
const taken: readonly [file: string, lines: readonly string[]][] = [
  ["", disabled],
  ["tls_server_config:\nrate_limit:\nbasic_auth_users:\n", disabled],
  ["http_server_config: {http2: false}\n---\nfoo: bar\n", disabled],
  [tls("curve_preferences: [CurveP256, CurveP384, CurveP521, X25519]"), enabled(true)],
  [tls("min_version: TLS13, max_version: TLS12"), enabled(true)],
  [tls("min_version: TLS13, cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]"), enabled(true)],
  [tls("client_ca_file: web.yml, client_auth_type: RequireAndVerifyClientCert"), enabled(true)],
  [`tls_server_config: {${PAIR}}\nhttp_server_config:\n`, enabled(false)],
  ["rate_limit: {interval: 1s, burst: 2}", ['msg="Rate Limiter is enabled." burst=2 interval=1s', ...disabled]],
  ["rate_limit: {interval: 5, burst: 1.5}", ['msg="Rate Limiter is enabled." burst=1 interval=5ns', ...disabled]],
];

test.each(taken)("%s is taken", async (file, lines) => {
  await using web = await startWeb(() => new Response(), { webConfigFile: directory.write("web.yml", file) });
  const address = `address=127.0.0.1:${web.port}`;
  const expected = ['msg="Listening on"', ...lines].map((line) =>
    line.includes("Rate") ? `level=INFO ${line}` : `level=INFO ${line} ${address}`,
  );
  expect(web.lines).toEqual(expected);
});

test("a file that is not there is said when serving begins", async () => {
  const webConfigFile = join(directory.path, "none.yml");
  const message = await startWeb(() => new Response(), { webConfigFile }).catch((e: Error) => e.message);
  expect(message).toBe(`alertmanager: HTTP listener failed: open ${webConfigFile}: no such file or directory`);
});
