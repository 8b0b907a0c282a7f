import { mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removedWithUs } from "./janitor.ts";
import type { RedisPlace, RedisProcess } from "./redis.ts";

const PROGRAM = "redis-server";

export function canRunLocally(): boolean {
  return Bun.which(PROGRAM) !== null;
}

/** Processes of this machine, each in a temporary directory. */
export function localPlace(): RedisPlace {
  const processes: LocalRedis[] = [];
  return {
    bind: "127.0.0.1",
    async process(files, args = []) {
      const server = await LocalRedis.create(files, args);
      processes.push(server);
      return server;
    },
    async remove() {
      await Promise.all(processes.map((server) => server.remove()));
    },
  };
}

class LocalRedis implements RedisProcess {
  readonly #directory: string;
  readonly #args: readonly string[];
  #process: Bun.Subprocess | undefined;

  private constructor(directory: string, args: readonly string[]) {
    this.#directory = directory;
    this.#args = args;
  }

  static async create(files: Readonly<Record<string, string>>, args: readonly string[]): Promise<LocalRedis> {
    const directory = mkdtempSync(join(tmpdir(), "alertmanager-test-redis-"));
    await removedWithUs(directory);
    mkdirSync(join(directory, "data"));
    for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, "data", name), content);
    return new LocalRedis(directory, args);
  }

  async start(): Promise<void> {
    const log = openSync(join(this.#directory, "log"), "a");
    this.#process = Bun.spawn([PROGRAM, "redis.conf", ...this.#args], {
      cwd: join(this.#directory, "data"),
      detached: true,
      stdio: ["ignore", log, log],
    });
    this.#process.unref();
    // For the janitor.
    writeFileSync(join(this.#directory, "pid"), String(this.#process.pid));
  }

  async stop(): Promise<void> {
    const server = this.#process;
    this.#process = undefined;
    server?.kill("SIGKILL");
    await server?.exited;
  }

  async pause(): Promise<void> {
    this.#process?.kill("SIGSTOP");
  }

  async resume(): Promise<void> {
    this.#process?.kill("SIGCONT");
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
