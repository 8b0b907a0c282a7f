import { existsSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Subprocess } from "bun";
import { freePort } from "./port.ts";
import { eventually, within } from "./wait.ts";

/** The program under test: $ALERTMANAGER, or what scripts/build makes. */
export const program = resolve(process.env.ALERTMANAGER ?? join(import.meta.dir, "../../dist/alertmanager"));

export interface ServerOptions {
  /** The text of alertmanager.yml. */
  readonly config: string;
  /** More flags; none that every server gets, since most may not be repeated. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What the URL has after the port, with its leading slash: the `--web.route-prefix`. */
  readonly routePrefix?: string;
  /** Takes part in a cluster on this port of 127.0.0.1; without it, clustering is off. */
  readonly clusterPort?: number;
  /** Waits until the cluster has settled before it notifies; otherwise it does not wait. */
  readonly settles?: boolean;
  /** A command to put before the program, given where its data lives; such as one that gives it a small disk. */
  readonly wrapper?: (storagePath: string) => readonly string[];
  /** What to run, if not the program under test. */
  readonly program?: string;
}

// What must not outlive this process, whatever happens to it.
const running = new Set<Subprocess>();
const directories = new Set<string>();

process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(1));

/**
 * One Alertmanager on 127.0.0.1 with a port, a directory and a log of its own. It keeps all three over `kill` and
 * `start`, so a test can end it in any way and start it again on what it left.
 */
export class Server implements AsyncDisposable {
  readonly directory: string;
  readonly storagePath: string;
  readonly configFile: string;
  readonly logFile: string;
  readonly port: number;
  /** Address and route prefix, without a slash at the end. */
  readonly url: string;
  readonly #options: ServerOptions;
  #child: Subprocess | undefined;

  constructor(options: ServerOptions, port: number) {
    this.#options = options;
    this.port = port;
    this.directory = mkdtempSync(join(tmpdir(), "alertmanager-test-"));
    directories.add(this.directory);
    this.storagePath = join(this.directory, "data");
    this.configFile = join(this.directory, "alertmanager.yml");
    this.logFile = join(this.directory, "log");
    this.url = `http://127.0.0.1:${port}${options.routePrefix ?? ""}`;
    this.writeConfig(options.config);
  }

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  get pid(): number {
    if (this.#child === undefined) throw new Error("the server is not running");
    return this.#child.pid;
  }

  writeConfig(text: string): void {
    writeFileSync(this.configFile, text);
  }

  /** Everything written to stdout and stderr so far, over all starts. */
  log(): string {
    return existsSync(this.logFile) ? readFileSync(this.logFile, "utf8") : "";
  }

  /** Starts the process and waits until it says it is ready. Throws with the end of its log if it does not. */
  async start({ withinMs = 45_000 } = {}): Promise<void> {
    const child = this.spawn();
    try {
      await eventually(
        "the server is ready",
        async () => {
          if (child.exitCode !== null || child.signalCode !== null) return "exited";
          const answer = await fetch(`${this.url}/-/ready`, { keepalive: false, signal: AbortSignal.timeout(1000) });
          return answer.status === 200 ? "ready" : undefined;
        },
        { withinMs, everyMs: 10 },
      ).then(async (state) => {
        if (state === "exited") throw new Error(`the server exited with ${await this.exited()}`);
      });
    } catch (error) {
      throw new Error(`${String(error)}; its log ends with:\n${this.log().slice(-3000)}`, { cause: error });
    }
  }

  /** Starts the process and does not wait for anything. */
  spawn(): Subprocess {
    if (this.#child !== undefined) throw new Error("the server is running already");
    const { routePrefix, clusterPort, settles = false, args = [], env = {}, wrapper } = this.#options;
    const executable = this.#options.program ?? program;
    if (!existsSync(executable)) {
      throw new Error(`no program to run at ${executable}: run scripts/build, or name one in ALERTMANAGER`);
    }
    const command = [
      ...(wrapper?.(this.storagePath) ?? []),
      executable,
      `--config.file=${this.configFile}`,
      `--storage.path=${this.storagePath}`,
      `--web.listen-address=127.0.0.1:${this.port}`,
      // In brackets, as the Prometheus operator writes it.
      `--cluster.listen-address=${clusterPort === undefined ? "" : `[127.0.0.1]:${clusterPort}`}`,
      ...(clusterPort === undefined || settles ? [] : ["--cluster.settle-timeout=0s"]),
      ...(routePrefix === undefined ? [] : [`--web.route-prefix=${routePrefix}`]),
      ...args,
    ];
    const log = openSync(this.logFile, "a");
    const child = Bun.spawn(command, {
      cwd: this.directory,
      stdin: "ignore",
      stdout: log,
      stderr: log,
      env: { ...process.env, ...env },
    });
    closeSync(log);
    running.add(child);
    this.#child = child;
    return child;
  }

  signal(name: NodeJS.Signals): void {
    process.kill(this.pid, name);
  }

  /** As a pod is stopped: SIGTERM, then waits for the end. Gives the exit code. */
  async stop({ withinMs = 45_000 } = {}): Promise<number> {
    this.signal("SIGTERM");
    return await this.exited({ withinMs });
  }

  /** As the kernel's OOM killer does it. */
  async kill(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.exited({ withinMs: 45_000 });
  }

  /** Waits until the process is gone by itself; gives its exit code (128 + n after signal n). */
  async exited({ withinMs = 45_000 } = {}): Promise<number> {
    const child = this.#child;
    if (child === undefined) throw new Error("the server is not running");
    const code = await within(withinMs, "the server has ended", child.exited);
    running.delete(child);
    this.#child = undefined;
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child !== undefined) await this.kill();
    rmSync(this.directory, { recursive: true, force: true });
    directories.delete(this.directory);
  }
}

/** A server that is ready; `await using` ends it and removes what it wrote. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const server = new Server(options, await freePort());
  try {
    await server.start();
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
  return server;
}
