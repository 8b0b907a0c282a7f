// Runs a server with the alertmanager.yml and plus.yml of a directory, has one alert classified by the language model that plus.yml
// names, prints the answer and ends. Called by the `run` of the examples: ALERTMANAGER=program bun classify-once.ts DIRECTORY
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PATIENCE = 60_000;

const alert = {
  labels: { alertname: "OrdersQueueGrowing", service: "orders", severity: "warning", instance: "queue-1:9419" },
  annotations: { summary: "The queue of orders on queue-1:9419 has grown for 20 minutes and nothing consumes it." },
};

interface Classification {
  readonly severity: string;
  readonly category: string;
  readonly confidence: number;
  readonly reason: string;
  readonly recommendations: readonly string[];
  readonly classifier: string;
  readonly model?: string;
  readonly tokens?: number;
  readonly costUsd?: number;
}

async function run(program: string, directory: string): Promise<boolean> {
  const storage = mkdtempSync(join(tmpdir(), "alertmanager-example-"));
  const port = freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = Bun.spawn({
    cmd: [
      program,
      `--config.file=${join(directory, "alertmanager.yml")}`,
      `--plus.config.file=${join(directory, "plus.yml")}`,
      `--storage.path=${storage}`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--cluster.listen-address=",
      "--log.level=warn",
    ],
    stdout: "inherit",
    stderr: "inherit",
  });
  try {
    const deadline = Date.now() + PATIENCE;
    const wait = async () => {
      if (server.exitCode !== null) throw new Error("the server has ended");
      await Bun.sleep(100);
    };
    while (!(await isReady(url))) await wait();
    await fetch(`${url}/api/v2/alerts`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify([alert]),
    });
    let found: Classification | undefined;
    while (found?.classifier !== "llm" && Date.now() < deadline) {
      await wait();
      found = await classification(url);
    }
    print(found);
    return found?.classifier === "llm";
  } finally {
    server.kill("SIGTERM");
    await server.exited;
    rmSync(storage, { recursive: true });
  }
}

function freePort(): number {
  const probe = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => {} } });
  probe.stop(true);
  return probe.port;
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/-/ready`)).ok;
  } catch {
    return false;
  }
}

async function classification(url: string): Promise<Classification | undefined> {
  const response = await fetch(`${url}/api/plus/v1/classifications`);
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
  const { items } = (await response.json()) as { items: readonly Classification[] };
  return items[0];
}

function print(found: Classification | undefined): void {
  console.log(`${alert.labels.alertname}: ${alert.annotations.summary}`);
  if (found === undefined) return console.log("  has not been classified");
  const { severity, category, confidence, reason, recommendations, classifier, model, tokens, costUsd } = found;
  console.log(`  ${severity}, ${category} (confidence ${confidence}, says ${model ?? classifier})`);
  console.log(`  ${reason}`);
  for (const text of recommendations) console.log(`  - ${text}`);
  if (classifier !== "llm") return console.log("  The language model gave no answer; the log above says why.");
  console.log(`  ${tokens} tokens${costUsd === undefined ? "" : `, ${costUsd.toFixed(6)} USD`}`);
}

const { ALERTMANAGER: program = "dist/alertmanager", LLM_API_KEY: key = "" } = process.env;
const [directory] = process.argv.slice(2);
if (directory === undefined) {
  console.error("usage: bun classify-once.ts DIRECTORY");
  process.exit(2);
}
if (key === "") {
  console.error("LLM_API_KEY is not set: the key of the model's provider");
  process.exit(2);
}
try {
  process.exitCode = (await run(program, directory)) ? 0 : 1;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
