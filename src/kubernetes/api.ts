import { defaultHttpConfig } from "../config/http-config.ts";
import type { HttpConfig } from "../config/types.ts";
import { boundedText } from "../core/model/classification.ts";
import type { Clock } from "../dispatch/clock.ts";
import { createHttpClient, type HttpClient, type HttpResponse } from "../notify/http.ts";
import type { Cluster } from "./cluster.ts";
import { secretOf, type TargetSecret } from "./secret.ts";

/** What became of one Secret; a bookmark only says how far the watch is. */
export interface SecretEvent {
  readonly type: "put" | "deleted" | "bookmark";
  readonly resourceVersion: string;
  /** Undefined for a bookmark. */
  readonly secret: TargetSecret | undefined;
}

/** The API refused, or ended a watch. */
export class ApiError extends Error {
  /** @param code as of HTTP: 410 where the version asked for is forgotten */
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

/** The Secrets of one namespace that bear the label. */
export interface SecretsApi {
  /** @throws ApiError, Error of the network */
  list(namespace: string, signal: AbortSignal): Promise<{ secrets: TargetSecret[]; resourceVersion: string }>;
  /**
   * Tells of what changes after a version, until the server ends it or `seconds` are over.
   *
   * @param on told once the server has taken the watch, and of each change
   * @throws ApiError, Error of the network
   */
  watch(namespace: string, from: WatchFrom, on: WatchListener, signal: AbortSignal): Promise<void>;
  close(): void;
}

export interface WatchFrom {
  readonly resourceVersion: string;
  readonly seconds: number;
}

export interface WatchListener {
  open(): void;
  event(event: SecretEvent): void;
}

/** Secrets asked for at a time: each may have a megabyte. */
const PAGE = 20;
const MAX_ANSWER = 32 * 2 ** 20;
const MAX_EVENT = 4 * 2 ** 20;
const MAX_MESSAGE = 300;
/** ms; how long a list may take. */
const LIST_PATIENCE = 30_000;
/** ms a watch may last beyond what was asked for. */
const WATCH_GRACE = 15_000;

/** Speaks to the API server. Files of the cluster are read when they are needed, so one that is missing is an error of a request. */
export function createSecretsApi(cluster: Cluster, clock: Clock): SecretsApi {
  let client: HttpClient | undefined;
  const get = (path: string, signal: AbortSignal) => {
    client ??= createHttpClient(httpConfigOf(cluster), {});
    return client.send(
      { method: "GET", url: cluster.server + path, headers: [["Accept", "application/json"]] },
      signal,
    );
  };
  const pathOf = (namespace: string, query: Readonly<Record<string, string>>) =>
    `/api/v1/namespaces/${namespace}/secrets?${new URLSearchParams({ labelSelector: cluster.labelSelector, ...query })}`;

  return {
    async list(namespace, signal) {
      const secrets: TargetSecret[] = [];
      for (let more = ""; ;) {
        const limited = limitedTo(clock, LIST_PATIENCE, signal);
        const answer = await limited.run(async (ends) => {
          const path = pathOf(namespace, { limit: String(PAGE), ...(more !== "" && { continue: more }) });
          return readList(await answered(await get(path, ends)));
        });
        secrets.push(...answer.items.map(secretOf));
        more = answer.metadata.continue ?? "";
        if (more === "") return { secrets, resourceVersion: answer.metadata.resourceVersion };
      }
    },
    async watch(namespace, { resourceVersion, seconds }, on, signal) {
      const path = pathOf(namespace, {
        watch: "true",
        allowWatchBookmarks: "true",
        resourceVersion,
        timeoutSeconds: String(seconds),
      });
      await limitedTo(clock, seconds * 1000 + WATCH_GRACE, signal).run(async (ends, fail) => {
        const response = await answered(await get(path, ends));
        on.open();
        await response.pass(
          lines((line) => {
            try {
              on.event(eventOf(JSON.parse(line) as RawEvent));
            } catch (error) {
              fail(error instanceof SyntaxError ? new Error("the watch sent what is no JSON") : (error as Error));
            }
          }, fail),
        );
      });
    },
    close: () => client?.close(),
  };
}

function httpConfigOf({ tokenFile, caFile }: Cluster): HttpConfig {
  const config = defaultHttpConfig();
  return {
    ...config,
    follow_redirects: false,
    // A connection of its own for each watch, which ends with it.
    enable_http2: false,
    authorization: { type: "Bearer", credentials: undefined, credentials_file: tokenFile, credentials_ref: "" },
    tls_config: { ...config.tls_config, ca_file: caFile },
  };
}

/** Runs something that ends after `ms` at the latest, with the signal, or with an error found on the way. */
function limitedTo(clock: Clock, ms: number, signal: AbortSignal) {
  return {
    async run<T>(action: (ends: AbortSignal, fail: (error: Error) => void) => Promise<T>): Promise<T> {
      const ended = new AbortController();
      let problem: Error | undefined;
      const fail = (error: Error) => {
        problem ??= error;
        ended.abort();
      };
      const cancel = clock.schedule(ms, () => fail(new Error(`no end after ${ms / 1000} s`)));
      try {
        const result = await action(AbortSignal.any([signal, ended.signal]), fail);
        if (problem !== undefined) throw problem;
        return result;
      } catch (error) {
        throw problem ?? error;
      } finally {
        cancel();
      }
    },
  };
}

async function answered(response: HttpResponse): Promise<HttpResponse> {
  if (response.status === 200) return response;
  const said = messageOf(await response.text());
  throw new ApiError(response.status, `the API answered ${response.statusText}${said === "" ? "" : `: ${said}`}`);
}

function messageOf(body: string): string {
  try {
    const { message } = JSON.parse(body) as { message?: unknown };
    return typeof message === "string" ? boundedText(message, MAX_MESSAGE) : "";
  } catch {
    return "";
  }
}

interface RawList {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly unknown[];
}

async function readList(response: HttpResponse): Promise<RawList> {
  const body = await response.bytes(MAX_ANSWER);
  let list: Partial<RawList> | null;
  try {
    list = JSON.parse(Buffer.from(body).toString()) as Partial<RawList> | null;
  } catch {
    throw new Error("the list is no JSON");
  }
  if (typeof list?.metadata?.resourceVersion !== "string") throw new Error("the list has no version");
  return { metadata: list.metadata, items: list.items ?? [] };
}

interface RawEvent {
  readonly type: string;
  readonly object: unknown;
}

function eventOf({ type, object }: RawEvent): SecretEvent {
  switch (type) {
    case "ADDED":
    case "MODIFIED":
    case "DELETED": {
      const secret = secretOf(object);
      return { type: type === "DELETED" ? "deleted" : "put", resourceVersion: secret.resourceVersion, secret };
    }
    case "BOOKMARK": {
      const { metadata } = object as { metadata: { resourceVersion: string } };
      return { type: "bookmark", resourceVersion: metadata.resourceVersion, secret: undefined };
    }
    default: {
      const { code = 0, message = "" } = (object ?? {}) as { code?: number; message?: string };
      throw new ApiError(code, `the watch ended with ${code}: ${boundedText(String(message), MAX_MESSAGE)}`);
    }
  }
}

/** Cuts what arrives into lines. */
function lines(take: (line: string) => void, fail: (error: Error) => void): (data: Uint8Array) => void {
  let rest: Uint8Array[] = [];
  let size = 0;
  return (data) => {
    let start = 0;
    for (let end = data.indexOf(10); end >= 0; end = data.indexOf(10, start)) {
      const line = Buffer.concat([...rest, data.subarray(start, end)]).toString();
      rest = [];
      size = 0;
      start = end + 1;
      if (line.trim() !== "") take(line);
    }
    if (start === data.length) return;
    rest.push(data.slice(start));
    size += data.length - start;
    if (size > MAX_EVENT) fail(new Error(`the watch sent a line of more than ${MAX_EVENT} bytes`));
  };
}
