import { afterAll, beforeAll, expect, test } from "bun:test";
import { connect, createServer, type AddressInfo } from "node:net";
import { issue, makeCertificates, temporaryDirectory } from "../api/web/web-harness.ts";
import { silenceOf } from "../store/fixtures.ts";
import { eventually } from "../../test/support/wait.ts";
import { encodeFrame, FRAME, PREAMBLE } from "./frames.ts";
import { encodeMessage } from "./messages.ts";
import { createPeer, exchange, startPeer, type Peer } from "./tcp-harness.ts";

const directory = temporaryDirectory();
beforeAll(async () => {
  await makeCertificates(directory.path);
  const extensions = "subjectAltName=DNS:localhost,IP:127.0.0.1\n";
  await issue(directory.path, "member", { extensions });
  await issue(directory.path, "othermember", { ca: "otherca", extensions });
}, 60_000);
afterAll(() => directory[Symbol.dispose]());

async function problemOf(...flags: readonly string[]): Promise<string> {
  try {
    await using _ = await createPeer(...flags);
    return "";
  } catch (e) {
    return (e as Error).message;
  }
}

const lines = ({ log }: Peer, message: string) => log.filter((line) => line.includes(message));

// As the real program ends with, after "unable to initialize gossip mesh: ".
test.each([
  [["listen-address=foo"], "invalid listen address: address foo: missing port in address"],
  [
    ["listen-address=127.0.0.1:99999"],
    'create memberlist: could not set up network transport: failed to obtain an address: failed to start TCP listener on "127.0.0.1" port 99999: listen tcp 127.0.0.1:99999: bind: invalid argument',
  ],
  [["advertise-address=foo"], "invalid advertise address: address foo: missing port in address"],
  [
    ["advertise-address=foo:12"],
    'create memberlist: failed to get final advertise address: failed to parse advertise address "foo"',
  ],
  [["peer=foo"], "resolve peers: split host/port for peer foo: address foo: missing port in address"],
  [[`label=${"x".repeat(256)}`], `create memberlist: could not use "${"x".repeat(256)}" as a label: too long`],
])("%j is refused in upstream's words", async (flags, expected) => {
  expect(await problemOf(...flags)).toBe(expected);
});

test("a port that is taken is refused in upstream's words", async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const { port } = taken.address() as AddressInfo;

  const problem = await problemOf(`listen-address=127.0.0.1:${port}`);

  taken.close();
  expect(problem).toBe(
    `create memberlist: could not set up network transport: failed to obtain an address: failed to start TCP listener on "127.0.0.1" port ${port}: listen tcp 127.0.0.1:${port}: bind: address already in use`,
  );
});

test("what is advertised is what was given, or where it listens; the name is a ULID unless given", async () => {
  await using plain = await createPeer();
  await using given = await createPeer("advertise-address=10.1.1.1:12", "peer-name=me");
  await using bracketed = await createPeer("listen-address=[127.0.0.1]:0", "advertise-address=10.1.1.1:0");

  expect(plain.cluster.view()).toEqual({
    name: plain.cluster.name,
    status: "settling",
    peers: [{ name: plain.cluster.name, address: `127.0.0.1:${plain.port}` }],
  });
  expect(plain.port).toBeGreaterThan(0);
  expect(plain.cluster.name).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
  expect(given.cluster.view().peers).toEqual([{ name: "me", address: "10.1.1.1:12" }]);
  expect(bracketed.port).toBeGreaterThan(0);
});

test("it warns when others are elsewhere and cannot reach it", async () => {
  await using peer = await createPeer("peer=10.255.255.1:9094");

  expect(peer.log.map((line) => line.slice(line.indexOf("msg=")))).toEqual([
    'msg="resolved peers to following addresses" component=cluster peers=10.255.255.1:9094\n',
    'msg="this node advertises itself on an unroutable address" component=cluster addr=127.0.0.1\n',
    'msg="this node will be unreachable in the cluster" component=cluster\n',
    'msg="provide --cluster.advertise-address as a routable IP address or hostname" component=cluster\n',
    `msg=NotifyJoin component=cluster node=${peer.cluster.name} addr=${peer.address}\n`,
  ]);
});

test("replicas on one machine share what they have over TCP", async () => {
  await using a = await startPeer("peer-name=a");
  for (let i = 0; i < 3000; i++) a.state.silencesById.set(`s${i}`, silenceOf(`s${i}`));
  await using b = await startPeer("peer-name=b", `peer=127.0.0.1:${a.port}`);

  expect(b.state.silencesById.size).toBe(3000);
  expect([a.members(), b.members()]).toEqual([
    ["a", "b"],
    ["a", "b"],
  ]);
  const made = silenceOf("new");
  b.cluster.tellSilences([made]);
  await eventually("the other has it", () => a.state.silencesById.has("new"));
});

test("one that is asked before it has joined answers once it has", async () => {
  await using a = await createPeer("peer-name=a");
  await using b = await createPeer("peer-name=b", `peer=127.0.0.1:${a.port}`);

  const joined = b.cluster.join(b.state);
  await a.cluster.join(a.state);
  await joined;

  expect(b.members()).toEqual(["a", "b"]);
});

