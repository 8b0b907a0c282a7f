import type { Value } from "../value/values.ts";
import { attrContent } from "./attributes.ts";
import { contentOf } from "./content.ts";
import { type Context, contextOf, isInTag, TEXT } from "./context.ts";
import { DELIM_END } from "./escape-text.ts";
import { TRANSITIONS } from "./transition.ts";

/** Stands where something unsafe was: easy to find, and a word in no language. */
export const FAILSAFE = "ZgotmplZ";

const ENTITY: Readonly<Record<string, string>> = {
  "\0": "\ufffd",
  '"': "&#34;",
  "&": "&amp;",
  "'": "&#39;",
  "+": "&#43;",
  "<": "&lt;",
  ">": "&gt;",
};

// oxlint-disable-next-line no-control-regex
const SPECIAL = /[\0"&'+<>]/g;
// The same without the ampersand, which may begin an entity already.
// oxlint-disable-next-line no-control-regex
const SPECIAL_BUT_AMP = /[\0"'+<>]/g;
// What must not stand in a value without quotes, some characters that old browsers refuse there included.
// oxlint-disable-next-line no-control-regex
const UNQUOTED = /[\0\t-\r "&'+<=>`\ufdd0-\ufdef\ufff0-\uffff]/g;

function entity(c: string): string {
  return ENTITY[c] as string;
}

function unquotedEntity(c: string): string {
  if (c === "\0") return "&#xfffd;";
  const code = c.charCodeAt(0);
  if (code >= 0xfdd0) return `&#x${code.toString(16)};`;
  return ENTITY[c] ?? `&#${code};`;
}

function quoted(text: string): string {
  return text.replace(SPECIAL, entity);
}

function normalised(text: string): string {
  return text.replace(SPECIAL_BUT_AMP, entity);
}

/** For text between tags. */
export function htmlEscaper(args: readonly Value[]): string {
  const { text, type } = contentOf(args);
  return type === "html" ? text : quoted(text);
}

/** For the content of a title or textarea. */
export function rcdataEscaper(args: readonly Value[]): string {
  const { text, type } = contentOf(args);
  return type === "html" ? normalised(text) : quoted(text);
}

/** For an attribute value in quotes. */
export function attrEscaper(args: readonly Value[]): string {
  const { text, type } = contentOf(args);
  return type === "html" ? normalised(stripTags(text)) : quoted(text);
}

/** For an attribute value without quotes. */
export function nospaceEscaper(args: readonly Value[]): string {
  const { text, type } = contentOf(args);
  if (text === "") return FAILSAFE;
  // Invalid bytes count as U+FFFD, which is one of the refused characters.
  const bytes = /[\udc80-\udcff]/.test(text) ? text.replace(/(?<![\ud800-\udbff])[\udc80-\udcff]/g, "\ufffd") : text;
  if (type !== "html") return bytes.replace(UNQUOTED, unquotedEntity);
  return stripTags(bytes).replace(UNQUOTED, (c) => (c === "&" ? c : unquotedEntity(c)));
}

/** The text of a piece of HTML, without its tags and comments. */
function stripTags(html: string): string {
  let out = "";
  let c: Context = TEXT;
  let i = 0;
  let allText = true;
  while (i !== html.length) {
    if (c.delim !== "delimNone") {
      const end = html.slice(i).search(DELIM_END[c.delim]);
      if (end < 0) break;
      i += end + (c.delim === "delimSpaceOrTagEnd" ? 0 : 1);
      c = contextOf({ state: "stateTag", element: c.element });
      continue;
    }
    const state = c.element !== "elementNone" && !isInTag(c.state) ? "stateRCDATA" : c.state;
    const [next, used] = TRANSITIONS[state](c, html.slice(i));
    const after = i + used;
    if (c.state === "stateText" || c.state === "stateRCDATA") {
      let end = after;
      if (next.state !== c.state) {
        const tag = html.lastIndexOf("<", after - 1);
        if (tag >= i && after > i) end = tag;
      }
      out += html.slice(i, end);
    } else allText = false;
    c = next;
    i = after;
  }
  if (allText) return html;
  return c.state === "stateText" || c.state === "stateRCDATA" ? out + html.slice(i) : out;
}

/** For the name of a tag or attribute. */
export function htmlNameFilter(args: readonly Value[]): string {
  const { text } = contentOf(args);
  const name = text.toLowerCase();
  return name !== "" && attrContent(name) === "plain" && /^[0-9a-z]+$/.test(name) ? name : FAILSAFE;
}
