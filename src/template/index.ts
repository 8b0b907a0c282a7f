import { ALL_FUNCTIONS, BUILTIN_FUNCTIONS } from "./funcs/names.ts";
import { parseTrees } from "./parse/parser.ts";

export { type DataSource, notificationData, quoteMeta, type TemplateData } from "./data.ts";
export { dataFromJSON, sampleData } from "./data-json.ts";
export { TemplateError } from "./error.ts";
export { parseTemplates } from "./parse-templates.ts";
export { renderRouteLabels, type RouteLabelFailure } from "./route-labels.ts";
export type { TemplateSet } from "./set.ts";
export { expandStructured } from "./structured.ts";

/**
 * Checks that a text is a template.
 *
 * @param functions which functions it may call: those of Go alone, or Alertmanager's too
 * @throws TemplateError in Go's words
 */
export function parseTemplateSyntax(text: string, functions: "builtin" | "all"): void {
  parseTrees("", text, functions === "builtin" ? BUILTIN_FUNCTIONS : ALL_FUNCTIONS);
}
