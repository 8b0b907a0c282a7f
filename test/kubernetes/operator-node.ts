import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Subprocess } from "bun";
import { removedWithUs } from "../support/janitor.ts";
import { within } from "../support/wait.ts";

type Agent = Subprocess<"pipe", "pipe", "inherit">;
type End = { readonly path: string } | { readonly host: string; readonly port: number };

export interface AgentOptions {
  /** The node's own. */
  readonly address: string;
  /** IPv4 addresses by the whole name in small letters. */
  readonly names: Readonly<Record<string, string>>;
  /** From where to where connections are carried. */
  readonly ways: readonly { readonly from: End; readonly to: End }[];
}

const ADDRESS = "10.77.0.1";
const WEB = 9093;
const HOOK = 8080;

/** Joins a container's network to the node's: `eth0` with an address in it. */
const JOIN = `set -e
node=$1; address=$2; port=$3; shift 3
ip link set lo up
# That of a pod before may still be going.
nsenter --target="$node" --net ip link delete "$port" 2>/dev/null || true
ip link add eth0 type veth peer name "$port" netns "$node"
ip addr add "$address/24" dev eth0
ip link set eth0 up
ip route add default via ${ADDRESS}
nsenter --target="$node" --net ip link set "$port" master br0 up
exec "$@"`;

/**
 * A node of a cluster: a network of its own in which each pod has an address and a name, so that pods can have the same ports. The
 * tests reach the pods, and the pods a webhook of the tests, by way of unix sockets.
 */
export class Node implements AsyncDisposable {
  readonly #directory: string;
  readonly #agent: Agent;
  readonly #relays: readonly Server[];
  readonly #ports: readonly number[];

  /** Where the pods reach the webhook. */
  readonly hookUrl = `http://${ADDRESS}:${HOOK}/`;

  private constructor(directory: string, agent: Agent, relays: readonly Server[], ports: readonly number[]) {
    this.#directory = directory;
    this.#agent = agent;
    this.#relays = relays;
    this.#ports = ports;
  }

  /**
   * @param names a list for each pod, of what it is called in the cluster's DNS
   * @param hook the port of the webhook on 127.0.0.1
   */
  static async start(names: readonly (readonly string[])[], hook: number): Promise<Node> {
    const directory = mkdtempSync(join(tmpdir(), "alertmanager-test-node-"));
    await removedWithUs(directory);
    const path = (name: string) => join(directory, name);
    const options: AgentOptions = {
      address: ADDRESS,
      names: Object.fromEntries(names.flatMap((of, i) => of.map((name) => [name, addressOf(i)]))),
      ways: [
        { from: { host: ADDRESS, port: HOOK }, to: { path: path("hook") } },
        ...names.map((_, i) => ({ from: { path: path(`pod-${i}`) }, to: { host: addressOf(i), port: WEB } })),
      ],
    };
    const script = `ip link set lo up && ip link add br0 type bridge && ip addr add ${ADDRESS}/24 dev br0 && ip link set br0 up && exec "$@"`;
    const program = [process.execPath, "run", join(import.meta.dir, "operator-node-agent.ts"), JSON.stringify(options)];
    const agent = Bun.spawn(["unshare", "--net", "sh", "-c", script, "sh", ...program], {
      stdin: "pipe",
      stdout: "pipe",
      stderr: "inherit",
    });
    const { value } = await within(10_000, "the node is up", agent.stdout.getReader().read());
    if (value === undefined) throw new Error("the node did not come up");
    const toHook = await relay({ path: path("hook") }, { host: "127.0.0.1", port: hook });
    const toPods = await Promise.all(
      names.map((_, i) => relay({ host: "127.0.0.1", port: 0 }, { path: path(`pod-${i}`) })),
    );
    const ports = toPods.map((server) => (server.address() as AddressInfo).port);
    return new Node(directory, agent, [toHook, ...toPods], ports);
  }

  /** The address of a pod in the node's network. */
  addressOf(pod: number): string {
    return addressOf(pod);
  }

  /** Where the tests reach the web port of a pod. */
  urlOf(pod: number): string {
    return `http://127.0.0.1:${this.#ports[pod]}`;
  }

  /** Words to put before the program of a pod, which give it its network. */
  networkOf(pod: number): readonly string[] {
    const arguments_ = [String(this.#agent.pid), addressOf(pod), `pod${pod}`];
    return ["unshare", "--net", "sh", "-c", JOIN, "sh", ...arguments_];
  }

  /** What pods have as /etc/resolv.conf. */
  readonly resolvConf = (namespace: string) =>
    `nameserver ${ADDRESS}\nsearch ${namespace}.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5\n`;

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.stdin.end();
    await this.#agent.exited;
    await Promise.all(this.#relays.map((server) => new Promise((resolve) => server.close(resolve))));
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

function addressOf(pod: number): string {
  return `10.77.0.${10 + pod}`;
}

async function relay(from: End, to: End): Promise<Server> {
  const server = createServer((client) => {
    const target = connect(to);
    client.pipe(target).pipe(client);
    client.on("error", () => target.destroy()).on("close", () => target.destroy());
    target.on("error", () => client.destroy()).on("close", () => client.destroy());
  });
  server.unref();
  await new Promise<void>((resolve) => server.listen(from, resolve));
  return server;
}
