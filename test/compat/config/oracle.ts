import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BASE_DIR, type Answer } from "./golden.ts";

const HARMLESS = "route:\n  receiver: r\nreceivers:\n- name: r\n";

/** A real server that reloads one configuration after another, and the amtool beside it. */
export class Oracle {
  readonly #directory = mkdtempSync(join(tmpdir(), "config-oracle-"));
  readonly #file = join(this.#directory, "alertmanager.yml");
  #server: { url: string; process: Bun.Subprocess<"ignore", "ignore", "pipe"> } | undefined;

  constructor(
    readonly alertmanager: string,
    readonly amtool: string,
    readonly port: number,
  ) {}

  async ask(yaml: string): Promise<Answer> {
    writeFileSync(this.#file, yaml);
    const refusal = this.#check();
    if (refusal !== undefined) return { refused: refusal };
    writeFileSync(this.#file, HARMLESS);
    this.#server ??= await this.#start();
    writeFileSync(this.#file, yaml);
    return this.#reload(this.#server.url);
  }

  close(): void {
    this.#server?.process.kill();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #check(): string | undefined {
    const run = Bun.spawnSync([this.amtool, "check-config", this.#file], { cwd: this.#directory });
    const output = run.stdout.toString();
    // Warnings of matchers may stand between.
    const failed = /^Checking '.*?'(?:time=.*?\n)* {2}FAILED: (.*)\n\n$/s.exec(output);
    if (failed !== null) return this.#hideDirectory(failed[1] as string);
    // A crash of amtool is the server's too, and is told there; templates that are not there are no matter here.
    return undefined;
  }

  async #reload(url: string): Promise<Answer> {
    try {
      const reload = await fetch(`${url}/-/reload`, { method: "POST" });
      const text = await reload.text();
      if (!reload.ok) return { notApplied: this.#hideDirectory(text.trimEnd()) };
      const status = (await (await fetch(`${url}/api/v2/status`)).json()) as { config: { original: string } };
      return { original: this.#hideDirectory(status.config.original) };
    } catch {
      const server = this.#server;
      this.#server = undefined;
      const log = server === undefined ? "" : await new Response(server.process.stderr).text();
      return { crashed: /^panic: (.*)$/m.exec(log)?.[1] ?? "no answer" };
    }
  }

  async #start() {
    const url = `http://127.0.0.1:${this.port}`;
    const process = Bun.spawn(
      [
        this.alertmanager,
        `--config.file=${this.#file}`,
        `--storage.path=${join(this.#directory, "data")}`,
        `--web.listen-address=127.0.0.1:${this.port}`,
        "--cluster.listen-address=",
        "--log.level=error",
      ],
      { stdin: "ignore", stdout: "ignore", stderr: "pipe", cwd: this.#directory },
    );
    for (let i = 0; i < 200; i++) {
      const ready = await fetch(`${url}/-/ready`).catch(() => undefined);
      if (ready?.ok === true) return { url, process };
      await Bun.sleep(50);
    }
    throw new Error("the real server does not get ready");
  }

  #hideDirectory(text: string): string {
    return text.replaceAll(this.#directory, BASE_DIR);
  }
}
