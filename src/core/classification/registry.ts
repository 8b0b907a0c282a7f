import type { AlertClassifier, ClassifierRegistry, RuleBasedClassifier } from "../interfaces/classification.ts";

/**
 * @param classifiers in the order they are asked
 * @throws Error where two have one name: verdicts could not be told apart
 */
export function createClassifierRegistry(
  rules: RuleBasedClassifier,
  classifiers: readonly AlertClassifier[],
): ClassifierRegistry {
  const byName = new Map<string, AlertClassifier>();
  for (const classifier of classifiers) {
    const { name } = classifier;
    if (byName.has(name) || name === rules.name) {
      throw new Error(`two classifiers are called "${name}", expected a name of its own for each`);
    }
    byName.set(name, classifier);
  }
  return { default: rules, list: () => classifiers, get: (name) => byName.get(name) };
}
