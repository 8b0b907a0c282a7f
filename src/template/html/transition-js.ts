import { quote, quoteStart } from "../fmt/quote.ts";
import { type Context, errorContext, type JSCtx } from "./context.ts";

type Result = readonly [Context, number];

/** Words after which a slash begins a regular expression. */
const REGEXP_PRECEDERS: ReadonlySet<string> = new Set(
  "break case continue delete do else finally in instanceof return throw try typeof void".split(" "),
);

// JavaScript's white space, as Go trims it.
const SPACE = /[\f\n\r\t\v \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]/;

/** What a slash after these tokens, which hold no string, comment or regular expression, would begin. */
function nextJSCtx(text: string, before: JSCtx): JSCtx {
  let end = text.length;
  while (end > 0 && SPACE.test(text.charAt(end - 1))) end--;
  const s = text.slice(0, end);
  if (s === "") return before;
  const last = s.charAt(s.length - 1);
  if (last === "+" || last === "-") {
    // ++ and -- end an expression, a single one does not: "---" is "-- -".
    let start = s.length - 1;
    while (start > 0 && s.charAt(start - 1) === last) start--;
    return (s.length - start) % 2 === 1 ? "jsCtxRegexp" : "jsCtxDivOp";
  }
  if (last === ".") return /\d\.$/.test(s) ? "jsCtxDivOp" : "jsCtxRegexp";
  if (",<>=*%&|^?!~([:;{}".includes(last)) return "jsCtxRegexp";
  let start = s.length;
  while (start > 0 && /[A-Za-z0-9_$]/.test(s.charAt(start - 1))) start--;
  const word = s.slice(start);
  return REGEXP_PRECEDERS.has(word) ? "jsCtxRegexp" : "jsCtxDivOp";
}

/** The JavaScript state itself. */
export function tJS(c: Context, s: string): Result {
  const i = s.search(/["`'/{}<\-#]/);
  if (i < 0) return [{ ...c, jsCtx: nextJSCtx(s, c.jsCtx) }, s.length];
  const jsCtx = nextJSCtx(s.slice(0, i), c.jsCtx);
  const here = { ...c, jsCtx };
  switch (s.charAt(i)) {
    case '"':
      return [{ ...here, state: "stateJSDqStr", jsCtx: "jsCtxRegexp" }, i + 1];
    case "'":
      return [{ ...here, state: "stateJSSqStr", jsCtx: "jsCtxRegexp" }, i + 1];
    case "`":
      return [{ ...here, state: "stateJSTmplLit", jsCtx: "jsCtxRegexp" }, i + 1];
    case "/":
      return slash(here, s, i);
    // Old browsers' comments: the rest of the line after <!-- or --> counts as one.
    case "<":
      return s.startsWith("<!--", i) ? [{ ...here, state: "stateJSHTMLOpenCmt" }, i + 4] : [here, i + 1];
    case "-":
      return s.startsWith("-->", i) ? [{ ...here, state: "stateJSHTMLCloseCmt" }, i + 3] : [here, i + 1];
    case "#":
      return s.charAt(i + 1) === "!" ? [{ ...here, state: "stateJSLineCmt" }, i + 2] : [here, i + 1];
    default:
      return brace(here, s, i);
  }
}

function slash(c: Context, s: string, i: number): Result {
  const next = s.charAt(i + 1);
  if (next === "/") return [{ ...c, state: "stateJSLineCmt" }, i + 2];
  if (next === "*") return [{ ...c, state: "stateJSBlockCmt" }, i + 2];
  if (c.jsCtx === "jsCtxRegexp") return [{ ...c, state: "stateJSRegexp" }, i + 1];
  if (c.jsCtx === "jsCtxDivOp") return [{ ...c, jsCtx: "jsCtxRegexp" }, i + 1];
  const shown = quoteStart(s.slice(i), 32);
  return [errorContext(`'/' could start a division or regexp: ${shown}`), s.length];
}

/** Braces count only within the `${` of a template literal, which the last one closes. */
function brace(c: Context, s: string, i: number): Result {
  const char = s.charAt(i);
  const jsCtx = nextJSCtx(char, c.jsCtx);
  const depth = c.jsBraceDepth ?? [];
  if (depth.length === 0) return [{ ...c, jsCtx }, i + 1];
  const outer = depth.slice(0, -1);
  const inner = (depth.at(-1) as number) + (char === "{" ? 1 : -1);
  if (inner >= 0) return [{ ...c, jsCtx, jsBraceDepth: [...outer, inner] }, i + 1];
  return [{ ...c, state: "stateJSTmplLit", jsBraceDepth: outer }, i + 1];
}

function partialEscape(s: string): Result {
  return [errorContext(`unfinished escape sequence in JS string: ${quote(s)}`), s.length];
}

/** Within a template literal. */
export function tJSTemplate(c: Context, s: string): Result {
  for (let i = 0; i < s.length; i++) {
    const char = s.charAt(i);
    if (char === "\\") {
      i++;
      if (i === s.length) return partialEscape(s);
    } else if (char === "$" && s.charAt(i + 1) === "{") {
      return [{ ...c, state: "stateJS", jsBraceDepth: [...(c.jsBraceDepth ?? []), 0] }, i + 2];
    } else if (char === "`") return [{ ...c, state: "stateJS" }, i + 1];
  }
  return [c, s.length];
}

/** Within a quoted string or a regular expression. */
export function tJSDelimited(c: Context, s: string): Result {
  const end = c.state === "stateJSSqStr" ? "'" : c.state === "stateJSRegexp" ? "/" : '"';
  const isRegexp = end === "/";
  let inCharset = false;
  for (let i = 0; i < s.length; i++) {
    const char = s.charAt(i);
    if (char === "\\") {
      i++;
      if (i === s.length) return partialEscape(s);
    } else if (isRegexp && char === "[") inCharset = true;
    else if (isRegexp && char === "]") inCharset = false;
    else if (char === end) {
      // "</script" in a regular expression is no end: it gets escaped.
      if (isRegexp && i > 0 && s.slice(i - 1, i + 7).toLowerCase() === "</script") i++;
      else if (!inCharset) return [{ ...c, state: "stateJS", jsCtx: "jsCtxDivOp" }, i + 1];
    }
  }
  if (inCharset) return [errorContext(`unfinished JS regexp charset: ${quote(s)}`), s.length];
  return [c, s.length];
}
