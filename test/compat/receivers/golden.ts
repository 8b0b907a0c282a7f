/** What recording and replaying share: the shape of the golden files and the placeholders in them. */
import { createHash } from "node:crypto";
import type { CapturedRequest } from "./capture.ts";

/** Longest text that stands in a golden file as it is, characters. */
const MAX_TEXT = 20_000;

export const EXTERNAL_URL = "http://alertmanager.example:9093";

const PROXIED_HOSTS = [
  "hook.example",
  "events.pagerduty.com",
  "api.pushover.net",
  "slack.com",
  "sns.eu-west-1.amazonaws.com",
  "sts.eu-west-1.amazonaws.com",
].map((host) => `DNS:${host}`);

/** Names the capture server's certificate is good for. */
export const CAPTURE_NAMES = [...PROXIED_HOSTS, "DNS:localhost", "IP:127.0.0.1"];

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

/** The placeholders back in the place of what was there, in every text of a value; ids, times and orders made equal. */
export function normalize(value: unknown, context: Context): unknown {
  return mapTexts(value, (text) => normalizeText(text, context));
}

/** What is very long is told by its digest in golden files. */
export function shorten<T>(value: T): T {
  return mapTexts(value, shortenText) as T;
}

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTexts(item, change)]));
  }
  return value;
}

/** What differs from one run to the next, and what stands for it. */
const VARYING: readonly (readonly [RegExp, string])[] = [
  [/(dial tcp: lookup \S+) on \S+:/g, "$1:"],
  [/(read|write) tcp [\d.]+:\d+->/g, "$1 tcp @LOCAL@->"],
  [/^Message-Id: <\d+\.\d+@[^>]+>$/gm, "Message-Id: @ID@"],
  [/^Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}$/gm, "Date: @DATE@"],
  [/<(alert-[0-9a-f]{16})-\d{4}-\d\d-\d\d@/g, "<$1-@DAY@@"],
  [/(boundary=|--)[0-9a-f]{60}/g, "$1@BOUNDARY@"],
  [/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/g, "@UUID@"],
  [/^\d{8}T\d{6}Z$/g, "@TIME@"],
  [/(Credential=[A-Z]+)\/\d{8}\/(.*)Signature=[0-9a-f]{64}/g, "$1/@DAY@/$2Signature=@SIGNATURE@"],
  [/aws-go-sdk-\d{19}/g, "aws-go-sdk-@NANOS@"],
];

function normalizeText(text: string, context: Context): string {
  const filled = text
    .replaceAll(context.caFile, "@CA@")
    .replaceAll(context.directory, "@DIR@")
    .replaceAll(`127.0.0.1:${context.port}`, "127.0.0.1:@PORT@")
    .replaceAll(`localhost:${context.port}`, "localhost:@PORT@");
  return sortMailHeaders(VARYING.reduce((all, [pattern, by]) => all.replace(pattern, by), filled));
}

/** The order of an e-mail's headers has no meaning. */
function sortMailHeaders(text: string): string {
  return text.replace(
    /^DATA\n([\s\S]*?)\n\n/m,
    (_, headers: string) => `DATA\n${headers.split("\n").sort().join("\n")}\n\n`,
  );
}

function shortenText(text: string): string {
  if (text.length <= MAX_TEXT) return text;
  return `${text.slice(0, 200)}… ${text.length} characters, SHA-256 ${createHash("sha256").update(text).digest("hex")}`;
}
