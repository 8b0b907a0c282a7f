import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { request, type Target } from "./api.ts";
import { freePort } from "./port.ts";
import { Server, type ServerOptions } from "./server.ts";

/** One of `/api/plus/v1/classifications`. */
export interface Classification {
  readonly fingerprint: string;
  readonly severity: string;
  readonly category: string;
  readonly confidence: number;
  readonly reason: string;
  readonly recommendations: readonly string[];
  readonly classifier: string;
  readonly model?: string;
  readonly tokens?: number;
  readonly costUsd?: number;
  readonly classifiedAt: string;
}

export interface Page {
  readonly items: readonly Classification[];
  readonly next: string | null;
}

export const CLASSIFICATIONS = "/api/plus/v1/classifications";

export async function classifications(target: Target, query = ""): Promise<Page> {
  const answer = await request(target, "GET", CLASSIFICATIONS + query);
  if (answer.status !== 200) throw new Error(`${CLASSIFICATIONS}${query} answered ${answer.status}: ${answer.text}`);
  return JSON.parse(answer.text) as Page;
}

/** A server with settings of our own that is ready; `await using` ends it. */
export async function startWithPlus({ plus, ...options }: ServerOptions & { readonly plus: string }): Promise<Server> {
  const args = ["--plus.config.file=plus.yml", ...(options.args ?? [])];
  const server = new Server({ ...options, args }, await freePort());
  writePlus(server, plus);
  try {
    await server.start();
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
  return server;
}

export function writePlus(server: Server, plus: string): void {
  writeFileSync(join(server.directory, "plus.yml"), plus);
}
