import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Container, whyNoContainers } from "../kubernetes/image-container.ts";
import { assembleImage, whyNoImage } from "../kubernetes/image-root.ts";
import { Node } from "../kubernetes/operator-node.ts";
import { Kubernetes, objectOf, objectsOf, whyNoKubernetes } from "../support/kubernetes.ts";
import { eventually } from "../support/wait.ts";
import { alertLines, WebhookReceiver } from "../support/webhook.ts";

const whyNoPod = whyNoImage("busybox") ?? whyNoContainers();
if (whyNoPod !== undefined) console.log(`sidecar: the pod is not run, ${whyNoPod}`);
const whyNoAPI = whyNoKubernetes();
if (whyNoAPI !== undefined) console.log(`sidecar: no API server is asked, ${whyNoAPI}`);

const objects = objectsOf(readFileSync(join(import.meta.dir, "../../examples/sidecar/pod.yaml"), "utf8"));

const PATHS: Readonly<Record<string, string>> = {
  ConfigMap: "/api/v1/namespaces/default/configmaps",
  Secret: "/api/v1/namespaces/default/secrets",
  Deployment: "/apis/apps/v1/namespaces/default/deployments",
};

test.skipIf(whyNoAPI !== undefined)(
  "an API server takes the example, and knows every field of it",
  async () => {
    await using cluster = await Kubernetes.start();
    for (const object of objects) {
      const made = await cluster.request("POST", `${PATHS[object.kind]}?dryRun=All&fieldValidation=Strict`, object);
      expect(made.metadata.name).toBe(object.metadata.name);
    }
  },
  120_000,
);

interface PodContainer {
  readonly name: string;
  readonly args?: readonly string[];
  readonly command?: readonly string[];
  readonly startupProbe?: { readonly exec: { readonly command: readonly string[] } };
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
}

interface PodSpec {
  readonly securityContext: { readonly runAsUser: number; readonly runAsGroup: number };
  readonly initContainers: readonly [PodContainer];
  readonly containers: readonly [PodContainer];
}

const dataOf = (kind: string, key: "data" | "stringData") =>
  objectOf(objects, kind)[key] as Readonly<Record<string, string>>;

/** Memory that is the process's own, in MiB. */
function anonymousMiB(pid: number): number {
  return Number(/^RssAnon:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}

test.skipIf(whyNoPod !== undefined)(
  "run as it is written, the application's alert reaches the receiver",
  async () => {
    await using hook = new WebhookReceiver();
    await using image = await assembleImage("busybox");
    await using node = await Node.start([[]], Number(new URL(hook.url).port));
    const directory = mkdtempSync(join(tmpdir(), "alertmanager-test-sidecar-"));
    try {
      const { spec } = (objectOf(objects, "Deployment")["spec"] as { readonly template: { readonly spec: PodSpec } })
        .template;
      const volume = (name: string, files: Readonly<Record<string, string>> = {}) => {
        mkdirSync(join(directory, name));
        chmodSync(join(directory, name), 0o777);
        for (const [file, text] of Object.entries(files)) writeFileSync(join(directory, name, file), text);
      };
      // What takes its time in earnest does not here.
      volume(
        "config",
        Object.fromEntries(
          Object.entries(dataOf("ConfigMap", "data")).map(([file, text]) => [
            file,
            text.replace("group_wait: 10s", "group_wait: 50ms"),
          ]),
        ),
      );
      expect(Object.keys(dataOf("Secret", "stringData"))).toEqual(["url"]);
      volume("receiver", { url: node.hookUrl });
      volume("alerts");
      volume("queue", { failed: "" });

      const optionsOf = (container: PodContainer) => {
        mkdirSync(join(directory, `runtime-${container.name}`));
        return {
          image,
          hostname: "worker-0",
          uid: spec.securityContext.runAsUser,
          gid: spec.securityContext.runAsGroup,
          mounts: container.volumeMounts.map(({ name, mountPath, readOnly = false }) => ({
            from: join(directory, name),
            to: mountPath,
            readOnly,
          })),
          directory: join(directory, `runtime-${container.name}`),
        };
      };
      const [sidecar] = spec.initContainers;
      await using alertmanager = await Container.start({
        ...optionsOf(sidecar),
        args: sidecar.args ?? [],
        network: node.networkOf(0),
      });
      const probe = sidecar.startupProbe?.exec.command ?? [];
      await eventually("the sidecar has started", async () => (await alertmanager.exec(probe)).code === 0);

      const [worker] = spec.containers;
      await using application = await Container.start({
        ...optionsOf(worker),
        image: { ...image, entrypoint: worker.command ?? [] },
        args: [],
        env: { HOSTNAME: "worker-0", PAUSE: "0.2" },
        network: ["nsenter", `--target=${alertmanager.pid}`, "--net"],
      });
      const { message } = await hook.take();
      expect(alertLines(message)).toEqual(["firing alertname=JobFailed pod=worker-0 severity=critical"]);
      expect(message.alerts[0]?.annotations).toEqual({ summary: "A job has failed" });
      expect(application.log()).toBe("");
      // What README.md says of its memory, with room for other machines.
      expect(anonymousMiB(alertmanager.pid)).toBeWithin(8, 40);
      expect(await alertmanager.stop()).toBe(0);
      expect(alertmanager.log()).not.toMatch(/level=(WARN|ERROR)/);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
  60_000,
);