const hello = (name: string) =>
  encodeFrame(
    FRAME.hello,
    encodeMessage({ protocol: 1, oldestProtocol: 1, label: "", name, address: "127.0.0.1:1", incarnation: 1 }),
  );
const bytes = (text: string) => new TextEncoder().encode(text);

test.each([
  ["foreign", [bytes("GET / HTTP/1.1\r\n\r\n")]],
  // How Alertmanager begins: a push/pull message, alone or after a label.
  ["foreign", [Uint8Array.of(6, 0x83, 0xa5, 0x4e, 0x6f, 0x64, 0x65, 0x73)]],
  ["foreign", [Uint8Array.of(244, 1, 97, 6)]],
  ["malformed", [PREAMBLE, Uint8Array.of(0xff, 0xff, 0xff, 0xff, 1)]],
  ["malformed", [PREAMBLE, encodeFrame(FRAME.hello, bytes("{"))]],
  ["malformed", [PREAMBLE, encodeFrame(FRAME.silences, bytes("x"))]],
  ["malformed", [PREAMBLE, encodeFrame(FRAME.refuse, bytes('{"reason":"label"}'))]],
  ["malformed", [PREAMBLE, hello("m"), encodeFrame(FRAME.ping, bytes("1234"))]],
  ["malformed", [PREAMBLE, hello("m"), encodeFrame(FRAME.join), encodeFrame(FRAME.silences, bytes("garbage"))]],
  ["malformed", [PREAMBLE, hello("m"), encodeFrame(FRAME.join), encodeFrame(FRAME.members, bytes("[1]"))]],
  ["malformed", [PREAMBLE, hello("m"), encodeFrame(FRAME.join), encodeFrame(FRAME.pong, bytes("1"))]],
  ["malformed", [PREAMBLE, hello("m"), encodeFrame(FRAME.join), encodeFrame(FRAME.allEnd)]],
])("what is %s is closed, counted, and does no harm: %#", async (reason, pieces) => {
  await using a = await startPeer("peer-name=a");

  await exchange(a.port, ...pieces);

  const refused = a.metrics.families.find(({ name }) => name.endsWith("cluster_refused_connections_total"));
  expect(refused?.samples()).toEqual([{ suffix: "", labels: [["reason", reason]], value: 1 }]);
  await using b = await startPeer("peer-name=b", `peer=127.0.0.1:${a.port}`);
  expect(b.members()).toContain("a");
});

test("frames of types not known are skipped", async () => {
  await using a = await startPeer("peer-name=a");

  const socket = connect({ port: a.port, host: "127.0.0.1" });
  socket.write(Buffer.concat([PREAMBLE, hello("m"), encodeFrame(FRAME.join), encodeFrame(200, bytes("news"))]));
  await eventually("the caller is a member", () => a.members().includes("m"));
  socket.write(encodeFrame(FRAME.leave));
  await eventually("it has left", () => !a.members().includes("m"));

  socket.destroy();
});

test("somebody who says nothing is let go after a while", async () => {
  await using a = await startPeer("tcp-timeout=100ms");

  expect(await exchange(a.port)).toHaveLength(0);
});

test("a program that closes, as Alertmanager does, is warned about once", async () => {
  const foreign = createServer((socket) => socket.once("data", () => socket.end()));
  await new Promise<void>((resolve) => foreign.listen(0, "127.0.0.1", resolve));
  const { port } = foreign.address() as AddressInfo;

  await using a = await startPeer(`peer=127.0.0.1:${port}`);
  await eventually("it has tried again", () => (a.metrics.cluster?.reconnectionsFailed.value ?? 0) > 2);

  foreign.close();
  expect(a.cluster.view().status).toBe("ready");
  const warnings = lines(a, "No cluster with what is at this address");
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain("is it Prometheus Alertmanager, which speaks another protocol?");
});

const memberTLS = (pair: string, ca = "ca") =>
  `tls_server_config: {cert_file: ${pair}.crt, key_file: ${pair}.key, client_ca_file: ${ca}.crt, client_auth_type: RequireAndVerifyClientCert}
tls_client_config: {cert_file: ${pair}.crt, key_file: ${pair}.key, ca_file: ${ca}.crt}
`;

test("with TLS members show each other certificates", async () => {
  const file = directory.write("tls.yml", memberTLS("member"));
  const strange = directory.write("strange.yml", memberTLS("othermember", "otherca"));
  await using a = await startPeer("peer-name=a", `tls-config=${file}`);
  a.state.silencesById.set("one", silenceOf("one", { comment: "x".repeat(200_000) }));
  await using b = await startPeer("peer-name=b", `tls-config=${file}`, `peer=127.0.0.1:${a.port}`);
  await using stranger = await startPeer("peer-name=s", `tls-config=${strange}`, `peer=127.0.0.1:${a.port}`);
  await using plain = await startPeer("peer-name=p", `peer=127.0.0.1:${a.port}`, "tcp-timeout=300ms");

  expect([...b.state.silencesById.keys()]).toEqual(["one"]);
  expect(a.members()).toEqual(["a", "b"]);
  expect(stranger.members()).toEqual(["s"]);
  expect(lines(stranger, "failed to join cluster")[0]).toContain(
    "failed to dial: tls: failed to verify certificate: x509: certificate signed by unknown authority",
  );
  expect(plain.members()).toEqual(["p"]);
  expect(lines(a, "using TLS for gossip")).toHaveLength(1);
  const { tlsTransport } = a.metrics;
  expect(tlsTransport?.streamConnectionsReceived.value).toBe(1);
  expect(tlsTransport?.packetBytesSent.value).toBeGreaterThan(200_000);
  expect(tlsTransport?.readErrors.value).toBeGreaterThanOrEqual(2);
  expect(b.metrics.tlsTransport?.streamConnectionsSent.value).toBe(1);
});

