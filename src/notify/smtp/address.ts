import { isIP } from "node:net";
import { goQuote } from "../../core/model/goquote.ts";

/**
 * Reads a list of e-mail addresses as Go's mail.ParseAddressList does (RFC 5322, groups and comments included).
 *
 * @returns the bare addresses, `local@domain`
 * @throws Error in Go's words
 */
export function parseAddressList(text: string): string[] {
  const input = new Input(text);
  const list: string[] = [];
  for (;;) {
    input.skipSpace();
    if (input.take(",")) continue;
    list.push(...address(input, true));
    if (!input.skipComments()) throw new Error(BAD_COMMENT);
    if (input.empty) return list;
    if (input.peek !== ",") throw new Error("mail: expected comma");
    while (input.take(",")) input.skipSpace();
    if (input.empty) return list;
  }
}

const BAD_COMMENT = "mail: misformatted parenthetical comment";

/** What is left to read. */
class Input {
  constructor(public rest: string) {}

  get empty(): boolean {
    return this.rest === "";
  }

  get peek(): string {
    return this.rest.slice(0, 1);
  }

  take(char: string): boolean {
    if (this.peek !== char) return false;
    this.rest = this.rest.slice(1);
    return true;
  }

  skipSpace(): void {
    this.rest = this.rest.replace(/^[ \t]+/, "");
  }

  /** Skips blanks and comments; false where a comment does not end. */
  skipComments(): boolean {
    this.skipSpace();
    while (this.take("(")) {
      if (!this.skipComment()) return false;
      this.skipSpace();
    }
    return true;
  }

  /** Goes past the comment whose opening has been read. */
  skipComment(): boolean {
    let depth = 1;
    while (depth > 0 && !this.empty) {
      const char = this.peek;
      if (char === "(") depth++;
      else if (char === ")") depth--;
      this.rest = this.rest.slice(char === "\\" && this.rest.length > 1 ? 2 : 1);
    }
    return depth === 0;
  }
}

function address(input: Input, groups: boolean): string[] {
  input.skipSpace();
  if (input.empty) throw new Error("mail: no address");
  const before = input.rest;
  let bare: string | undefined;
  try {
    bare = addrSpec(input);
  } catch {
    // Not a bare address: it has a name, or is a group.
    input.rest = before;
  }
  if (bare !== undefined) {
    input.skipSpace();
    if (input.take("(") && !input.skipComment()) throw new Error(BAD_COMMENT);
    return [bare];
  }
  const name = input.peek === "<" ? "" : phrase(input);
  input.skipSpace();
  if (groups && input.take(":")) return groupList(input);
  if (!input.take("<")) {
    throw new Error(
      Array.from(name).every((char) => isAtomText(char)) ? "mail: missing '@' or angle-addr" : "mail: no angle-addr",
    );
  }
  const spec = addrSpec(input);
  if (!input.take(">")) throw new Error("mail: unclosed angle-addr");
  return [spec];
}

function groupList(input: Input): string[] {
  const members: string[] = [];
  input.skipSpace();
  let closed = input.take(";");
  while (!closed) {
    input.skipSpace();
    members.push(...address(input, false));
    if (!input.skipComments()) throw new Error(BAD_COMMENT);
    closed = input.take(";");
    if (!closed && !input.take(",")) throw new Error("mail: expected comma");
  }
  if (!input.skipComments()) throw new Error(BAD_COMMENT);
  return members;
}

function addrSpec(input: Input): string {
  input.skipSpace();
  if (input.empty) throw new Error("mail: no addr-spec");
  const local = input.peek === '"' ? quotedLocalPart(input) : atom(input, false);
  if (!input.take("@")) throw new Error("mail: missing @ in addr-spec");
  input.skipSpace();
  if (input.empty) throw new Error("mail: no domain in addr-spec");
  return `${local}@${input.peek === "[" ? domainLiteral(input) : atom(input, false)}`;
}

function quotedLocalPart(input: Input): string {
  let local = "";
  try {
    local = quotedString(input);
  } catch {
    // Told as an empty one.
  }
  if (local === "") throw new Error("mail: empty quoted string in addr-spec");
  return local;
}

/** The words of a display name; what follows the first that is none is left. */
function phrase(input: Input): string {
  const words: string[] = [];
  for (;;) {
    if (words.length > 0 && !input.skipComments()) throw new Error(BAD_COMMENT);
    input.skipSpace();
    if (input.empty) break;
    try {
      words.push(input.peek === '"' ? quotedString(input) : atom(input, true));
    } catch (error) {
      if (words.length > 0) break;
      throw new Error(`mail: missing word in phrase: ${(error as Error).message}`, { cause: error });
    }
  }
  return words.join(" ");
}

function quotedString(input: Input): string {
  let value = "";
  let escaped = false;
  let length = 1;
  for (const char of input.rest.slice(1)) {
    length += char.length;
    if (escaped) {
      if (!isVisible(char) && !isBlank(char)) throw badCharacter("quoted-string", char);
      value += char;
      escaped = false;
    } else if (char === '"') {
      input.rest = input.rest.slice(length);
      return value;
    } else if (char === "\\") {
      escaped = true;
    } else {
      if (!isVisible(char) && !isBlank(char)) throw badCharacter("quoted-string", char);
      value += char;
    }
  }
  throw new Error("mail: unclosed quoted-string");
}

/** @param lenient lets dots stand anywhere, as in names */
function atom(input: Input, lenient: boolean): string {
  let value = "";
  for (const char of input.rest) {
    if (!isAtomText(char)) break;
    value += char;
  }
  if (value === "") throw new Error("mail: invalid string");
  input.rest = input.rest.slice(value.length);
  if (lenient) return value;
  if (value.startsWith(".")) throw new Error("mail: leading dot in atom");
  if (value.includes("..")) throw new Error("mail: double dot in atom");
  if (value.endsWith(".")) throw new Error("mail: trailing dot in atom");
  return value;
}

function domainLiteral(input: Input): string {
  const end = input.rest.indexOf("]");
  const inside = input.rest.slice(1, end < 0 ? undefined : end);
  for (const char of inside) if (!isVisible(char) || "[\\".includes(char)) throw badCharacter("domain-literal", char);
  if (end < 0) throw new Error("mail: unclosed domain-literal");
  if (isIP(inside) === 0) throw new Error(`mail: invalid IP address in domain-literal: ${goQuote(inside)}`);
  input.rest = input.rest.slice(end + 1);
  return `[${inside}]`;
}

function badCharacter(where: string, char: string): Error {
  const quoted = char === "'" ? "\\'" : goQuote(char).slice(1, -1).replace('\\"', '"');
  return new Error(`mail: bad character in ${where}: '${quoted}'`);
}

function isVisible(char: string): boolean {
  return (char >= "!" && char <= "~") || (char.codePointAt(0) ?? 0) >= 0x80;
}

function isBlank(char: string): boolean {
  return char === " " || char === "\t";
}

function isAtomText(char: string): boolean {
  return isVisible(char) && !'()<>[]:;@\\,"'.includes(char);
}
