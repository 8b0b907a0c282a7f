import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { freePort } from "../support/port.ts";
import { eventually } from "../support/wait.ts";

export interface RuleState {
  readonly name: string;
  readonly query: string;
  readonly health: "ok" | "err" | "unknown";
  readonly state: "inactive" | "pending" | "firing";
  readonly lastError?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly alerts: readonly unknown[];
}

/** A real Prometheus that scrapes twice a second and evaluates rules as often. */
export class Prometheus implements AsyncDisposable {
  readonly #directory: string;
  readonly #child: Bun.Subprocess;
  readonly #url: string;

  private constructor(directory: string, child: Bun.Subprocess, url: string) {
    this.#directory = directory;
    this.#child = child;
    this.#url = url;
  }

  static async start(program: string, rules: unknown, job: string): Promise<Prometheus> {
    const directory = mkdtempSync(join(tmpdir(), "alertmanager-test-prometheus-"));
    writeFileSync(join(directory, "rules.yml"), stringify(rules));
    const configuration = {
      global: { scrape_interval: "500ms", scrape_timeout: "500ms", evaluation_interval: "500ms" },
      rule_files: [join(directory, "rules.yml")],
      scrape_configs: [{ job_name: job, file_sd_configs: [{ files: [join(directory, "targets.json")] }] }],
    };
    writeFileSync(join(directory, "prometheus.yml"), stringify(configuration));
    const port = await freePort();
    const child = Bun.spawn(
      [
        program,
        `--config.file=${join(directory, "prometheus.yml")}`,
        `--storage.tsdb.path=${join(directory, "data")}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdin: "ignore", stdout: "ignore", stderr: Bun.file(join(directory, "log")) },
    );
    const prometheus = new Prometheus(directory, child, `http://127.0.0.1:${port}`);
    await eventually("Prometheus is ready", async () => (await fetch(`${prometheus.#url}/-/ready`)).ok);
    return prometheus;
  }

  /** @param targets `host:port` by the name of the pod, all with the given labels */
  scrape(targets: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): void {
    const groups = Object.entries(targets).map(([pod, address]) => ({
      targets: [address],
      labels: { ...labels, pod },
    }));
    writeFileSync(join(this.#directory, "targets.json"), JSON.stringify(groups));
  }

  async rules(): Promise<readonly RuleState[]> {
    const { groups } = await this.#get<{ groups: readonly { rules: readonly RuleState[] }[] }>("/api/v1/rules");
    return groups.flatMap(({ rules }) => rules);
  }

  /** How many series a query gives. */
  async count(query: string): Promise<number> {
    const path = `/api/v1/query?query=${encodeURIComponent(query)}`;
    return (await this.#get<{ result: readonly unknown[] }>(path)).result.length;
  }

  async #get<T>(path: string): Promise<T> {
    const answer = await fetch(this.#url + path);
    if (!answer.ok) throw new Error(`Prometheus answered ${path} with ${answer.status}: ${await answer.text()}`);
    return ((await answer.json()) as { data: T }).data;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.exited;
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
