import type { RouteNode, RouteStep } from "../../api/types.ts";
import { Badge } from "../../parts/badges.tsx";
import { href } from "../../route.ts";

interface TreeProps {
  readonly root: RouteNode;
  /** What a label set made of it, where one is traced. */
  readonly steps: readonly RouteStep[];
}

/** The tree as nested lists, with lines between a route and those below it. */
export function RouteTree({ root, steps }: TreeProps) {
  const byId = new Map(steps.map((step) => [step.path.at(-1) ?? "", step]));
  return (
    <div className="tree-frame" tabIndex={0} role="region" aria-label="Routing tree">
      <ul className="tree">
        <Node node={root} parent={undefined} steps={byId} />
      </ul>
    </div>
  );
}

interface NodeProps {
  readonly node: RouteNode;
  readonly parent: RouteNode | undefined;
  readonly steps: ReadonlyMap<string, RouteStep>;
}

function Node({ node, parent, steps }: NodeProps) {
  const { matchers, receiver, groups, alerts, routes, muteTimeIntervals, activeTimeIntervals } = node;
  const step = steps.get(node.id);
  const state = step === undefined ? "" : step.taken ? " node-taken" : step.matched ? " node-matched" : " node-passed";
  return (
    <li>
      <div className={`node${state}`}>
        <p className="plain">
          <code className="matchers">{matchers.length === 0 ? "all alerts" : matchers.join(", ")}</code>
          {step?.taken === true ? <Badge tone="green">taken</Badge> : null}
          {node.continue ? <Badge tone="gray">continue</Badge> : null}
        </p>
        <p className="plain">
          →{" "}
          <a href={href("/receivers", { name: receiver })}>
            <strong>{receiver}</strong>
          </a>{" "}
          <a className="dim small" href={href("/alerts", { receiver, silenced: true, inhibited: true, muted: true })}>
            {alerts.toLocaleString()} {alerts === 1 ? "alert" : "alerts"} in {groups.toLocaleString()}{" "}
            {groups === 1 ? "group" : "groups"}
          </a>
        </p>
        <p className="plain dim small">{differences(node, parent)}</p>
        {muteTimeIntervals.length === 0 ? null : <p className="plain small">muted in {muteTimeIntervals.join(", ")}</p>}
        {activeTimeIntervals.length === 0 ? null : (
          <p className="plain small">active only in {activeTimeIntervals.join(", ")}</p>
        )}
      </div>
      {routes.length === 0 ? null : (
        <ul>
          {routes.map((child) => (
            <Node key={child.id} node={child} parent={node} steps={steps} />
          ))}
        </ul>
      )}
    </li>
  );
}

/** How it groups and waits, as far as that is not its parent's way. */
function differences(node: RouteNode, parent: RouteNode | undefined): string {
  const parts = [
    ["by", node.groupBy.join(", ") || "nothing", parent?.groupBy.join(", ")],
    ["wait", node.groupWait, parent?.groupWait],
    ["interval", node.groupInterval, parent?.groupInterval],
    ["repeat", node.repeatInterval, parent?.repeatInterval],
  ] as const;
  return parts
    .filter(([, own, inherited]) => own !== (inherited === "" ? "nothing" : inherited))
    .map(([name, own]) => `${name} ${own}`)
    .join(" · ");
}
