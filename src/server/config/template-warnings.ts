import { Secret, type Config } from "../../config/index.ts";
import { parseTemplateSyntax, TemplateError } from "../../template/index.ts";

/** A text that loads and then keeps its receiver from notifying. */
export interface Warning {
  /** Such as `receivers[0].slack_configs[1].title`. */
  readonly key: string;
  readonly message: string;
}

/** Named in one answer at most. */
const MOST = 100;

/** Texts of receivers that are no templates. Alertmanager finds out when it notifies. */
export function templateWarnings({ receivers }: Config): readonly Warning[] {
  const warnings: Warning[] = [];
  look(receivers, "receivers", (key, text) => {
    if (warnings.length >= MOST || !text.includes("{{")) return;
    try {
      parseTemplateSyntax(text, "all");
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      warnings.push({ key, message: error.message });
    }
  });
  return warnings;
}

function look(value: unknown, key: string, visit: (key: string, text: string) => void): void {
  if (typeof value === "string") return visit(key, value);
  // Not even an error about a secret shows any of it.
  if (typeof value !== "object" || value === null || value instanceof Secret) return;
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) look(item, `${key}[${i}]`, visit);
    return;
  }
  for (const [name, item] of Object.entries(value)) look(item, `${key}.${name}`, visit);
}
