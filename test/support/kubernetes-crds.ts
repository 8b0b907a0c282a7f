import type { Kubernetes } from "./kubernetes.ts";
import { eventually } from "./wait.ts";

/** A kind an operator brings. */
export interface CustomKind {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly versions: readonly string[];
}

export const OPERATOR_KINDS: readonly CustomKind[] = [
  { group: "monitoring.coreos.com", kind: "ServiceMonitor", plural: "servicemonitors", versions: ["v1"] },
  { group: "monitoring.coreos.com", kind: "PrometheusRule", plural: "prometheusrules", versions: ["v1"] },
];

export const OTHER_KINDS: readonly CustomKind[] = [
  { group: "gateway.networking.k8s.io", kind: "HTTPRoute", plural: "httproutes", versions: ["v1", "v1beta1"] },
  { group: "autoscaling.k8s.io", kind: "VerticalPodAutoscaler", plural: "verticalpodautoscalers", versions: ["v1"] },
];

/** Has a cluster know the kinds, whatever their objects hold. */
export async function addKinds(cluster: Kubernetes, kinds: readonly CustomKind[]): Promise<void> {
  for (const { group, kind, plural, versions } of kinds) {
    await cluster.request("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: {
        name: `${plural}.${group}`,
        // Without, nobody but the kind's owner may use a group under k8s.io.
        annotations: { "api-approved.kubernetes.io": "unapproved, for a test" },
      },
      spec: {
        group,
        scope: "Namespaced",
        names: { kind, plural, singular: kind.toLowerCase() },
        versions: versions.map((name, i) => ({
          name,
          served: true,
          storage: i === 0,
          schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
        })),
      },
    });
  }
  for (const { group, plural, versions } of kinds) {
    const paths = versions.map((version) => `/apis/${group}/${version}/${plural}`);
    await eventually(`${plural} are served`, async () => {
      for (const path of paths) await cluster.request("GET", path);
      return true;
    });
  }
}
