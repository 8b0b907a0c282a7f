import { defaultHttpConfig } from "../config/http-config.ts";
import type { Sending } from "../config/plus/heartbeats.ts";
import { createHttpClient, RequestError, type HttpClient } from "../notify/http.ts";
import { readText } from "../notify/http/read-file.ts";

/** Calls URLs; gives what went wrong, without the URL, or undefined. */
export interface Caller {
  call(heartbeat: Sending, signal: AbortSignal): Promise<string | undefined>;
  close(): void;
}

const USER_AGENT = "Alertmanager++";

export function createCaller(environment: Readonly<Record<string, string | undefined>>): Caller {
  let client: HttpClient | undefined;
  return {
    async call(heartbeat, signal) {
      client ??= createHttpClient(defaultHttpConfig(), environment);
      try {
        const url = heartbeat.url?.reveal() ?? readText(heartbeat.urlFile).trim();
        const { method } = heartbeat;
        const response = await client.send({ method, url, headers: [["User-Agent", USER_AGENT]] }, signal);
        response.discard();
        return response.status >= 200 && response.status < 300 ? undefined : `answered ${response.status}`;
      } catch (error) {
        return error instanceof RequestError ? error.redacted : (error as Error).message;
      }
    },
    close: () => client?.close(),
  };
}
