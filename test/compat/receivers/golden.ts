/** What recording and replaying share: the shape of the golden files and the placeholders in them. */
import type { CapturedRequest } from "./capture.ts";

export const EXTERNAL_URL = "http://alertmanager.example:9093";

/** Names the capture server's certificate is good for. */
export const PROXIED_HOSTS = [
  "hook.example",
  "events.pagerduty.com",
  "api.pushover.net",
  "slack.com",
  "sns.eu-west-1.amazonaws.com",
  "sts.eu-west-1.amazonaws.com",
].map((host) => `DNS:${host}`);

export type Outcome =
  | { readonly ok: true; /** Nothing was to be sent. */ readonly silent?: true }
  | { readonly ok: false; readonly retry: boolean; readonly error: string; readonly reason: string };

export interface GoldenStep {
  readonly requests: readonly CapturedRequest[];
  readonly outcome: Outcome;
}

export interface GoldenCase {
  readonly steps: readonly GoldenStep[];
}

/** Puts what is there for the placeholders. */
export function fillIn(text: string, port: number, directory: string, caFile: string): string {
  return text
    .replaceAll("@BASE@", `http://127.0.0.1:${port}`)
    .replaceAll("@PORT@", String(port))
    .replaceAll("@DIR@", directory)
    .replaceAll("@CA@", caFile);
}

export interface Context {
  readonly port: number;
  readonly directory: string;
  readonly caFile: string;
}

/** The placeholders back in the place of what was there, in every text of a value; ids and times made equal. */
export function normalize(value: unknown, context: Context): unknown {
  if (typeof value === "string") {
    return value
      .replaceAll(context.caFile, "@CA@")
      .replaceAll(context.directory, "@DIR@")
      .replaceAll(`127.0.0.1:${context.port}`, "127.0.0.1:@PORT@")
      .replace(/(dial tcp: lookup \S+) on \S+:/, "$1:")
      .replace(/(read|write) tcp [\d.]+:\d+->/g, "$1 tcp @LOCAL@->");
  }
  if (Array.isArray(value)) return value.map((item) => normalize(item, context));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, normalize(item, context)]));
  }
  return value;
}
