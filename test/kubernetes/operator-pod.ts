import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "bun";
import { Container } from "./image-container.ts";
import { assembleProgram, type Image } from "./image-root.ts";
import type { Node } from "./operator-node.ts";
import type { HttpProbe, OperatorSet, PodContainer } from "./operator-pods.ts";
import { type Files, PodVolumes } from "./operator-volumes.ts";

// The operator's sidecar, where CONFIG_RELOADER names its program: cmd/prometheus-config-reloader of its repository.
const reloader = process.env["CONFIG_RELOADER"];
if (reloader === undefined) {
  console.log("operator: CONFIG_RELOADER names no prometheus-config-reloader, so the tests do what it does");
}

/** One pod of a set, run by its specification on the node. Its volumes outlive its containers until it is disposed of. */
export class OperatorPod implements AsyncDisposable {
  readonly name: string;
  /** Where the tests reach its API, with the route prefix. */
  readonly url: string;
  readonly #directory: string;
  readonly #volumes: PodVolumes;
  readonly #server: PodContainer;
  readonly #sidecar: PodContainer;
  readonly #parts: { readonly image: Image; readonly node: Node; readonly set: OperatorSet; readonly index: number };
  #running: Container | undefined;
  #reloader: { readonly container: Container; readonly image: Image } | undefined;

  /** @param contents of the Secrets and ConfigMaps, by their names */
  constructor(image: Image, node: Node, set: OperatorSet, index: number, contents: Readonly<Record<string, Files>>) {
    this.name = `${set.name}-${index}`;
    this.#parts = { image, node, set, index };
    this.#directory = mkdtempSync(join(tmpdir(), "alertmanager-test-pod-"));
    mkdirSync(join(this.#directory, "volumes"));
    this.#volumes = new PodVolumes(join(this.#directory, "volumes"), set, contents);
    this.#server = containerOf(set, "alertmanager");
    this.#sidecar = containerOf(set, "config-reloader");
    const prefix = this.#server.args.find((arg) => arg.startsWith("--web.route-prefix="))?.split("=")[1] ?? "/";
    this.url = node.urlOf(index) + prefix.replace(/\/$/, "");
  }

  get container(): Container {
    if (this.#running === undefined) throw new Error(`${this.name} is not running`);
    return this.#running;
  }

  /** Runs the init container to its end and starts the others. */
  async start(): Promise<void> {
    const { image, node, index } = this.#parts;
    if (reloader === undefined) this.#substitute();
    else await this.#initialize(reloader);
    this.#running = await Container.start({
      ...this.#optionsOf(this.#server),
      image,
      args: this.#server.args.map((arg) => this.#expand(arg)),
      network: node.networkOf(index),
    });
    if (reloader !== undefined) {
      const sidecar = assembleProgram(reloader, this.#sidecar.command?.[0] ?? "");
      const container = await Container.start({
        ...this.#optionsOf(this.#sidecar),
        image: await sidecar,
        args: this.#sidecar.args,
        network: ["nsenter", `--target=${this.#running.pid}`, "--net"],
      });
      this.#reloader = { container, image: await sidecar };
    }
  }

  /** Ends all its containers; gives the exit code of Alertmanager's. */
  async stop(): Promise<number> {
    await this.#endSidecar();
    const code = await this.container.stop();
    this.#running = undefined;
    return code;
  }

  /** Puts another configuration into the Secret, as the operator does. */
  configure(config: string): void {
    this.#volumes.write("config-volume", { "alertmanager.yaml.gz": gzipSync(Buffer.from(config)) });
  }

  /** Has the sidecar notice it; gives the status its request to reload got, unless it is the real one, which does so by itself. */
  async sidecarReloads(): Promise<number | undefined> {
    if (reloader !== undefined) return undefined;
    this.#substitute();
    const url = this.#sidecar.args.find((arg) => arg.startsWith("--reload-url="))?.slice("--reload-url=".length) ?? "";
    const { stdout } = await this.container.beside([
      "curl",
      "-s",
      "-o",
      "/dev/null",
      "-w",
      "%{http_code}",
      "-XPOST",
      url,
    ]);
    return Number(stdout);
  }

  /** Whether a probe of the container succeeds now, as the kubelet judges it. */
  async answers(kind: "livenessProbe" | "readinessProbe"): Promise<boolean> {
    const probe: HttpProbe | undefined = this.#server[kind];
    if (probe === undefined) throw new Error(`the container has no ${kind}`);
    const signal = AbortSignal.timeout(probe.timeoutSeconds * 1000);
    const { status } = await fetch(new URL(probe.httpGet.path, this.url), {
      keepalive: false,
      redirect: "manual",
      signal,
    });
    return status >= 200 && status < 400;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#endSidecar();
    await this.#running?.[Symbol.asyncDispose]();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #optionsOf(container: PodContainer) {
    const { securityContext } = this.#parts.set.pod;
    const directory = join(this.#directory, container.name);
    mkdirSync(directory, { recursive: true });
    return {
      hostname: this.name,
      uid: securityContext.runAsUser,
      // Without runAsGroup, a user that /etc/passwd does not have is of the group 0.
      gid: securityContext.runAsGroup ?? 0,
      groups: [securityContext.fsGroup],
      env: { HOSTNAME: this.name, ...this.#environmentOf(container) },
      mounts: this.#volumes.mountsOf(container),
      resolvConf: this.#parts.node.resolvConf(this.#parts.set.namespace),
      directory,
    };
  }

  #environmentOf(container: PodContainer): Record<string, string> {
    const { node, index } = this.#parts;
    const fields: Record<string, string> = { "status.podIP": node.addressOf(index), "metadata.name": this.name };
    return Object.fromEntries(
      container.env.map(({ name, value, valueFrom }) => [
        name,
        value ?? fields[valueFrom?.fieldRef.fieldPath ?? ""] ?? "",
      ]),
    );
  }

  /** \`$(NAME)\` in an argument stands for the container's variable. */
  #expand(arg: string): string {
    const variables = this.#environmentOf(this.#server);
    return arg.replaceAll(/\$\((\w+)\)/g, (text, name: string) => variables[name] ?? text);
  }

  async #initialize(program: string): Promise<void> {
    const init = this.#parts.set.pod.initContainers[0];
    if (init === undefined) throw new Error("the pod has no init container");
    await using image = await assembleProgram(program, init.command?.[0] ?? "");
    await using container = await Container.start({ ...this.#optionsOf(init), image, args: init.args, network: [] });
    const code = await container.exited();
    if (code !== 0) throw new Error(`init-config-reloader ended with ${code}: ${container.log()}`);
  }

  /** What the sidecar does to the configuration: unpacks it and puts in the environment's variables. */
  #substitute(): void {
    const packed = readFileSync(join(this.#volumes.path("config-volume"), "alertmanager.yaml.gz"));
    const variables = this.#environmentOf(this.#sidecar);
    const text = Buffer.from(Bun.gunzipSync(packed))
      .toString()
      .replaceAll(/\$\((\w+)\)/g, (_, name: string) => variables[name] ?? "");
    writeFileSync(join(this.#volumes.path("config-out"), "alertmanager.env.yaml"), text);
  }

  async #endSidecar(): Promise<void> {
    await this.#reloader?.container[Symbol.asyncDispose]();
    await this.#reloader?.image[Symbol.asyncDispose]();
    this.#reloader = undefined;
  }
}

function containerOf({ pod }: OperatorSet, name: string): PodContainer {
  const found = pod.containers.find((container) => container.name === name);
  if (found === undefined) throw new Error(`the pod has no container ${name}`);
  return found;
}
