import { gzipSync } from "bun";
import { eventually } from "../support/wait.ts";
import type { WebhookReceiver } from "../support/webhook.ts";
import type { Image } from "./image-root.ts";
import { Node } from "./operator-node.ts";
import { OperatorPod } from "./operator-pod.ts";
import type { OperatorSet } from "./operator-pods.ts";
import type { Files } from "./operator-volumes.ts";

/** The pods of a set, which are ready. */
export interface RunningSet extends AsyncDisposable {
  readonly pods: readonly OperatorPod[];
  /** A configuration with one receiver of this name. */
  configOf(receiver: string): string;
}

/** Starts all pods of a set at once, as `podManagementPolicy: Parallel` does, and waits until their probes succeed. */
export async function startSet(image: Image, set: OperatorSet, hook: WebhookReceiver): Promise<RunningSet> {
  const indexes = Array.from({ length: set.replicas }, (_, i) => i);
  const domain = `alertmanager-operated.${set.namespace}.svc.cluster.local`;
  const node = await Node.start(
    indexes.map((i) => [`${set.name}-${i}.${domain}`]),
    Number(new URL(hook.url).port),
  );
  const configOf = (receiver: string) => `
route: { receiver: ${receiver}, group_by: [alertname], group_wait: 200ms, group_interval: 1s }
receivers: [{ name: ${receiver}, webhook_configs: [{ url: "${node.hookUrl}" }] }]
templates: [/etc/alertmanager/configmaps/templates/*.tmpl]
`;
  const contents: Readonly<Record<string, Files>> = {
    [`${set.name}-generated`]: { "alertmanager.yaml.gz": gzipSync(Buffer.from(configOf("first"))) },
    // Without TLS both are empty.
    [`${set.name}-web-config`]: { "web-config.yaml": "" },
    [`${set.name}-cluster-tls-config`]: { "cluster-tls-config.yaml": "" },
    templates: { "own.tmpl": '{{ define "own" }}own{{ end }}', "plus.yml": "history: { max_size: 4MiB }\n" },
    receivers: { token: "secret" },
  };
  const pods = indexes.map((i) => new OperatorPod(image, node, set, i, contents));
  const dispose = async () => {
    await Promise.all(pods.map((pod) => pod[Symbol.asyncDispose]()));
    await node[Symbol.asyncDispose]();
  };
  try {
    await Promise.all(pods.map((pod) => pod.start()));
    await Promise.all(pods.map(becomesReady));
  } catch (error) {
    await dispose();
    throw error;
  }
  return { pods, configOf, [Symbol.asyncDispose]: dispose };
}

/** Waits until both probes succeed, no longer than the kubelet does before it gives up on a pod. */
export async function becomesReady(pod: OperatorPod): Promise<void> {
  const probes = async () => (await pod.answers("readinessProbe")) && (await pod.answers("livenessProbe"));
  await eventually(`${pod.name} is ready`, probes, { withinMs: 53_000 }).catch((error: Error) => {
    throw new Error(`${error.message}; its log:\n${pod.container.log()}`);
  });
}
