import { IconArrowDown, IconCheck, IconMinus, IconX } from "@tabler/icons-react";
import type { RouteStep } from "../api/types.ts";

/** How the routing tree was gone through for one label set: each route that was tried, and what came of it. */
export function RouteTrace({ steps }: { readonly steps: readonly RouteStep[] }) {
  return (
    <ol className="trace" aria-label="Routes tried">
      {steps.map((step) => (
        <li
          key={step.path.join(" ")}
          className={step.taken ? "trace-taken" : step.matched ? "trace-matched" : "trace-other"}
          style={{ marginLeft: `${step.depth * 1.4}rem` }}
        >
          <Mark step={step} />
          <span>
            <code className="matchers">{step.matchers.length === 0 ? "all alerts" : step.matchers.join(", ")}</code> →{" "}
            <strong>{step.receiver}</strong>
            {step.taken ? <span className="badge tone-green">taken</span> : null}
            {step.continue ? <span className="badge tone-gray">continue</span> : null}
            <span className="dim small"> {step.why}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}

function Mark({ step: { taken, matched, tried } }: { readonly step: RouteStep }) {
  const [Icon, words] = taken
    ? ([IconCheck, "taken"] as const)
    : matched
      ? ([IconArrowDown, "matches"] as const)
      : tried
        ? ([IconX, "does not match"] as const)
        : ([IconMinus, "not tried"] as const);
  return <Icon size={16} role="img" aria-label={words} className="trace-mark" />;
}
