import { generateKeyPairSync, randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDaemon } from "./daemon.ts";
import { removedWithUs } from "./janitor.ts";
import { program, whyNoPrograms } from "./kubernetes-programs.ts";
import { freePort } from "./port.ts";
import { eventually } from "./wait.ts";

/** An API server with nothing behind it: objects are checked, completed and stored, and nothing is ever run. */
export interface ApiServer extends AsyncDisposable {
  readonly kubeconfig: string;
}

export function whyNoApiServer(): string | undefined {
  return whyNoPrograms("etcd", "kube-apiserver");
}

/** Starts one, and the etcd it stores in, on free ports of 127.0.0.1. Both end with this process, however that ends. */
export async function startApiServer(): Promise<ApiServer> {
  const daemons: { readonly directory: string; readonly pid: number }[] = [];
  const daemon = async (name: "etcd" | "kube-apiserver", args: (directory: string) => readonly string[]) => {
    const directory = mkdtempSync(join(tmpdir(), `alertmanager-test-${name}-`));
    await removedWithUs(directory);
    const command = [await program(name, directory), ...args(directory)];
    daemons.push({ directory, pid: await startDaemon(directory, command) });
    return directory;
  };

  const [clients, peers, port] = [await freePort(), await freePort(), await freePort()];
  const etcd = `http://127.0.0.1:${clients}`;
  const peer = `http://127.0.0.1:${peers}`;
  await daemon("etcd", (directory) => [
    `--data-dir=${join(directory, "data")}`,
    "--unsafe-no-fsync",
    `--listen-client-urls=${etcd}`,
    `--advertise-client-urls=${etcd}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
  ]);

  const token = randomUUID();
  const url = `https://127.0.0.1:${port}`;
  const directory = await daemon("kube-apiserver", (own) => {
    const key = generateKeyPairSync("rsa", { modulusLength: 2048 });
    writeFileSync(join(own, "sa.key"), key.privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
    writeFileSync(join(own, "sa.pub"), key.publicKey.export({ type: "spki", format: "pem" }));
    writeFileSync(join(own, "tokens.csv"), `${token},admin,admin,system:masters\n`, { mode: 0o600 });
    return [
      `--etcd-servers=${etcd}`,
      "--bind-address=127.0.0.1",
      "--advertise-address=127.0.0.1",
      `--secure-port=${port}`,
      `--cert-dir=${join(own, "certificates")}`,
      "--service-cluster-ip-range=10.0.0.0/24,fd00::/108",
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-account-key-file=${join(own, "sa.pub")}`,
      `--service-account-signing-key-file=${join(own, "sa.key")}`,
      `--token-auth-file=${join(own, "tokens.csv")}`,
      "--authorization-mode=RBAC",
      // Nobody is there to make the accounts it insists on.
      "--disable-admission-plugins=ServiceAccount",
    ];
  });
  const kubeconfig = join(directory, "kubeconfig");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "test", cluster: { server: url, "insecure-skip-tls-verify": true } }],
    users: [{ name: "test", user: { token } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
    "current-context": "test",
  };
  writeFileSync(kubeconfig, JSON.stringify(config), { mode: 0o600 });

  try {
    await eventually(
      "the API server is ready",
      async () => {
        const headers = { authorization: `Bearer ${token}` };
        return (await fetch(`${url}/readyz`, { headers, tls: { rejectUnauthorized: false } })).ok;
      },
      { withinMs: 40_000, everyMs: 100 },
    );
  } catch (error) {
    const log = readFileSync(join(directory, "log"), "utf8");
    throw new Error(`${(error as Error).message}; its log ends with\n${log.slice(-2000)}`, { cause: error });
  }
  return {
    kubeconfig,
    async [Symbol.asyncDispose]() {
      for (const { pid } of daemons) process.kill(pid, "SIGKILL");
      for (const { directory: its } of daemons) rmSync(its, { recursive: true, force: true });
    },
  };
}
