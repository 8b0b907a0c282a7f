import { quote, quoteStart } from "../fmt/quote.ts";
import { attrContent } from "./attributes.ts";
import {
  ATTR_START,
  type Context,
  contextOf,
  type Delim,
  type Element,
  errorContext,
  isComment,
  isInScriptLiteral,
  type State,
  TEXT,
} from "./context.ts";
import { tBlockComment, tCSS, tCSSString, tLineComment, tURL } from "./transition-css.ts";
import { tJS, tJSDelimited, tJSTemplate } from "./transition-js.ts";

/** Takes a context through some text. Returns the context after, and how much of the text was used. */
export type Transition = (c: Context, s: string) => readonly [Context, number];

const ELEMENT_NAMES: Readonly<Record<string, Element>> = {
  script: "elementScript",
  style: "elementStyle",
  textarea: "elementTextarea",
  title: "elementTitle",
  meta: "elementMeta",
};

const ELEMENT_STATE: Readonly<Record<Element, State>> = {
  elementNone: "stateText",
  elementScript: "stateJS",
  elementStyle: "stateCSS",
  elementTextarea: "stateRCDATA",
  elementTitle: "stateRCDATA",
  elementMeta: "stateText",
};

const END_TAG: Readonly<Record<Element, RegExp | undefined>> = {
  elementNone: undefined,
  elementScript: /<\/script[> \t\n\f/]/i,
  elementStyle: /<\/style[> \t\n\f/]/i,
  elementTextarea: /<\/textarea[> \t\n\f/]/i,
  elementTitle: /<\/title[> \t\n\f/]/i,
  elementMeta: /<\/[> \t\n\f/]/,
};

// "x-y" and "x:y" are names, "x-", "-y" and "x--y" are not.
const TAG_NAME = /[a-zA-Z](?:[a-zA-Z0-9]|[:-](?=[a-zA-Z0-9]))*/y;

const tText: Transition = (c, s) => {
  let from = 0;
  for (;;) {
    let i = s.indexOf("<", from);
    if (i < 0 || i + 1 === s.length) return [c, s.length];
    if (s.startsWith("<!--", i)) return [contextOf({ state: "stateHTMLCmt" }), i + 4];
    i++;
    const isEnd = s.charAt(i) === "/";
    if (isEnd) {
      i++;
      if (i === s.length) return [c, s.length];
    }
    TAG_NAME.lastIndex = i;
    const name = TAG_NAME.exec(s)?.[0];
    if (name !== undefined) {
      const element = isEnd ? "elementNone" : (ELEMENT_NAMES[name.toLowerCase()] ?? "elementNone");
      return [contextOf({ state: "stateTag", element }), i + name.length];
    }
    from = i;
  }
};

function eatWhiteSpace(s: string, from: number): number {
  let i = from;
  while (i < s.length && " \t\n\f\r".includes(s.charAt(i))) i++;
  return i;
}

/** Where an attribute's name ends, or the error it is. */
function eatAttrName(s: string, from: number): number | Context {
  for (let i = from; i < s.length; i++) {
    const c = s.charAt(i);
    if (" \t\n\f\r=>".includes(c)) return i;
    if (c === "'" || c === '"' || c === "<") return errorContext(`${quote(c)} in attribute name: ${quoteStart(s, 32)}`);
  }
  return s.length;
}

function attrOf(name: string, element: Element): Context["attr"] {
  if (element === "elementScript" && name === "type") return "attrScriptType";
  if (element === "elementMeta" && name === "content") return "attrMetaContent";
  switch (attrContent(name)) {
    case "url":
      return "attrURL";
    case "css":
      return "attrStyle";
    case "js":
      return "attrScript";
    case "srcset":
      return "attrSrcset";
    default:
      return "attrNone";
  }
}

