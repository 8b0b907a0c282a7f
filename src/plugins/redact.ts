import { HIDDEN } from "../config/secret.ts";

/** Shorter values are words that would be missed in what a plugin says, and no secrets. */
const SHORTEST = 8;

export interface Redaction {
  /** The text without the values of the options. */
  redact(text: string): string;
  /** Characters of the longest text that is taken out. */
  readonly longest: number;
}

/** Takes out of what a plugin says whatever its options hold: they are where its tokens and secret URLs are. */
export function redaction(options: unknown): Redaction {
  const secrets = [...new Set(texts(options).flatMap(withParts))]
    .filter((text) => text.length >= SHORTEST)
    .sort((a, b) => b.length - a.length);
  return {
    redact: (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text),
    longest: secrets[0]?.length ?? 0,
  };
}

function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
}

/** A URL is secret by what follows the host, too, and by the password in it; a key in several lines by each of them. */
function withParts(text: string): string[] {
  if (!URL.canParse(text)) return [text, ...text.split("\n")];
  const { href, pathname, search, password } = new URL(text);
  return [text, href, `${pathname}${search}`, password];
}
