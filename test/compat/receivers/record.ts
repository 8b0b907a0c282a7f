/**
 * Records what the real Alertmanager sends in each case: `bun test/compat/receivers/record.ts BINARY [TYPE…]` writes
 * `golden/TYPE.json` beside this file.
 *
 * Every case has a receiver, a route and a capture server of its own; one Alertmanager serves them all. Ports and
 * directories become the placeholders of the cases again.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startCapture, type CapturedRequest, type ScriptedResponse } from "./capture.ts";
import { CASES, type CaseAlert, type ReceiverCase } from "./cases.ts";
import { createAuthority } from "./certificates.ts";
import { startSmtpCapture } from "./smtp-capture.ts";
import {
  EXTERNAL_URL,
  fillIn,
  normalize,
  shorten,
  CAPTURE_NAMES,
  type GoldenCase,
  type GoldenStep,
  type Outcome,
} from "./golden.ts";

/** Long enough for a flush and its answer; a failing one is retried until 10 s have passed. */
const STEP_WAIT = 3_000;
const FAILURE_WAIT = 16_000;
const START_DELAY = 3_000;

const [binary, ...types] = process.argv.slice(2);
if (binary === undefined) throw new Error("usage: record.ts BINARY [TYPE…]");
const cases = CASES.filter((c) => types.length === 0 || types.includes(c.type));

const authority = createAuthority();
const certificate = authority.issue("capture", CAPTURE_NAMES);
const directory = mkdtempSync(join(tmpdir(), "record-"));

interface Capture {
  readonly port: number;
  readonly requests: CapturedRequest[];
  script?: readonly ScriptedResponse[];
  close(): void;
}

interface Running {
  readonly id: string;
  readonly golden: ReceiverCase;
  readonly capture: Capture;
  readonly directory: string;
  readonly steps: GoldenStep[];
}

const running: Running[] = [];
for (const golden of cases) {
  const id = `${golden.type}-${golden.name}`;
  const own = join(directory, id);
  mkdirSync(own);
  const capture: Capture =
    golden.smtp === undefined ? await startCapture(certificate) : await startSmtpCapture(golden.smtp, certificate);
  for (const [name, content] of Object.entries(golden.files ?? {})) {
    writeFileSync(join(own, name), fillIn(content, capture.port, own, authority.caFile));
  }
  running.push({ id, golden, capture, directory: own, steps: [] });
}

const indent = (text: string, by: string) =>
  text
    .trim()
    .split("\n")
    .map((line, i) => (i === 0 ? line : by + line))
    .join("\n");
const routes = running.map(
  (r) =>
    `  - matchers: ['case="${r.id}"']\n    receiver: ${r.id}\n    group_by: [alertname]\n    ${indent(r.golden.route ?? "continue: false", "    ")}`,
);
const receivers = running.map(
  (r) =>
    `- name: ${r.id}\n  ${r.golden.type}_configs:\n  - ${indent(fillIn(r.golden.config, r.capture.port, r.directory, authority.caFile), "    ")}`,
);
const configFile = join(directory, "alertmanager.yml");
writeFileSync(
  configFile,
  `route:\n  receiver: nobody\n  group_wait: 0s\n  group_interval: 1s\n  routes:\n${routes.join("\n")}\nreceivers:\n- name: nobody\n${receivers.join("\n")}\n`,
);

