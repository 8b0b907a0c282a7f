import { compileRegex } from "../core/model/regex.ts";
import { replaceAll } from "../template/funcs/regex.ts";

/** What of an alert is not to leave this server, beside what looks like a secret, which never does. */
export interface RedactConfig {
  /** If there are any, the values of other labels are not sent; `alertname` always is. */
  readonly labels_allow: readonly string[];
  /** What matches one of these, in RE2 syntax, is not sent. */
  readonly patterns: readonly string[];
  /** E-mail addresses are not sent. */
  readonly emails: boolean;
}

/** Stands where something was taken out. */
export const REDACTED = "[redacted]";

// Every quantifier before a match is sure is bounded, so that no text takes long.
const NAMED =
  "pass(?:word|wd|phrase)|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|authorization|cookie";
const KEY = `[\\w.-]{0,40}(?:${NAMED})[\\w.-]{0,20}`;
const VALUE = `(?:(?:bearer|basic|digest|token)\\s{1,5})?(?:"[^"]{0,2000}"?|'[^']{0,2000}'?|[^\\s"',;&]+)`;

const SECRETS: readonly (readonly [pattern: RegExp, by: string])[] = [
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/gs, REDACTED],
  // The user part of a URL.
  [/\b([a-z][a-z0-9+.-]{1,30}:\/\/)[^\s/@]{1,500}@/gi, `$1${REDACTED}@`],
  // password=x, "apiKey": "x", authorization: Basic x
  [new RegExp(`(${KEY}["']?\\s{0,5}[:=]\\s{0,5})${VALUE}`, "gi"), `$1${REDACTED}`],
  [new RegExp(`(--?${KEY}\\s{1,5})[^\\s-]\\S*`, "gi"), `$1${REDACTED}`],
  [/\b(bearer\s{1,5})[\w.~+/=-]{8,}/gi, `$1${REDACTED}`],
  [/\b([Bb]asic\s{1,5})(?=[a-z+/]{0,200}[A-Z0-9=])[\w+/]{8,}={0,2}/g, `$1${REDACTED}`],
  [/\b(?:AKIA|ASIA|AROA|AIDA|AGPA|ANPA|ANVA|ABIA|ACCA)[A-Z0-9]{16}\b/g, REDACTED],
  [/\beyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?/g, REDACTED],
  // Tokens that say by their beginning whose they are.
  [
    /\b(?:gh[pousr]_|github_pat_|glpat-|glsa_|xox[abeoprs]-|sk-|[sr]k_(?:live|test)_|AIza|ya29\.|npm_|pypi-|dop_v1_|hv[sb]\.|hf_|SG\.|shpat_|GOCSPX-|lin_api_|dckr_pat_)(?=[\w.-]{0,40}\d)[\w.-]{10,}/g,
    REDACTED,
  ],
  [/\b(hooks\.slack\.com\/services\/|discord(?:app)?\.com\/api\/webhooks\/)\S+/g, `$1${REDACTED}`],
  [/\b\d{8,10}:[\w-]{35}\b/g, REDACTED],
];

const EMAIL = /[\w.%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}/g;

const LONG_RUN = /[\w+/=-]{32,}/g;

const SECRET_NAME = new RegExp(NAMED, "i");

/** Whether a label or annotation of this name holds a secret by its name. */
export function namesSecret(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** Takes out of a text what is not to leave: what looks like a secret, and what the settings say. */
export type Redact = (text: string) => string;

/** @throws RegexError for a pattern that is none */
export function createRedact({ patterns, emails }: Pick<RedactConfig, "patterns" | "emails">): Redact {
  for (const pattern of patterns) compileRegex(pattern);
  return (text) => {
    let out = text;
    for (const [pattern, by] of SECRETS) out = out.replace(pattern, by);
    out = out.replace(LONG_RUN, (run) => (isKeyLike(run) ? REDACTED : run));
    if (emails) out = out.replace(EMAIL, REDACTED);
    for (const pattern of patterns) out = replaceAll(pattern, REDACTED, out);
    return out;
  };
}

/** A long run without blanks is a key when it is hexadecimal, or mixes everything without the regularity of words. */
function isKeyLike(run: string): boolean {
  if (/^[0-9a-f]+$/i.test(run)) return /\d/.test(run) && /[a-f]/i.test(run);
  return /[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run) && entropy(run) > LIKE_WORDS;
}

// Bits a character. Random base64 of this length has 4.4 and more, names and paths made of words 4.2 and less.
const LIKE_WORDS = 4.3;

function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
