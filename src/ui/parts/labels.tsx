import { href } from "../route.ts";
import { formatMatchers, type Matcher } from "../text/matchers.ts";

interface LabelsProps {
  readonly labels: Readonly<Record<string, string>>;
  readonly without?: readonly string[];
  /** Values in full, over several lines where they are long. */
  readonly whole?: boolean;
  /** Told of the label that was chosen; otherwise each links to the alerts that have it. */
  readonly onChoose?: (matcher: Matcher) => void;
}

/** Labels as chips; choosing one narrows the alerts to it. */
export function LabelChips({ labels, without = [], whole = false, onChoose }: LabelsProps) {
  const names = Object.keys(labels)
    .filter((name) => !without.includes(name))
    .sort();
  return (
    <span className={whole ? "chips chips-whole" : "chips"}>
      {names.map((name) => {
        const matcher: Matcher = { name, operator: "=", value: labels[name] ?? "" };
        const text = (
          <>
            <span className="chip-name">{name}=</span>
            {labels[name]}
          </>
        );
        const title = `Only alerts with ${name}="${labels[name] ?? ""}"`;
        return onChoose === undefined ? (
          <a key={name} className="chip" title={title} href={href("/alerts", { filter: formatMatchers([matcher]) })}>
            {text}
          </a>
        ) : (
          <button
            key={name}
            type="button"
            tabIndex={-1}
            className="chip"
            title={title}
            onClick={() => onChoose(matcher)}
          >
            {text}
          </button>
        );
      })}
    </span>
  );
}

/** Matchers in one line, as text. */
export function MatcherText({ children }: { readonly children: string }) {
  return <code className="matchers">{children}</code>;
}
