import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { issue, makeCertificates, temporaryDirectory } from "../../src/api/web/web-harness.ts";
import { getSilences, getStatus, metric, postSilence } from "../support/api.ts";
import { seesPeers, startCluster } from "../support/cluster.ts";
import { freePort } from "../support/port.ts";
import { run } from "../support/run.ts";
import { program, Server } from "../support/server.ts";
import { fromNow } from "../support/time.ts";
import { eventually } from "../support/wait.ts";

const config = "route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n";
const QUICK = ["--cluster.gossip-interval=20ms", "--cluster.reconnect-interval=200ms"];

const certificates = temporaryDirectory();
beforeAll(async () => {
  await makeCertificates(certificates.path);
  const extensions = "subjectAltName=IP:127.0.0.1\n";
  await issue(certificates.path, "member", { extensions });
  await issue(certificates.path, "othermember", { ca: "otherca", extensions });
}, 60_000);
afterAll(() => certificates[Symbol.dispose]());

const tlsFile = (name: string, ca: string) =>
  certificates.write(
    `${name}.yml`,
    `tls_server_config: {cert_file: ${name}.crt, key_file: ${name}.key, client_ca_file: ${ca}.crt, client_auth_type: RequireAndVerifyClientCert}
tls_client_config: {cert_file: ${name}.crt, key_file: ${name}.key, ca_file: ${ca}.crt}
`,
  );

/** One more server that is given a member of a cluster, and that starts whether it may join or not. */
async function startStranger(port: number, ...args: readonly string[]): Promise<Server> {
  const flags = [`--cluster.peer=127.0.0.1:${port}`, "--cluster.tcp-timeout=500ms", ...QUICK, ...args];
  const server = new Server({ config, clusterPort: await freePort(), args: flags }, await freePort());
  await server.start();
  return server;
}

test.concurrent(
  "servers with another --cluster.label, or none, are not listened to",
  async () => {
    await using cluster = await startCluster({
      config,
      size: 2,
      peerTimeoutMs: 100,
      args: () => [...QUICK, "--cluster.label=monitoring/main"],
    });
    const [member] = cluster.members as [Server];
    const [port] = cluster.ports as [number];
    await using other = await startStranger(port, "--cluster.label=monitoring/other");
    await using none = await startStranger(port);

    for (const stranger of [other, none]) {
      await eventually("it says why", () => stranger.log().includes("it refuses members with our --cluster.label"));
      expect((await getStatus(stranger)).cluster.peers).toHaveLength(1);
    }
    expect((await getStatus(member)).cluster.peers).toHaveLength(2);
  },
  60_000,
);

test.concurrent(
  "with TLS only those with a certificate of the members' authority are let in",
  async () => {
    const file = tlsFile("member", "ca");
    await using cluster = await startCluster({
      config,
      size: 2,
      peerTimeoutMs: 100,
      args: () => [...QUICK, `--cluster.tls-config=${file}`],
    });
    const [first, second] = cluster.members as [Server, Server];
    const [port] = cluster.ports as [number];
    await using stranger = await startStranger(port, `--cluster.tls-config=${tlsFile("othermember", "otherca")}`);
    await using plain = await startStranger(port);

    const id = await postSilence(second, {
      matchers: [{ name: "alertname", value: "test", isRegex: false, isEqual: true }],
      startsAt: fromNow(0),
      endsAt: fromNow(60_000),
      createdBy: "tester",
      comment: "secret",
    });
    await eventually("the other member has the silence", async () =>
      (await getSilences(first)).some((known) => known.id === id),
    );
    expect(first.log()).toContain('msg="using TLS for gossip" component=cluster');
    expect(await metric(first, "alertmanager_tls_transport_stream_connections_received_total")).toBe(1);
    expect((await getStatus(first)).cluster.peers).toHaveLength(2);
    for (const outside of [stranger, plain]) {
      expect((await getStatus(outside)).cluster.peers).toHaveLength(1);
      expect(await getSilences(outside)).toEqual([]);
    }
  },
  60_000,
);

/** Sends bytes and waits until the other side has closed, or does not after a while. */
function send(port: number, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" }, () => socket.write(bytes));
    const enough = setTimeout(() => socket.destroy(), 1000);
    socket.on("data", () => undefined);
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearTimeout(enough);
      resolve();
    });
  });
}

test.concurrent(
  "whatever is sent to its port, a member goes on",
  async () => {
    await using cluster = await startCluster({ config, size: 2, peerTimeoutMs: 100, args: () => QUICK });
    const [first, second] = cluster.members as [Server, Server];
    const [port] = cluster.ports as [number];
    const pid = first.pid;
    const ours = Buffer.from("\x50\x00\x00\x00AM++", "latin1");
    const random = (size: number) => crypto.getRandomValues(new Uint8Array(size));

    await Promise.all([
      send(port, Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n")),
      // A push/pull message of Alertmanager's own protocol; its beginning under TLS.
      send(port, Buffer.from([6, 0x83, 0xa5, 0x4e, 0x6f, 0x64, 0x65, 0x73, 1])),
      send(port, Buffer.from([0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0])),
      send(port, random(60_000)),
      send(port, Buffer.concat([ours, Buffer.from([0xff, 0xff, 0xff, 0xff, 1])])),
      send(port, Buffer.concat([ours, Buffer.from([0, 0, 0, 2, 1, 0x7b])])),
      ...Array.from({ length: 50 }, (_, i) => send(port, Buffer.concat([ours, random(i * 7)]))),
    ]);

    expect(first.pid).toBe(pid);
    await seesPeers(first, 2);
    await seesPeers(second, 2);
    const refused = "alertmanager_plus_cluster_refused_connections_total";
    expect(await metric(first, refused, { reason: "foreign" })).toBeGreaterThanOrEqual(4);
    expect(await metric(first, refused, { reason: "malformed" })).toBeGreaterThanOrEqual(2);
  },
  60_000,
);

test.concurrent(
  "amtool shows the cluster",
  async () => {
    await using cluster = await startCluster({ config, size: 2, peerTimeoutMs: 100, args: () => QUICK });
    const [first] = cluster.members as [Server];
    const tools = [join(dirname(program), "amtool"), process.env.AMTOOL ?? ""].filter((path) => existsSync(path));

    for (const tool of tools) {
      const plain = await run([tool, "cluster", "show", `--alertmanager.url=${first.url}`]);
      const extended = await run([tool, "cluster", "show", `--alertmanager.url=${first.url}`, "--output=extended"]);

      expect(plain.stdout).toBe("Cluster Status:  ready\nNode Name:       member-0\n");
      for (const [index, port] of cluster.ports.entries()) {
        expect(extended.stdout).toMatch(new RegExp(`127\\.0\\.0\\.1:${port}\\s+member-${index}`));
      }
    }
  },
  60_000,
);

test.concurrent(
  "without an address to listen on there is no cluster",
  async () => {
    await using server = new Server({ config }, await freePort());
    await server.start();

    expect((await getStatus(server)).cluster).toEqual({ peers: [], status: "disabled" });
    expect(await metric(server, "alertmanager_cluster_enabled")).toBe(0);
    expect(await metric(server, "alertmanager_cluster_members")).toBeUndefined();
  },
  60_000,
);