const tTag: Transition = (c, s) => {
  const i = eatWhiteSpace(s, 0);
  if (i === s.length) return [c, s.length];
  if (s.charAt(i) === ">") {
    if (c.element === "elementMeta") return [TEXT, i + 1];
    return [contextOf({ state: ELEMENT_STATE[c.element], element: c.element }), i + 1];
  }
  const end = eatAttrName(s, i);
  if (typeof end !== "number") return [end, s.length];
  if (i === end) {
    return [errorContext(`expected space, attr name, or end of tag, but got ${quote(s.slice(i))}`), s.length];
  }
  const attr = attrOf(s.slice(i, end).toLowerCase(), c.element);
  const state = end === s.length ? "stateAttrName" : "stateAfterName";
  return [contextOf({ state, element: c.element, attr }), end];
};

const tAttrName: Transition = (c, s) => {
  const end = eatAttrName(s, 0);
  if (typeof end !== "number") return [end, s.length];
  return [end === s.length ? c : { ...c, state: "stateAfterName" }, end];
};

const tAfterName: Transition = (c, s) => {
  const i = eatWhiteSpace(s, 0);
  if (i === s.length) return [c, s.length];
  // A tag that ends, or an attribute without a value.
  if (s.charAt(i) !== "=") return [{ ...c, state: "stateTag" }, i];
  return [{ ...c, state: "stateBeforeValue" }, i + 1];
};

const tBeforeValue: Transition = (c, s) => {
  let i = eatWhiteSpace(s, 0);
  if (i === s.length) return [c, s.length];
  let delim: Delim = "delimSpaceOrTagEnd";
  if (s.charAt(i) === "'") delim = "delimSingleQuote";
  else if (s.charAt(i) === '"') delim = "delimDoubleQuote";
  if (delim !== "delimSpaceOrTagEnd") i++;
  return [{ ...c, state: ATTR_START[c.attr], delim }, i];
};

const tHTMLComment: Transition = (c, s) => {
  const i = s.indexOf("-->");
  return i < 0 ? [c, s.length] : [TEXT, i + 3];
};

/** Looks for the end tag of the element whose content this is. */
export const tSpecialTagEnd: Transition = (c, s) => {
  // Within a literal or comment of a script an end tag is no end: it gets escaped.
  const hidden = c.element === "elementScript" && (isInScriptLiteral(c.state) || isComment(c.state));
  const i = hidden ? -1 : s.search(END_TAG[c.element] ?? /$^/);
  return i < 0 ? [c, s.length] : [TEXT, i];
};

const tAll: Transition = (c, s) => [c, s.length];

const tMetaContent: Transition = (c, s) => {
  const m = /url[ \t\n\f\r]*=/i.exec(s);
  return m === null ? [c, s.length] : [{ ...c, state: "stateMetaContentURL" }, m.index + m[0].length];
};

const tMetaContentURL: Transition = (c, s) => {
  const i = s.indexOf(";");
  return i < 0 ? [c, s.length] : [{ ...c, state: "stateMetaContent" }, i + 1];
};

export const TRANSITIONS: Readonly<Record<State, Transition>> = {
  stateText: tText,
  stateTag: tTag,
  stateAttrName: tAttrName,
  stateAfterName: tAfterName,
  stateBeforeValue: tBeforeValue,
  stateHTMLCmt: tHTMLComment,
  stateRCDATA: tSpecialTagEnd,
  stateAttr: tAll,
  stateURL: tURL,
  stateSrcset: tURL,
  stateMetaContent: tMetaContent,
  stateMetaContentURL: tMetaContentURL,
  stateJS: tJS,
  stateJSDqStr: tJSDelimited,
  stateJSSqStr: tJSDelimited,
  stateJSRegexp: tJSDelimited,
  stateJSTmplLit: tJSTemplate,
  stateJSBlockCmt: tBlockComment,
  stateJSLineCmt: tLineComment,
  stateJSHTMLOpenCmt: tLineComment,
  stateJSHTMLCloseCmt: tLineComment,
  stateCSS: tCSS,
  stateCSSDqStr: tCSSString,
  stateCSSSqStr: tCSSString,
  stateCSSDqURL: tCSSString,
  stateCSSSqURL: tCSSString,
  stateCSSURL: tCSSString,
  stateCSSBlockCmt: tBlockComment,
  stateCSSLineCmt: tLineComment,
  stateError: tAll,
  stateDead: tAll,
};
