import type { Alert } from "../../core/model/alert.ts";
import { boundedText } from "../../core/model/classification.ts";
import { createRedact, namesSecret, REDACTED, type RedactConfig } from "../redact.ts";
import { isVarying, withoutIds, withoutNumbers } from "./varying.ts";

/** What a language model is told about an alert. */
export interface AlertData {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface AlertQuestion {
  readonly data: AlertData;
  /** Equal for alerts whose data differ by numbers in annotations at most: they have the same answer. */
  readonly kind: string;
}

// Characters, but for BYTES. Texts are longer before secrets are taken out, so that none is cut in half and missed.
const MAX = { name: 100, label: 200, annotation: 600, raw: 4_000, labels: 40, annotations: 12, bytes: 6_000 };

const FIRST = ["summary", "description", "message", "title"];
// They lead to where more is told, which the model cannot follow.
const LINK = /(?:url|link)$/i;
// Not seen by people, and used to hide text from them.
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

type Labelled = Pick<Alert, "labels" | "annotations">;

/**
 * Prepares what is sent about an alert. Everything sent is part of the kind, but for digits: whoever controls the text of one alert
 * has no say in what is answered about others. So what differs between alerts of a kind is replaced by placeholders, in the
 * labels and where annotations repeat it.
 *
 * @param varying names of labels whose values are not sent, beside those that are addresses or IDs
 * @throws RegexError for a pattern that is none
 */
export function createAlertData(redactConfig: RedactConfig, varying: readonly string[]) {
  const redact = createRedact(redactConfig);
  const hidden = new Set(varying);
  const allowed = redactConfig.labels_allow.length === 0 ? undefined : new Set(redactConfig.labels_allow);
  const nameOf = remembered((name) => boundedText(redact(visible(name)), MAX.name));
  const valueOf = remembered((value) =>
    isVarying(value) ? undefined : boundedText(redact(withoutIds(visible(value))), MAX.label),
  );

  function label(name: string, placeholder: string, value: string): string | undefined {
    if (namesSecret(name)) return REDACTED;
    if (allowed?.has(name) === false) return undefined;
    return hidden.has(name) ? placeholder : (valueOf(value) ?? placeholder);
  }

  return (alert: Labelled): AlertQuestion => {
    let room = MAX.bytes;
    const add = (to: Record<string, string>, name: string, value: string) => {
      room -= Buffer.byteLength(name) + Buffer.byteLength(value);
      if (room >= 0) to[name] = value;
    };
    const labels: Record<string, string> = Object.create(null);
    const replaced: Replaced[] = [];
    for (const [name, value] of alert.labels.entries()) {
      if (name === "alertname") continue;
      const shownName = nameOf(name);
      const placeholder = `[${shownName}]`;
      const shown = label(name, placeholder, value);
      if (shown !== value) replaced.push(...places(value, shown ?? placeholder));
      if (shown !== undefined && Object.keys(labels).length < MAX.labels) {
        add(labels, shownName, shown);
      }
    }
    // The longest first: one may hold another.
    replaced.sort((a, b) => b.value.length - a.value.length);
    const annotations: Record<string, string> = Object.create(null);
    for (const [name, value] of inOrder(alert.annotations.entries())) {
      if (LINK.test(name) || Object.keys(annotations).length >= MAX.annotations) continue;
      if (namesSecret(name)) continue;
      let text = visible(value);
      for (const place of replaced) text = replaceWord(text, place);
      add(annotations, nameOf(name), boundedText(withoutIds(redact(text)), MAX.annotation));
    }
    const name = nameOf(alert.labels.get("alertname"));
    const templates = Object.entries(annotations).map(([name, text]) => [name, withoutNumbers(text)]);
    return {
      data: { name, labels, annotations },
      kind: JSON.stringify([name, Object.entries(labels), templates]),
    };
  };
}

// Names and values of labels are the same over and over. Bounded, in case they are not.
const REMEMBERED = { texts: 5_000, length: 100 };

function remembered<T>(work: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    if (text.length > REMEMBERED.length) return work(text);
    const before = known.get(text);
    if (before !== undefined || known.has(text)) return before as T;
    const result = work(text);
    if (known.size >= REMEMBERED.texts) known.clear();
    known.set(text, result);
    return result;
  };
}

function visible(text: string): string {
  return text.slice(0, MAX.raw).replace(INVISIBLE, "");
}

interface Replaced {
  readonly value: string;
  readonly by: string;
}

// Shorter values are words of the text by chance.
const SHORTEST = 3;

/** What of a label's value is replaced in annotations: itself, and of `host:port` the host. */
function places(value: string, by: string): Replaced[] {
  const host = value.replace(/:\d{1,5}$/, "");
  return (host === value ? [value] : [value, host])
    .filter((text) => text.length >= SHORTEST)
    .map((text) => ({ value: text, by }));
}

function replaceWord(text: string, { value, by }: Replaced): string {
  let out = "";
  let from = 0;
  for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, from)) {
    const end = at + value.length;
    const whole = !isWord(text.charCodeAt(at - 1)) && !isWord(text.charCodeAt(end));
    out += text.slice(from, at) + (whole ? by : value);
    from = end;
  }
  return from === 0 ? text : out + text.slice(from);
}

/** An ASCII letter or digit. */
function isWord(unit: number): boolean {
  return (unit >= 48 && unit <= 57) || (unit >= 65 && unit <= 90) || (unit >= 97 && unit <= 122);
}

function inOrder(entries: readonly [string, string][]): [string, string][] {
  const rank = (name: string) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  return [...entries].sort(([a], [b]) => rank(a) - rank(b));
}
