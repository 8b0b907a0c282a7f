import { goQuote } from "../core/model/goquote.ts";

/** What is wrong with an address, in Go's words, and where. */
type Problem = readonly [message: string, at?: string];

/**
 * Checks an IP address as Go's netip.ParseAddr does.
 * @returns which kind it is, or the text of Go's error
 */
export function checkAddress(text: string): "IPv4" | "IPv6" | { readonly problem: string } {
  const kind = /[.:%]/.exec(text)?.[0];
  let problem: Problem | undefined;
  if (kind === undefined) problem = ["unable to parse IP"];
  else if (kind === "%") problem = ["missing IPv6 address"];
  else problem = kind === "." ? ipv4Problem(text) : ipv6Problem(text);
  if (problem === undefined) return kind === "." ? "IPv4" : "IPv6";
  const [message, at = ""] = problem;
  const place = at === "" ? "" : ` (at ${goQuote(at)})`;
  return { problem: `ParseAddr(${goQuote(text)}): ${message}${place}` };
}

function ipv4Problem(text: string): Problem | undefined {
  let fields = 1;
  let field = "";
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string;
    if (character === ".") {
      if (field === "" || i === text.length - 1) return ["IPv4 field must have at least one digit", text.slice(i)];
      if (fields === 4) return ["IPv4 address too long"];
      fields++;
      field = "";
    } else if (/[0-9]/.test(character)) {
      if (field === "0") return ["IPv4 field has octet with leading zero"];
      field += character;
      if (Number(field) > 255) return ["IPv4 field has value >255"];
    } else {
      return ["unexpected character", text.slice(i)];
    }
  }
  return fields < 4 ? ["IPv4 address too short"] : undefined;
}

const GROUPS = 8;

function ipv6Problem(text: string): Problem | undefined {
  const percent = text.indexOf("%");
  if (percent === text.length - 1) return ["zone must be a non-empty string"];
  let rest = percent < 0 ? text : text.slice(0, percent);
  let groups = 0;
  let gap = rest.startsWith("::");
  if (gap) rest = rest.slice(2);
  while (rest !== "" && groups < GROUPS) {
    const digits = /^[0-9a-fA-F]*/.exec(rest)?.[0] as string;
    if (digits.length > 4) return ["each group must have 4 or less digits", rest];
    if (digits === "") return ["each colon-separated field must have at least one digit", rest];
    if (rest[digits.length] === ".") {
      if (!gap && groups !== GROUPS - 2) {
        return ["embedded IPv4 address must replace the final 2 fields of the address", rest];
      }
      if (groups > GROUPS - 2) {
        return ["too many hex fields to fit an embedded IPv4 at the end of the address", rest];
      }
      const problem = ipv4Problem(rest);
      if (problem !== undefined) return problem;
      groups += 2;
      rest = "";
      break;
    }
    groups++;
    rest = rest.slice(digits.length);
    if (rest === "") break;
    if (rest[0] !== ":") return ["unexpected character, want colon", rest];
    if (rest === ":") return ["colon must be followed by more characters", rest];
    rest = rest.slice(1);
    if (rest.startsWith(":")) {
      if (gap) return ["multiple :: in address", rest];
      gap = true;
      rest = rest.slice(1);
      if (rest === "") break;
    }
  }
  if (rest !== "") return ["trailing garbage after address", rest];
  if (groups < GROUPS && !gap) return ["address string too short"];
  if (groups === GROUPS && gap) return ["the :: must expand to at least one field of zeros"];
  return undefined;
}
