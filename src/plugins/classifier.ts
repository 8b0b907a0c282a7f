import type { AlertClassifier } from "../core/interfaces/classification.ts";
import { toPluginAlert } from "./convert.ts";
import { readVerdict } from "./answers.ts";
import type { Plugin } from "./plugin.ts";

/** The classifier of a plugin. While the plugin does not run, fails or has no classifier, there is no verdict. */
export function pluginClassifier(plugin: Plugin): AlertClassifier {
  return {
    name: plugin.name,
    async classify(alert, { rules }, signal) {
      if (plugin.lacks("classify")) return undefined;
      const outcome = await plugin.call("classify", [toPluginAlert(alert), { rules }], readVerdict, signal);
      if (outcome.result !== "ok" || outcome.value === undefined) return undefined;
      const { reason, recommendations, ...verdict } = outcome.value;
      return { ...verdict, reason: plugin.redact(reason), recommendations: recommendations.map(plugin.redact) };
    },
  };
}
