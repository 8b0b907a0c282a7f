import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removedWithUs } from "./janitor.ts";
import { objectsOf, type KubernetesObject } from "./kubernetes-objects.ts";
import { program } from "./kubernetes-programs.ts";
import { run, type Outcome } from "./run.ts";

export const CHART = join(import.meta.dir, "../../helm/alertmanager-plus-plus");

export type Values = Readonly<Record<string, unknown>>;

/** Helm, with a directory of its own for all it writes. */
export class Helm implements AsyncDisposable {
  readonly directory: string;
  readonly #program: string;
  readonly #kubeconfig: string;
  #files = 0;

  private constructor(directory: string, path: string, kubeconfig: string) {
    this.directory = directory;
    this.#program = path;
    this.#kubeconfig = kubeconfig;
  }

  /** @param kubeconfig without one, no cluster is asked */
  static async create(kubeconfig = ""): Promise<Helm> {
    const directory = mkdtempSync(join(tmpdir(), "alertmanager-test-helm-"));
    await removedWithUs(directory);
    return new Helm(directory, await program("helm", directory), kubeconfig);
  }

  run(...args: readonly string[]): Promise<Outcome> {
    const env = { PATH: process.env["PATH"] ?? "", HOME: this.directory, KUBECONFIG: this.#kubeconfig };
    return run([this.#program, ...args], { env });
  }

  /** What it prints. @throws Error with what it says when it fails */
  async ask(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args);
    if (code !== 0) throw new Error(`helm ${args.join(" ")}: ${stderr}`);
    return stdout;
  }

  /** The flag for a file with these values. */
  values(values: Values): string {
    const file = join(this.directory, `values-${++this.#files}.json`);
    writeFileSync(file, JSON.stringify(values));
    return `--values=${file}`;
  }

  /** What our chart makes of the values, without a cluster. */
  async render(values: Values = {}, { release = "rel", namespace = "ns" } = {}): Promise<KubernetesObject[]> {
    const flags = [`--namespace=${namespace}`, this.values(values)];
    return objectsOf(await this.ask("template", release, CHART, ...flags));
  }

  /** Why our chart refuses the values. @throws Error where it takes them */
  async refusal(values: Values): Promise<string> {
    const { code, stderr } = await this.run("template", "rel", CHART, this.values(values));
    if (code === 0) throw new Error(`taken: ${JSON.stringify(values)}`);
    return stderr;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
