import type { Case } from "./case.ts";
import { httpConfigCases } from "./http-config.ts";
import { intervalCases } from "./intervals.ts";
import { receiverCases } from "./receivers.ts";
import { routeCases } from "./routes.ts";
import { topLevelCases } from "./top-level.ts";
import { yamlCases } from "./yaml.ts";

/** All cases by the golden file they are recorded in. */
export const CASES: Readonly<Record<string, readonly Case[]>> = {
  "http-config": httpConfigCases,
  intervals: intervalCases,
  receivers: receiverCases,
  routes: routeCases,
  "top-level": topLevelCases,
  yaml: yamlCases,
};
