import { readFileSync, writeFileSync } from "node:fs";
import { connect as connectTcp, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { connect } from "node:tls";
import { parse } from "yaml";
import type { Kubernetes } from "./kubernetes.ts";

/** What a pod has of its service account, as files. */
export interface Account {
  readonly tokenFile: string;
  readonly caFile: string;
}

/**
 * A namespace with a service account that may do what the rules say, and no more.
 *
 * @param directory where its files go
 */
export async function createAccount(
  kubernetes: Kubernetes,
  namespace: string,
  rules: readonly object[],
  directory: string,
): Promise<Account> {
  const name = "alertmanager";
  await kubernetes.request("POST", "/api/v1/namespaces", { metadata: { name: namespace } });
  await kubernetes.request("POST", `/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name } });
  const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
  await kubernetes.request("POST", `${rbac}/roles`, { metadata: { name }, rules });
  await kubernetes.request("POST", `${rbac}/rolebindings`, {
    metadata: { name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
    subjects: [{ kind: "ServiceAccount", name, namespace }],
  });
  const answer = await kubernetes.request("POST", `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`, {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: {},
  });
  const tokenFile = join(directory, "token");
  const caFile = join(directory, "ca.crt");
  writeFileSync(tokenFile, (answer["status"] as { token: string }).token, { mode: 0o600 });
  writeFileSync(caFile, await authorityOf(serverOf(kubernetes)));
  return { tokenFile, caFile };
}

/** The address of the API. */
export function serverOf({ kubeconfig }: Kubernetes): URL {
  return new URL(parse(readFileSync(kubeconfig, "utf8")).clusters[0].cluster.server);
}

/** The certificate its server's one is signed by, as it shows it. */
function authorityOf({ hostname, port }: URL): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false }, () => {
      let certificate = socket.getPeerCertificate(true);
      while (certificate.issuerCertificate !== undefined && certificate.issuerCertificate !== certificate) {
        if (certificate.issuerCertificate.fingerprint256 === certificate.fingerprint256) break;
        certificate = certificate.issuerCertificate;
      }
      socket.destroy();
      resolve(`-----BEGIN CERTIFICATE-----\n${certificate.raw.toString("base64")}\n-----END CERTIFICATE-----\n`);
    });
    socket.on("error", reject);
  });
}

/** Stands before a server, which is away while the gate is shut. */
export class Gate implements AsyncDisposable {
  #isOpen = true;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(to: URL) {
    this.#server = createServer((client) => {
      if (!this.#isOpen) return client.destroy();
      const server = connectTcp({ host: to.hostname, port: Number(to.port) });
      client.pipe(server).pipe(client);
      for (const socket of [client, server]) {
        this.#sockets.add(socket);
        socket.on("error", () => socket.destroy());
        socket.on("close", () => {
          this.#sockets.delete(socket);
          client.destroy();
          server.destroy();
        });
      }
      return undefined;
    });
  }

  static async start(to: URL): Promise<Gate> {
    const gate = new Gate(to);
    await new Promise<void>((resolve) => gate.#server.listen(0, "127.0.0.1", resolve));
    return gate;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  shut(): void {
    this.#isOpen = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  open(): void {
    this.#isOpen = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.shut();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
