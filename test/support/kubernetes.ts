import { existsSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import type { KubernetesObject } from "./kubernetes-objects.ts";
import { whyNoPrograms } from "./kubernetes-programs.ts";
import { startApiServer, whyNoApiServer } from "./kubernetes-server.ts";

export { CHART, Helm } from "./kubernetes-helm.ts";
export type { Values } from "./kubernetes-helm.ts";
export { objectOf, objectsOf } from "./kubernetes-objects.ts";
export type { KubernetesObject } from "./kubernetes-objects.ts";

/** Why Helm cannot be run; undefined where it can. */
export function whyNoHelm(): string | undefined {
  return whyNoPrograms("helm");
}

/** Why there is no cluster to install into; undefined where there is. */
export function whyNoKubernetes(): string | undefined {
  return given() === undefined ? whyNoApiServer() : undefined;
}

/** Whether tests install into the cluster of KUBECONFIG, and not into one of their own. */
export function usesGivenCluster(): boolean {
  return given() !== undefined;
}

/** The cluster of KUBECONFIG, if it is on this machine: tests have no business in any other. */
function given(): string | undefined {
  const path = process.env["KUBECONFIG"] ?? "";
  if (!existsSync(path)) return undefined;
  const { server, user } = readKubeconfig(path);
  const isHere = ["127.0.0.1", "localhost", "[::1]"].includes(new URL(server).hostname);
  const canAsk = user.token !== undefined || user["client-certificate-data"] !== undefined;
  return isHere && canAsk ? path : undefined;
}

interface Kubeconfig {
  readonly server: string;
  readonly ca: string | undefined;
  readonly user: {
    readonly token?: string;
    readonly "client-certificate-data"?: string;
    readonly "client-key-data"?: string;
  };
}

function readKubeconfig(path: string): Kubeconfig {
  const config = parse(readFileSync(path, "utf8"));
  const named = (list: string, name: string) => config[list].find((item: { name: string }) => item.name === name);
  const { context } = named("contexts", config["current-context"]);
  const { cluster } = named("clusters", context.cluster);
  return {
    server: cluster.server,
    ca: cluster["certificate-authority-data"],
    user: named("users", context.user).user,
  };
}

const decoded = (base64: string | undefined) => (base64 === undefined ? undefined : atob(base64));

/** A cluster: that of KUBECONFIG, or an API server of our own. */
export class Kubernetes implements AsyncDisposable {
  readonly kubeconfig: string;
  readonly #config: Kubeconfig;
  readonly #end: () => Promise<void>;

  private constructor(kubeconfig: string, end: () => Promise<void>) {
    this.kubeconfig = kubeconfig;
    this.#config = readKubeconfig(kubeconfig);
    this.#end = end;
  }

  static async start(): Promise<Kubernetes> {
    const path = given();
    if (path !== undefined) return new Kubernetes(path, async () => undefined);
    const server = await startApiServer();
    return new Kubernetes(server.kubeconfig, async () => server[Symbol.asyncDispose]());
  }

  /** One request to its API. @throws Error with its answer where that is no success */
  async request(method: string, path: string, body?: unknown): Promise<KubernetesObject> {
    const { server, ca, user } = this.#config;
    const cert = decoded(user["client-certificate-data"]);
    const key = decoded(user["client-key-data"]);
    const authority = decoded(ca);
    const response = await fetch(server + path, {
      method,
      headers: {
        "content-type": method === "PATCH" ? "application/merge-patch+json" : "application/json",
        ...(user.token === undefined ? {} : { authorization: `Bearer ${user.token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      tls: {
        ...(authority === undefined ? { rejectUnauthorized: false } : { ca: authority }),
        ...(cert === undefined || key === undefined ? {} : { cert, key }),
      },
    });
    const answer = (await response.json()) as KubernetesObject;
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${String(answer["message"])}`);
    return answer;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#end();
  }
}
