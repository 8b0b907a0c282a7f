import { quote } from "../fmt/quote.ts";
import { type Context, errorContext } from "./context.ts";
import { decodeCSS } from "./css-text.ts";

type Result = readonly [Context, number];

export function tURL(c: Context, s: string): Result {
  if (/[#?]/.test(s)) return [{ ...c, urlPart: "urlPartQueryOrFrag" }, s.length];
  if (c.urlPart === "urlPartNone" && /[^ \t\n\f\r]/.test(s)) return [{ ...c, urlPart: "urlPartPreQuery" }, s.length];
  return [c, s.length];
}

export function tBlockComment(c: Context, s: string): Result {
  const i = s.indexOf("*/");
  if (i < 0) return [c, s.length];
  return [{ ...c, state: c.state === "stateJSBlockCmt" ? "stateJS" : "stateCSS" }, i + 2];
}

/** The end of the line is not part of the comment. */
export function tLineComment(c: Context, s: string): Result {
  const isCSS = c.state === "stateCSSLineCmt";
  const i = s.search(isCSS ? /[\n\f\r]/ : /[\n\r\u2028\u2029]/);
  return i < 0 ? [c, s.length] : [{ ...c, state: isCSS ? "stateCSS" : "stateJS" }, i];
}

// The keyword `url` at the end, and not the end of a longer name.
const ENDS_WITH_URL = /(?<![-\w\u0080-\ufffd])url[\t\n\f\r ]*$/i;

export function tCSS(c: Context, s: string): Result {
  for (let i = 0; i < s.length; i++) {
    switch (s.charAt(i)) {
      case "(": {
        if (!ENDS_WITH_URL.test(s.slice(0, i))) break;
        let after = i + 1;
        while (after < s.length && "\t\n\f\r ".includes(s.charAt(after))) after++;
        if (s.charAt(after) === '"') return [{ ...c, state: "stateCSSDqURL" }, after + 1];
        if (s.charAt(after) === "'") return [{ ...c, state: "stateCSSSqURL" }, after + 1];
        return [{ ...c, state: "stateCSSURL" }, after];
      }
      case "/":
        if (s.charAt(i + 1) === "/") return [{ ...c, state: "stateCSSLineCmt" }, i + 2];
        if (s.charAt(i + 1) === "*") return [{ ...c, state: "stateCSSBlockCmt" }, i + 2];
        break;
      case '"':
        return [{ ...c, state: "stateCSSDqStr" }, i + 1];
      case "'":
        return [{ ...c, state: "stateCSSSqStr" }, i + 1];
    }
  }
  return [c, s.length];
}

/** Within a quoted string or a url(…), which may all be URLs. */
export function tCSSString(context: Context, s: string): Result {
  let c = context;
  let end = /[\\"]/;
  if (c.state === "stateCSSSqStr" || c.state === "stateCSSSqURL") end = /[\\']/;
  else if (c.state === "stateCSSURL") end = /[\\\t\n\f\r )]/;
  let from = 0;
  for (;;) {
    const found = s.slice(from).search(end);
    if (found < 0) {
      const decoded = decodeCSS(s.slice(from));
      return [tURL(c, decoded)[0], from + decoded.length];
    }
    let i = from + found;
    if (s.charAt(i) !== "\\") return [{ ...c, state: "stateCSS" }, i + 1];
    i++;
    if (i === s.length) {
      return [errorContext(`unfinished escape sequence in CSS string: ${quote(s)}`), s.length];
    }
    c = tURL(c, decodeCSS(s.slice(0, i + 1)))[0];
    from = i + 1;
  }
}
