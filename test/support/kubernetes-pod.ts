import { objectOf, type KubernetesObject } from "./kubernetes-objects.ts";

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args: readonly string[];
  readonly command?: readonly string[];
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly secretKeyRef?: { readonly name: string; readonly key: string } };
  }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  readonly livenessProbe?: { readonly httpGet: { readonly path: string } };
  readonly readinessProbe?: { readonly httpGet: { readonly path: string } };
  readonly securityContext?: Readonly<Record<string, unknown>>;
}

export interface Pod {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly containers: readonly Container[];
  readonly volumes: readonly {
    readonly name: string;
    readonly configMap?: { readonly name: string };
    readonly secret?: {
      readonly secretName: string;
      readonly items?: readonly { readonly key: string; readonly path: string }[];
    };
  }[];
}

interface Template {
  readonly metadata: { readonly labels: Pod["labels"]; readonly annotations?: Pod["annotations"] | null };
  readonly spec: Omit<Pod, "labels" | "annotations" | "volumes"> & { readonly volumes?: Pod["volumes"] | null };
}

/** The pods a StatefulSet, a Deployment or a Job makes. */
export function podOf(workload: KubernetesObject): Pod {
  const { metadata, spec } = (workload["spec"] as { readonly template: Template }).template;
  return { ...spec, volumes: spec.volumes ?? [], labels: metadata.labels, annotations: metadata.annotations ?? {} };
}

/** The pods of the release's StatefulSet of this name, and the server's container in them. */
export function serverOf(objects: readonly KubernetesObject[], name = "rel-alertmanager"): Pod & { server: Container } {
  const pod = podOf(objectOf(objects, "StatefulSet", name));
  const server = pod.containers.find((container) => container.name === "alertmanager");
  if (server === undefined) throw new Error(`no alertmanager among ${pod.containers.map((c) => c.name).join(", ")}`);
  return { ...pod, server };
}

/** The data of a ConfigMap, or of a Secret decoded. */
export function dataOf(object: KubernetesObject): Readonly<Record<string, string>> {
  const data = (object["data"] ?? {}) as Readonly<Record<string, string>>;
  if (object.kind !== "Secret") return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, atob(value)]));
}
