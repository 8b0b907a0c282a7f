import { isBlank, isBlankOrEnd, isBreakOrEnd, isDigit, isWord, type Source } from "./source.ts";
import type { Token } from "./token.ts";

/** What may follow the name of an anchor or alias, besides blanks. */
const AFTER_ANCHOR = new Set([..."?:,]}%@`"].map((c) => c.charCodeAt(0)));

const URI = new Set([...";/?:@&=+$,.!~*'()[]%"].map((c) => c.charCodeAt(0)));

/** Scans `&name` or `*name` and returns the name. */
export function scanAnchor(source: Source): string {
  source.skip();
  const name = scanWord(source);
  if (name === "" || !(isBlankOrEnd(source.at()) || AFTER_ANCHOR.has(source.at()))) {
    throw source.error("did not find expected alphabetic or numeric character");
  }
  return name;
}

/** Scans a tag as handle and suffix; `!<uri>` has no handle. */
export function scanTag(source: Source): { value: string; suffix: string } {
  let value = "";
  let suffix: string;
  if (source.at(1) === 0x3c) {
    source.skip(2);
    suffix = scanUri(source, "");
    if (source.at() !== 0x3e) throw source.error("did not find the expected '>'");
    source.skip();
  } else {
    const handle = scanTagHandle(source, false);
    if (handle.length > 1 && handle.endsWith("!")) {
      value = handle;
      suffix = scanUri(source, "");
    } else {
      value = "!";
      suffix = scanUri(source, handle);
      if (suffix === "") [value, suffix] = ["", "!"];
    }
  }
  if (!isBlankOrEnd(source.at())) throw source.error("did not find expected whitespace or line break");
  return { value, suffix };
}

/** Scans a `%YAML` or `%TAG` line. */
export function scanDirective(source: Source): Token {
  const start = source.mark();
  source.skip();
  const name = scanWord(source);
  if (name === "") throw source.error("could not find expected directive name");
  if (!isBlankOrEnd(source.at())) throw source.error("found unexpected non-alphabetical character");
  let content: Omit<Token, "start" | "end">;
  if (name === "YAML") content = { kind: "version-directive", value: scanVersion(source) };
  else if (name === "TAG") content = { kind: "tag-directive", ...scanTagDirective(source) };
  else throw source.error("found unknown directive name");
  const token: Token = { ...content, start, end: source.mark() };
  source.skipBlanks();
  source.skipComment();
  if (!isBreakOrEnd(source.at())) throw source.error("did not find expected comment or line break");
  source.takeBreak();
  return token;
}

function scanVersion(source: Source): string {
  source.skipBlanks();
  const major = scanVersionNumber(source);
  if (source.at() !== 0x2e) throw source.error("did not find expected digit or '.' character");
  source.skip();
  return `${major}.${scanVersionNumber(source)}`;
}

function scanVersionNumber(source: Source): number {
  let digits = "";
  while (isDigit(source.at())) {
    if (digits.length === 2) throw source.error("found extremely long version number");
    digits += source.take();
  }
  if (digits === "") throw source.error("did not find expected version number");
  return Number(digits);
}

function scanTagDirective(source: Source): { value: string; suffix: string } {
  source.skipBlanks();
  const value = scanTagHandle(source, true);
  if (!isBlank(source.at())) throw source.error("did not find expected whitespace");
  source.skipBlanks();
  const suffix = scanUri(source, "");
  if (!isBlankOrEnd(source.at())) throw source.error("did not find expected whitespace or line break");
  return { value, suffix };
}

function scanTagHandle(source: Source, directive: boolean): string {
  if (source.at() !== 0x21) throw source.error("did not find expected '!'");
  let handle = source.take() + scanWord(source);
  if (source.at() === 0x21) handle += source.take();
  else if (directive && handle !== "!") throw source.error("did not find expected '!'");
  return handle;
}

/** @param head a handle that turned out to be the start of the URI, with its `!` */
function scanUri(source: Source, head: string): string {
  let uri = head.slice(1);
  let found = head !== "";
  while (isWord(source.at()) || URI.has(source.at())) {
    uri += source.at() === 0x25 ? scanUriEscape(source) : source.take();
    found = true;
  }
  if (!found) throw source.error("did not find expected tag URI");
  return uri;
}

/** One character written as `%XX` octets of its UTF-8. */
function scanUriEscape(source: Source): string {
  const octets: number[] = [];
  let width = 1;
  while (octets.length < width) {
    const hex = String.fromCharCode(source.at(1), source.at(2));
    if (source.at() !== 0x25 || !/^[0-9A-Fa-f]{2}$/.test(hex)) throw source.error("did not find URI escaped octet");
    const octet = Number.parseInt(hex, 16);
    if (octets.length === 0) {
      width =
        octet < 0x80 ? 1 : (octet & 0xe0) === 0xc0 ? 2 : (octet & 0xf0) === 0xe0 ? 3 : (octet & 0xf8) === 0xf0 ? 4 : 0;
      if (width === 0) throw source.error("found an incorrect leading UTF-8 octet");
    } else if ((octet & 0xc0) !== 0x80) {
      throw source.error("found an incorrect trailing UTF-8 octet");
    }
    octets.push(octet);
    source.skip(3);
  }
  return new TextDecoder().decode(new Uint8Array(octets));
}

function scanWord(source: Source): string {
  let word = "";
  while (isWord(source.at())) word += source.take();
  return word;
}