test("with TLS, garbage and callers without a certificate are counted", async () => {
  const file = directory.write("tls.yml", memberTLS("member"));
  const without = directory.write(
    "without.yml",
    "tls_server_config: {cert_file: member.crt, key_file: member.key}\ntls_client_config: {ca_file: ca.crt}\n",
  );
  await using a = await startPeer("peer-name=a", `tls-config=${file}`);

  await exchange(a.port, bytes("GET / HTTP/1.0\r\n\r\n"));
  await using b = await startPeer("peer-name=b", `tls-config=${without}`, `peer=127.0.0.1:${a.port}`);

  expect(b.members()).toEqual(["b"]);
  expect(a.members()).toEqual(["a"]);
  expect(a.metrics.tlsTransport?.readErrors.value).toBe(2);
});

const PAIR = "cert_file: member.crt, key_file: member.key";

// As the real program ends with.
test.each([
  ["{}", "missing 'tls_server_config' entry in the TLS configuration"],
  ["", "missing 'tls_server_config' entry in the TLS configuration"],
  ["tls_client_config: {}", "missing 'tls_server_config' entry in the TLS configuration"],
  [`tls_server_config: {${PAIR}}\ntls_client_config:`, "missing 'tls_client_config' entry in the TLS configuration"],
  [
    "foo: 1\ntls_server_config: {}",
    "yaml: unmarshal errors:\n  line 1: field foo not found in type cluster.TLSTransportConfig",
  ],
  ["[1]", "yaml: unmarshal errors:\n  line 1: cannot unmarshal !!seq into cluster.TLSTransportConfig"],
  ["tls_server_config: foo", "yaml: unmarshal errors:\n  line 1: cannot unmarshal !!str `foo` into web.TLSConfig"],
  [
    `tls_server_config: {${PAIR}, bad: 1}`,
    "yaml: unmarshal errors:\n  line 1: field bad not found in type web.TLSConfig",
  ],
  [
    `tls_server_config: {${PAIR}}\ntls_client_config: {bad: 1}`,
    "yaml: unmarshal errors:\n  line 2: field bad not found in type config.plain",
  ],
  [
    `tls_server_config: {${PAIR}}\ntls_client_config: {cert_file: member.crt}`,
    "exactly one of key or key_file must be configured when a client certificate is configured",
  ],
  ["tls_server_config: {}", "tls transport: invalid TLS server config: TLS config is not present"],
  [
    "tls_server_config: {cert_file: member.crt}",
    "tls transport: invalid TLS server config: missing one of key or key_file",
  ],
  [
    "tls_server_config: {cert_file: member.crt, key_file: server.key}",
    "tls transport: invalid TLS server config: failed to load X509KeyPair: tls: private key does not match public key",
  ],
  [
    `tls_server_config: {${PAIR}, client_auth_type: Foo}`,
    "tls transport: invalid TLS server config: invalid ClientAuth: Foo",
  ],
  [
    `tls_server_config: {${PAIR}}\ntls_client_config: {ca_file: DIR/none.pem}`,
    "tls transport: invalid TLS client config: unable to read CA cert: unable to read file DIR/none.pem: open DIR/none.pem: no such file or directory",
  ],
  [
    `tls_server_config: {${PAIR}}\ntls_client_config: {ca_file: none.pem}`,
    "tls transport: invalid TLS client config: unable to read CA cert: unable to read file DIR/none.pem: open DIR/none.pem: no such file or directory",
  ],
  [
    `tls_server_config: {${PAIR}}\ntls_client_config: {ca_file: ca.key}`,
    "tls transport: invalid TLS client config: unable to use specified CA cert file DIR/ca.key",
  ],
])("a TLS configuration of %j is refused in upstream's words", async (text, expected) => {
  const file = directory.write("bad.yml", `${text}\n`.replaceAll("DIR", directory.path));

  expect(await problemOf(`tls-config=${file}`)).toBe(expected.replaceAll("DIR", directory.path));
});

test("a TLS configuration that is not there is refused in upstream's words", async () => {
  expect(await problemOf("tls-config=/none.yml")).toBe("open /none.yml: no such file or directory");
});

test("a client's section may be missing", async () => {
  const file = directory.write("server-only.yml", `tls_server_config: {${PAIR}}\n`);

  expect(await problemOf(`tls-config=${file}`)).toBe("");
});
