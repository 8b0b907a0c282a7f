import { startAPI } from "../../../test/compat/api/engine-server.ts";
import { parsePlusConfig } from "../../config/plus.ts";
import type { Happening } from "../../core/interfaces/observing.ts";
import { ManualClock } from "../../dispatch/manual-clock.ts";
import { createLogger } from "../../server/logger.ts";
import { createAudit } from "../plus/audit.ts";
import type { Client } from "../web/index.ts";
import { Access } from "./access.ts";
import type { DocumentStore } from "./documents.ts";
import { createAccessMetrics } from "./metrics.ts";

/** What servers share: each sees what another one did when it catches up. */
export class SharedDocuments {
  readonly #rows = new Map<string, { kind: string; key: string; content: unknown }>();
  readonly #views: View[] = [];

  view(): View {
    const view = new View(this.#rows);
    this.#views.push(view);
    return view;
  }
}

class View implements DocumentStore {
  readonly #shared: Map<string, { kind: string; key: string; content: unknown }>;
  readonly #seen = new Map<string, { kind: string; key: string; content: unknown }>();
  readonly #listeners = new Set<{ kind: string; listener: (key: string, content: unknown) => void }>();
  /** Thrown by whatever stores. */
  failure: Error | undefined;
  writes = 0;

  constructor(shared: Map<string, { kind: string; key: string; content: unknown }>) {
    this.#shared = shared;
    this.catchUp();
  }

  list(kind: string) {
    return [...this.#seen.values()].filter((row) => row.kind === kind && row.content !== null);
  }

  async put(kind: string, key: string, content: object): Promise<void> {
    this.#write({ kind, key, content: JSON.parse(JSON.stringify(content)) as unknown });
  }

  async remove(kind: string, key: string): Promise<void> {
    this.#write({ kind, key, content: null });
  }

  watch(kind: string, listener: (key: string, content: unknown) => void): () => void {
    const one = { kind, listener };
    this.#listeners.add(one);
    return () => this.#listeners.delete(one);
  }

  catchUp(): void {
    for (const [id, row] of this.#shared) {
      if (this.#seen.get(id) === row) continue;
      this.#seen.set(id, row);
      for (const { kind, listener } of this.#listeners) if (kind === row.kind) listener(row.key, row.content);
    }
  }

  #write(row: { kind: string; key: string; content: unknown }): void {
    if (this.failure !== undefined) throw this.failure;
    this.writes++;
    this.#shared.set(`${row.kind} ${row.key}`, row);
    this.catchUp();
  }
}

export const ELSEWHERE: Client = { address: "192.0.2.7" };

export interface AskOptions {
  readonly token?: string;
  readonly cookie?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly client?: Client;
  readonly host?: string;
}

/** A server with access as the plus file has it, on documents that may be shared. */
export async function startAccess(settings: string, documents = new SharedDocuments(), clock = new ManualClock()) {
  const view = documents.view();
  const lines: string[] = [];
  const happened: Happening[] = [];
  const log = createLogger({ level: "debug", format: "logfmt", write: (line) => lines.push(line) });
  const observer = { happened: (happening: Happening) => void happened.push(happening) };
  const metrics = createAccessMetrics((_name, _help, _type, _labels, source) => source);
  const access = new Access({
    documents: view,
    clock,
    log,
    metrics,
    observer,
    random: (bytes) => crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>),
    catchUp: async () => view.catchUp(),
  });
  const configure = (text: string) => access.use(access.prepare(parsePlusConfig(text, {}).access));
  configure(settings);
  const audit = createAudit(log, observer, () => clock.now());
  const { api, engine, stop } = await startAPI({ access, plus: { audit } });

  async function ask(method: string, path: string, options: AskOptions = {}) {
    const { token, cookie, headers, json, client = ELSEWHERE, host = "am.example" } = options;
    const response = await api.handle(
      new Request(`http://${host}${path}`, {
        method,
        headers: {
          Host: host,
          ...(token !== undefined && { Authorization: `Bearer ${token}` }),
          ...(cookie !== undefined && { Cookie: cookie }),
          ...(json !== undefined && { "Content-Type": "application/json" }),
          ...headers,
        },
        ...(json !== undefined && { body: JSON.stringify(json) }),
      }),
      client,
    );
    const text = await response.text();
    let body: unknown = text;
    try {
      body = JSON.parse(text);
    } catch {
      body = text;
    }
    return { status: response.status, headers: response.headers, body: body as Readonly<Record<string, unknown>> };
  }

  return { access, api, engine, ask, configure, clock, view, lines, happened, metrics, stop };
}

export type AccessServer = Awaited<ReturnType<typeof startAccess>>;
