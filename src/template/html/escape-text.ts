import { quote } from "../fmt/quote.ts";
import { type Context, contextOf, type Delim, errorContext, isComment, isInScriptLiteral } from "./context.ts";
import { unescapeEntities } from "./entities.ts";
import { isJSType } from "./js-text.ts";
import { TRANSITIONS, tSpecialTagEnd } from "./transition.ts";

/** What ends an attribute value. */
export const DELIM_END: Readonly<Record<Delim, RegExp>> = {
  delimNone: /$^/,
  delimDoubleQuote: /"/,
  delimSingleQuote: /'/,
  delimSpaceOrTagEnd: /[ \t\n\f\r>]/,
};

/** Takes the context through the first token of a text. */
function contextAfterText(c: Context, s: string): readonly [Context, number] {
  if (c.delim === "delimNone") {
    const [ended, i] = tSpecialTagEnd(c, s);
    if (i === 0) return [ended, 0];
    return TRANSITIONS[c.state](c, s.slice(0, i));
  }
  const found = s.search(DELIM_END[c.delim]);
  const end = found < 0 ? s.length : found;
  if (c.delim === "delimSpaceOrTagEnd") {
    // Browsers do not agree where such a value ends.
    const bad = /["'<=`]/.exec(s.slice(0, end));
    if (bad !== null) return [errorContext(`${quote(bad[0])} in unquoted attr: ${quote(s.slice(0, end))}`), s.length];
  }
  if (end === s.length) {
    let inside = c;
    for (let rest = unescapeEntities(s); rest !== "";) {
      const [next, used] = TRANSITIONS[inside.state](inside, rest);
      inside = next;
      rest = rest.slice(used);
    }
    return [inside, s.length];
  }
  const otherScript = c.state === "stateAttr" && c.element === "elementScript" && c.attr === "attrScriptType";
  const element = otherScript && !isJSType(s.slice(0, end)) ? "elementNone" : c.element;
  return [contextOf({ state: "stateTag", element }), c.delim === "delimSpaceOrTagEnd" ? end : end + 1];
}

const SCRIPT_TAG = /<(script|\/script|!--)/gi;

/** How much of the text belongs to the marker that opened the comment. */
function commentMarkerLength(c: Context): number {
  if (c.state === "stateHTMLCmt" || c.state === "stateJSHTMLOpenCmt") return 4;
  return c.state === "stateJSHTMLCloseCmt" ? 3 : 2;
}

/**
 * Takes the context through a text of a template.
 *
 * @returns the context after, and the text to put in its place where that differs: without comments, with `<` escaped
 *   where it begins no tag
 */
export function escapeText(context: Context, s: string): { readonly context: Context; readonly text?: string } {
  let c = context;
  let out = "";
  let written = 0;
  const put = (end: number, replacement: string, resume: number) => {
    out += s.slice(written, end) + replacement;
    written = resume;
  };
  for (let i = 0; i !== s.length;) {
    const [next, used] = contextAfterText(c, s.slice(i));
    const after = i + used;
    if (c.state === "stateText" || c.state === "stateRCDATA") {
      let end = after;
      if (next.state !== c.state) {
        const tag = s.lastIndexOf("<", after - 1);
        if (tag >= i && after > i) end = tag;
      }
      for (let j = s.indexOf("<", i); j >= 0 && j < end; j = s.indexOf("<", j + 1)) {
        if (s.slice(j, j + 9).toUpperCase() !== "<!DOCTYPE") put(j, "&lt;", j + 1);
      }
    } else if (isComment(c.state) && c.delim === "delimNone") {
      // A comment is white space; one with a line end is a line end.
      if (c.state === "stateJSBlockCmt") out += /[\n\r\u2028\u2029]/.test(s.slice(written, after)) ? "\n" : " ";
      else if (c.state === "stateCSSBlockCmt") out += " ";
      written = after;
    }
    if (c.state !== next.state && isComment(next.state) && next.delim === "delimNone") {
      put(after - commentMarkerLength(next), "", after);
    }
    if (isInScriptLiteral(c.state)) {
      const literal = s.slice(i, after);
      const safe = literal.replace(SCRIPT_TAG, "\\x3C$1");
      if (safe !== literal) put(i, safe, after);
    }
    if (used === 0 && c.state === next.state) throw new Error(`no progress in ${c.state}`);
    c = next;
    i = after;
  }
  if (written === 0 || c.state === "stateError") return { context: c };
  if (!isComment(c.state) || c.delim !== "delimNone") out += s.slice(written);
  return { context: c, text: out };
}
