import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { KubernetesSettings } from "../config/plus/kubernetes.ts";

/** Where a pod finds what its service account may know the cluster by. */
const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** How the API of a cluster is reached, and what is looked for where. */
export interface Cluster {
  /** Without a slash at its end. */
  readonly server: string;
  readonly tokenFile: string;
  /** "": the system's authorities are trusted. */
  readonly caFile: string;
  readonly namespaces: readonly string[];
  readonly labelSelector: string;
}

/**
 * What the settings say, and what a pod is told where they say nothing.
 *
 * @throws Error naming the key that is missing outside of a cluster
 */
export function clusterOf(
  { api_server, token_file, ca_file, targets }: KubernetesSettings,
  environment: Readonly<Record<string, string | undefined>>,
  account: string = SERVICE_ACCOUNT,
): Cluster {
  const isElsewhere = api_server !== "";
  return {
    server: isElsewhere ? api_server.replace(/\/$/, "") : inCluster(environment),
    tokenFile: token_file === "" ? join(account, "token") : token_file,
    caFile: ca_file === "" && !isElsewhere ? join(account, "ca.crt") : ca_file,
    namespaces: targets.namespaces.length > 0 ? [...new Set(targets.namespaces)] : [ownNamespace(account)],
    labelSelector: targets.label_selector,
  };
}

function inCluster(environment: Readonly<Record<string, string | undefined>>): string {
  const { KUBERNETES_SERVICE_HOST: host = "", KUBERNETES_SERVICE_PORT: port = "" } = environment;
  if (host === "" || port === "") {
    throw new Error(
      "kubernetes.api_server: not given, and KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set as they are in a cluster",
    );
  }
  return `https://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function ownNamespace(account: string): string {
  try {
    return readFileSync(join(account, "namespace"), "utf8").trim();
  } catch (error) {
    throw new Error(`kubernetes.targets.namespaces: not given, and our own is not known: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
