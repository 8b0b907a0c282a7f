import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createAPI } from "../api/index.ts";
import { bareMetrics } from "../metrics/bare.ts";
import { EMPTY_LABELS } from "../core/model/labels.ts";
import { createMatcherParser } from "../core/model/matcher-parse.ts";
import { systemClock } from "../dispatch/clock.ts";
import { ENGINE_DEFAULTS } from "../dispatch/engine-defaults.ts";
import { Engine } from "../dispatch/engine.ts";
import { engineSettings } from "../server/engine-config.ts";
import { createMemoryStorage } from "../store/memory.ts";
import { amtool } from "./amtool.ts";
import { loadConfigText } from "./load-config.ts";
import { SILENT_LOGGER } from "./silent-logger.ts";

/*
 * amtool run in this process, for tests: on files that are removed in the end, or against an engine with the real API.
 */

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The moment at which amtool runs unless told otherwise: a Monday. */
export const NOW = Date.UTC(2026, 0, 5, 12);

export async function runAmtool(args: readonly string[], now: number = NOW): Promise<Run> {
  let stdout = "";
  let stderr = "";
  const code = await amtool(args, {
    terminal: { out: (text) => (stdout += text), error: (text) => (stderr += text), width: () => 80 },
    variables: { HOME: "/nonexistent" },
    stdin: { isCharacterDevice: () => true, read: () => new Uint8Array() },
    username: () => "tester",
    now: () => now,
  });
  return { code, stdout, stderr };
}

export interface Files {
  /** Writes a file and gives its path; what is no text is written as JSON. */
  write(name: string, content: unknown): string;
  remove(): void;
}

export function temporaryFiles(): Files {
  const directory = mkdtempSync(join(tmpdir(), "amtool-"));
  return {
    write(name, content) {
      const path = join(directory, name);
      writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
      return path;
    },
    remove: () => rmSync(directory, { recursive: true }),
  };
}

export interface Served {
  readonly url: string;
  readonly engine: Engine;
  stop(): Promise<void>;
}

/** The engine with a configuration and the API in front of it, on a port of its own. It notifies nobody. */
export async function serve(config: string): Promise<Served> {
  const matchers = createMatcherParser("fallback", () => undefined);
  const loaded = loadConfigText(config, matchers);
  const metrics = bareMetrics({ build: { version: "0.34.0", revision: "", branch: "", goversion: "", tags: "" } });
  const storage = createMemoryStorage();
  const engine = new Engine({
    clock: systemClock,
    storage,
    log: SILENT_LOGGER,
    metrics,
    send: () => Promise.resolve({ kind: "sent", receiverData: undefined }),
    isLabelName: (name) => name !== "",
    sizeOfSilence: () => 100,
    ...ENGINE_DEFAULTS,
  });
  engine.restore(await storage.load());
  await engine.apply({
    ...engineSettings(loaded),
    publishers: { targets: () => [], close: () => undefined },
    fallback: undefined,
    rateLimits: new Map(),
    renderRouteLabels: () => EMPTY_LABELS,
    original: () => loaded.original,
  });
  const api = createAPI({
    storeHealth: () => storage.health(),
    backend: engine,
    metrics,
    matchers,
    version: { branch: "", buildDate: "", buildUser: "", goVersion: "", revision: "", version: "0.34.0" },
    log: SILENT_LOGGER,
    routePrefix: "/",
    getConcurrency: 0,
    timeout: 0,
    reload: () => Promise.resolve(),
  });
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: (request) => api.handle(request) });
  return {
    url: `http://127.0.0.1:${server.port}`,
    engine,
    async stop() {
      await server.stop(true);
      await engine.stop();
    },
  };
}
