import type { GoFunction } from "../exec/function.ts";
import { sprint } from "../fmt/sprint.ts";
import { ANY } from "../value/types.ts";
import { GoPointer, type Value } from "../value/values.ts";
import { cssEscaper, cssValueFilter } from "./escape-css.ts";
import { attrEscaper, htmlEscaper, htmlNameFilter, nospaceEscaper, rcdataEscaper } from "./escape-html.ts";
import { jsRegexpEscaper, jsStrEscaper, jsTmplLitEscaper, jsValEscaper } from "./escape-js.ts";
import { srcsetEscaper, urlEscaper, urlFilter, urlNormalizer } from "./escape-url.ts";

function evalArgs(args: readonly Value[]): string {
  return sprint(args.map((arg) => (arg instanceof GoPointer ? arg.target : arg)));
}

const ESCAPERS: readonly (readonly [name: string, escape: (args: readonly Value[]) => string])[] = [
  ["_html_template_attrescaper", attrEscaper],
  // Comments do not get into the output, and so nothing in them.
  ["_html_template_commentescaper", () => ""],
  ["_html_template_cssescaper", cssEscaper],
  ["_html_template_cssvaluefilter", cssValueFilter],
  ["_html_template_htmlnamefilter", htmlNameFilter],
  ["_html_template_htmlescaper", htmlEscaper],
  ["_html_template_jsregexpescaper", jsRegexpEscaper],
  ["_html_template_jsstrescaper", jsStrEscaper],
  ["_html_template_jstmpllitescaper", jsTmplLitEscaper],
  ["_html_template_jsvalescaper", jsValEscaper],
  ["_html_template_nospaceescaper", nospaceEscaper],
  ["_html_template_rcdataescaper", rcdataEscaper],
  ["_html_template_srcsetescaper", srcsetEscaper],
  ["_html_template_urlescaper", urlEscaper],
  ["_html_template_urlfilter", urlFilter],
  ["_html_template_urlnormalizer", urlNormalizer],
  ["_eval_args_", evalArgs],
];

/** The functions that escaping adds to pipelines; no template can name them. */
export const htmlFunctions: ReadonlyMap<string, GoFunction> = new Map(
  ESCAPERS.map(([name, call]) => [name, { params: [], variadic: ANY, call }]),
);
