import { afterAll, beforeAll, expect, test } from "bun:test";
import { issue, makeCertificates, temporaryDirectory } from "../../src/api/web/web-harness.ts";
import { getStatus, metric } from "../support/api.ts";
import { startCluster } from "../support/cluster.ts";
import type { Server } from "../support/server.ts";

const certificates = temporaryDirectory();
beforeAll(async () => {
  await makeCertificates(certificates.path);
  await issue(certificates.path, "tls", { extensions: "subjectAltName=IP:127.0.0.1,DNS:alertmanager.example\n" });
}, 60_000);
afterAll(() => certificates[Symbol.dispose]());

// What no recorded pod has: the file of `spec.clusterTLS` with all of its settings, in the order and with the keys the operator writes.
test("replicas whose peer channel the operator has given TLS find each other", async () => {
  const file = certificates.write(
    "cluster-tls-config.yaml",
    `tls_server_config:
  key_file: tls.key
  cert_file: tls.crt
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca.crt
  min_version: TLS12
  max_version: TLS13
  cipher_suites:
  - TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
  - TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
  prefer_server_cipher_suites: false
  curve_preferences:
  - CurveP256
  - X25519
tls_client_config:
  key_file: tls.key
  cert_file: tls.crt
  ca_file: ca.crt
  server_name: alertmanager.example
  insecure_skip_verify: false
`,
  );
  await using cluster = await startCluster({
    config: "route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n",
    size: 2,
    peerTimeoutMs: 100,
    args: () => [`--cluster.tls-config=${file}`, "--cluster.label=monitoring/main", "--cluster.reconnect-timeout=5m"],
  });
  const [first] = cluster.members as [Server];
  expect(first.log()).toContain('msg="using TLS for gossip" component=cluster');
  expect(await metric(first, "alertmanager_tls_transport_stream_connections_received_total")).toBePositive();
  expect((await getStatus(first)).cluster.peers).toHaveLength(2);
}, 60_000);
