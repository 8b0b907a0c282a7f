/** What the value of an HTML attribute holds. */
export type AttrContent = "plain" | "css" | "html" | "js" | "url" | "srcset" | "unsafe";

// Attributes whose content is not plain text, and those that are plain though their name looks otherwise.
const BY_CONTENT: Readonly<Record<Exclude<AttrContent, "js">, string>> = {
  url: "action archive background cite classid codebase data formaction href icon longdesc manifest poster profile src usemap xmlns",
  css: "style",
  html: "srcdoc",
  srcset: "srcset",
  unsafe:
    "accept-charset async challenge charset content crossorigin defer enctype form formenctype formmethod formnovalidate http-equiv keytype language method novalidate pattern rel sandbox type value",
  plain: "srclang",
};

const ATTRIBUTES: ReadonlyMap<string, AttrContent> = new Map(
  Object.entries(BY_CONTENT).flatMap(([content, names]) =>
    names.split(" ").map((name) => [name, content as AttrContent] as const),
  ),
);

/**
 * What an attribute holds, by its name in lower case. Names that are not known are judged by what they look like:
 * `on…` is a script, and what has src, uri or url in it is a URL.
 */
export function attrContent(attribute: string): AttrContent {
  let name = attribute;
  const colon = name.indexOf(":");
  if (name.startsWith("data-")) name = name.slice(5);
  else if (colon >= 0) {
    if (name.slice(0, colon) === "xmlns") return "url";
    name = name.slice(colon + 1);
  }
  const known = ATTRIBUTES.get(name);
  if (known !== undefined) return known;
  if (name.startsWith("on")) return "js";
  return /src|uri|url/.test(name) ? "url" : "plain";
}
