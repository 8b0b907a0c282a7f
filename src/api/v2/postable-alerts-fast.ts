import type { PostableAlert } from "../../core/model/postable.ts";
import { type Timestamp, parseTimestamp } from "../../core/model/timestamp.ts";
import { parsePlainTimestamp } from "./plain-time.ts";
import { isRequestURI } from "./uri.ts";

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
const FIELDS: ReadonlySet<string> = new Set(["labels", "annotations", "startsat", "endsat", "generatorurl"]);

/** Looking for repeated keys costs about as much as parsing, and no client that posts many alerts repeats any. */
const LOOKED_THROUGH_BYTES = 4096;

/** Half a surrogate pair, possibly: JSON.parse would let it through. */
const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/;

/**
 * Reads the body of nearly every request: well-formed, keys as documented, everything of its right type.
 * JSON.parse and one walk over the result, no schema.
 *
 * @returns undefined when anything is out of the ordinary; the exact decoder then says what
 */
export function readPlainAlerts(bytes: Uint8Array): PostableAlert[] | undefined {
  const text = utf8.decode(bytes);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(body) || text.includes("\ufffd") || SURROGATE_ESCAPE.test(text)) return undefined;
  if (text.length <= LOOKED_THROUGH_BYTES && repeatsKeys(text, body.length)) return undefined;
  const times = new Map<string, Timestamp>();
  const alerts: PostableAlert[] = [];
  for (const item of body as unknown[]) {
    const alert = plainAlert(item, times);
    if (alert === undefined) return undefined;
    alerts.push(alert);
  }
  return alerts;
}

interface PlainAlert {
  labels?: unknown;
  annotations?: unknown;
  startsAt?: unknown;
  endsAt?: unknown;
  generatorURL?: unknown;
}

function plainAlert(item: unknown, times: Map<string, Timestamp>): PostableAlert | undefined {
  if (typeof item !== "object" || item === null || Array.isArray(item)) return undefined;
  for (const key in item) {
    switch (key) {
      case "labels":
      case "annotations":
      case "startsAt":
      case "endsAt":
      case "generatorURL":
        break;
      default:
        if (FIELDS.has(key.toLowerCase()) || key.includes("ſ")) return undefined;
    }
  }
  const { labels, annotations = {}, startsAt, endsAt, generatorURL = "" } = item as PlainAlert;
  if (!isStringMap(labels) || !isStringMap(annotations)) return undefined;
  if (typeof generatorURL !== "string" || (generatorURL !== "" && !isRequestURI(generatorURL))) return undefined;
  const start = startsAt === undefined ? undefined : time(startsAt, times);
  const end = endsAt === undefined ? undefined : time(endsAt, times);
  if (start === null || end === null) return undefined;
  return { labels, annotations, startsAt: start, endsAt: end, generatorURL };
}

function isStringMap(value: unknown): value is Record<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const map = value as Record<string, unknown>;
  for (const key in map) if (typeof map[key] !== "string") return false;
  return true;
}

/** A time, undefined for year 1, null for what is no time. The same text gives the same object. */
function time(text: unknown, times: Map<string, Timestamp>): Timestamp | undefined | null {
  if (typeof text !== "string") return null;
  let parsed = times.get(text);
  if (parsed === undefined) {
    try {
      parsed = parsePlainTimestamp(text) ?? parseTimestamp(text);
    } catch {
      return null;
    }
    times.set(text, parsed);
  }
  return parsed.isZero ? undefined : parsed;
}

/** Whether a field may stand twice in an alert; label sets would be merged then. */
function repeatsKeys(text: string, alerts: number): boolean {
  return count(text, '"labels"') > alerts || count(text, '"annotations"') > alerts;
}

function count(text: string, word: string): number {
  let found = 0;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) found++;
  return found;
}