const port = await freePort();
const logFile = join(directory, "log");
const started = Date.now();
const server = Bun.spawn(
  [
    binary,
    `--config.file=${configFile}`,
    `--storage.path=${join(directory, "data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
    `--web.external-url=${EXTERNAL_URL}`,
    "--web.route-prefix=/",
    "--cluster.listen-address=",
    "--log.level=debug",
    "--log.format=json",
    "--enable-feature=receiver-name-in-metrics",
    // Groups run from here on: all alerts of the first request are in by then.
    `--dispatch.start-delay=${START_DELAY}ms`,
  ],
  { stderr: Bun.file(logFile), stdout: "ignore", env: { TZ: "UTC", HOME: directory } },
);
const api = `http://127.0.0.1:${port}`;
await untilReady();

const rounds = Math.max(...cases.map((c) => c.steps.length));
for (let round = 0; round < rounds; round++) {
  const active = running.filter((r) => r.golden.steps[round] !== undefined);
  const before = (await Bun.file(logFile).text()).length;
  for (const r of active) {
    r.capture.requests.length = 0;
    const responses = r.golden.steps[round]?.responses ?? [];
    r.capture.script = responses.length === 0 ? [{}] : [...responses];
  }
  // All of a group's alerts in one request, so that one flush sees them together.
  const alerts = active.flatMap((r) => r.golden.steps[round]?.alerts.map((alert) => postable(alert, r.id)) ?? []);
  // Between two ticks, which come every second, so that no flush sees half of a request.
  if (round > 0) await Bun.sleep(1000 - ((Date.now() - started + 500) % 1000));
  const response = await fetch(`${api}/api/v2/alerts`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(alerts),
  });
  if (!response.ok) throw new Error(`posting alerts: ${response.status} ${await response.text()}`);
  await Bun.sleep(round === 0 ? FAILURE_WAIT : STEP_WAIT);
  const log = (await Bun.file(logFile).text()).slice(before);
  const metrics = await (await fetch(`${api}/metrics`)).text();
  for (const r of active) {
    const responses = r.golden.steps[round]?.responses;
    const context = { port: r.capture.port, directory: r.directory, caFile: authority.caFile };
    const outcome = outcomeOf(r, log, metrics);
    // A failing one is tried again: the first attempt is what is wanted.
    const wanted = responses?.length ?? (outcome.ok ? Number.POSITIVE_INFINITY : 1);
    const requests = r.capture.requests.slice(0, wanted);
    r.steps.push({
      requests: requests.map((request) => shorten(normalize(request, context) as CapturedRequest)),
      outcome: shorten(normalize(outcome, context) as Outcome),
    });
  }
}
server.kill();
await server.exited;

for (const type of new Set(cases.map((c) => c.type))) {
  const golden: Record<string, GoldenCase> = {};
  for (const r of running.filter((r) => r.golden.type === type)) golden[r.golden.name] = { steps: r.steps };
  mkdirSync(join(import.meta.dir, "golden"), { recursive: true });
  writeFileSync(join(import.meta.dir, "golden", `${type}.json`), `${JSON.stringify(golden, null, 1)}\n`);
}
for (const r of running) r.capture.close();
authority.remove();
rmSync(directory, { recursive: true, force: true });
console.log(`recorded ${running.length} cases`);
process.exit(0);

function postable(alert: CaseAlert, id: string) {
  return { ...alert, labels: { ...alert.labels, case: id } };
}

/** How the first attempt of a step ended, from the log; the reason from the metrics. */
function outcomeOf(r: Running, log: string, metrics: string): Outcome {
  const lines = log
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Record<string, string>);
  const mine = lines.filter((line) => line.receiver === r.id);
  const retried = mine.find((line) => line.msg === "Notify attempt failed, will retry later");
  const reasonLine = metrics
    .split("\n")
    .find(
      (line) =>
        line.startsWith("alertmanager_notifications_failed_total{") &&
        line.includes(`receiver_name="${r.id}"`) &&
        !line.endsWith(" 0"),
    );
  // What still waits for its leave of a mail server has not been counted; those have no reason of their own.
  const reason = /reason="(\w+)"/.exec(reasonLine ?? "")?.[1] ?? "other";
  if (retried !== undefined) return { ok: false, retry: true, error: retried.err ?? "", reason };
  const prefix = `${r.id}/${r.golden.type}[0]: notify retry canceled due to unrecoverable error after 1 attempts: `;
  const failed = lines.find((line) => line.msg === "Notify for alerts failed" && line.err?.startsWith(prefix));
  if (failed !== undefined) return { ok: false, retry: false, error: failed.err?.slice(prefix.length) ?? "", reason };
  if (mine.some((line) => line.msg === "Notify success")) return { ok: true };
  return { ok: true, silent: true };
}

async function freePort(): Promise<number> {
  const probe = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const free = probe.port ?? 0;
  await probe.stop(true);
  return free;
}

async function untilReady(): Promise<void> {
  for (let i = 0; i < 100; i++) {
    if (server.exitCode !== null) throw new Error(`did not start: ${await Bun.file(logFile).text()}`);
    const ready = await fetch(`${api}/-/ready`).catch(() => undefined);
    if (ready?.ok) return;
    await Bun.sleep(100);
  }
  throw new Error("not ready");
}
