// A plugin of Alertmanager++ that classifies alerts by a model it was trained with: see README.md.
import type { Category, Plugin, Severity } from "../plugin-api.ts";
import { guess } from "./bayes.ts";
import model from "./model.json";
import { wordsOf } from "./words.ts";

const plugin: Plugin = {
  name: "naive Bayes",
  apiVersion: 1,
  classifier: {
    classify(alert, { options }) {
      const { min_confidence: least = 0.4 } = options;
      const words = wordsOf(alert);
      const severity = guess(model.severity, words);
      const category = guess(model.category, words);
      const confidence = severity.confidence * category.confidence;
      // Who is not sure leaves it to the next classifier, and to the rules in the end.
      if (typeof least === "number" && confidence < least) return undefined;
      const because = [...new Set([...severity.because, ...category.because])].join(", ");
      return {
        severity: severity.class as Severity,
        category: category.class as Category,
        confidence,
        reason: `Alerts like this one were ${severity.class} and about ${category.class}; what spoke most for it: ${because}.`,
        recommendations: [],
      };
    },
  },
};

export default plugin;
