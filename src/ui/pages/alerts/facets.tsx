import { useQuery } from "@tanstack/react-query";
import { IconMinus } from "@tabler/icons-react";
import { type ReactNode, useDeferredValue, useState } from "react";
import { plus } from "../../api/client.ts";
import type { Facets as FacetCounts } from "../../api/types.ts";
import { Shown } from "../../parts/say.tsx";
import { mostFirst, worstFirst } from "../../text/counts.ts";
import type { Matcher } from "../../text/matchers.ts";
import { type AlertsView, parametersOf, show, toggle } from "./view.ts";

/** How many values of one label stand there at first. */
const FEW = 6;

interface FacetsProps {
  readonly view: AlertsView;
  /** Whether the list has come, which is asked for first. */
  readonly enabled: boolean;
}

/** How the alerts are spread over severities, receivers and labels; each value narrows the list to it. */
export function Facets({ view, enabled }: FacetsProps) {
  const parameters = parametersOf(view);
  const asked = useQuery({
    queryKey: ["alerts", "facets", parameters],
    queryFn: ({ signal }) => plus<FacetCounts>("/alerts/facets", { query: { ...parameters, top: 12 }, signal }),
    placeholderData: (previous) => previous,
    enabled,
  });
  // The list comes first: the facets are drawn in the time that it leaves.
  const data = useDeferredValue(asked.data);
  return (
    <Shown of={{ ...asked, data, isPending: data === undefined && asked.error === null }} what="counts">
      {(facets) => (
        <>
          <Choices
            title="Severity"
            chosen={view.severity}
            counts={worstFirst(facets.severities)}
            onChoose={(severity) => show(view, { severity })}
          />
          <Choices
            title="Category"
            chosen={view.category}
            counts={mostFirst(facets.categories)}
            onChoose={(category) => show(view, { category })}
          />
          <Choices
            title="Receiver"
            chosen={view.receiver}
            counts={facets.receivers.map(({ name, count }) => [name, count] as const)}
            onChoose={(receiver) => show(view, { receiver })}
          />
          {facets.labels
            .filter(({ name }) => name !== "severity")
            .map(({ name, distinct, values }) => (
              <LabelFacet key={name} name={name} distinct={distinct} values={values} view={view} />
            ))}
        </>
      )}
    </Shown>
  );
}

interface ChoicesProps {
  readonly title: string;
  readonly chosen: string;
  readonly counts: readonly (readonly [string, number])[];
  readonly onChoose: (value: string) => void;
}

function Choices({ title, chosen, counts, onChoose }: ChoicesProps) {
  if (counts.length === 0 && chosen === "") return null;
  const shown =
    counts.some(([value]) => value === chosen) || chosen === "" ? counts : [...counts, [chosen, 0] as const];
  return (
    <Facet title={title}>
      {shown.slice(0, 12).map(([value, count]) => (
        <li key={value}>
          <button
            type="button"
            className="facet-value"
            aria-pressed={value === chosen}
            onClick={() => onChoose(value === chosen ? "" : value)}
          >
            <span className="facet-text">{value === "" ? "(none)" : value}</span>
            <span className="count">{count.toLocaleString()}</span>
          </button>
        </li>
      ))}
    </Facet>
  );
}

interface LabelFacetProps {
  readonly name: string;
  readonly distinct: number;
  readonly values: readonly { readonly value: string; readonly count: number }[];
  readonly view: AlertsView;
}

function LabelFacet({ name, distinct, values, view }: LabelFacetProps) {
  const [all, setAll] = useState(false);
  const shown = all ? values : values.slice(0, FEW);
  return (
    <Facet title={name} note={distinct > values.length ? `${distinct.toLocaleString()} values` : ""}>
      {shown.map(({ value, count }) => {
        const matcher: Matcher = { name, operator: "=", value };
        const without: Matcher = { name, operator: "!=", value };
        const chosen = view.matchers.some((one) => one.name === name && one.operator === "=" && one.value === value);
        return (
          <li key={value} className="facet-row">
            <button type="button" className="facet-value" aria-pressed={chosen} onClick={() => toggle(view, matcher)}>
              <span className="facet-text" title={value}>
                {value === "" ? "(none)" : value}
              </span>
              <span className="count">{count.toLocaleString()}</span>
            </button>
            <button
              type="button"
              className="facet-not"
              aria-label={`Leave out ${name} ${value}`}
              title={`Leave out ${name}="${value}"`}
              onClick={() => toggle(view, without)}
            >
              <IconMinus size={14} aria-hidden />
            </button>
          </li>
        );
      })}
      {values.length > FEW ? (
        <li>
          <button type="button" className="link" onClick={() => setAll(!all)}>
            {all ? "fewer" : `${values.length - FEW} more`}
          </button>
        </li>
      ) : null}
    </Facet>
  );
}

function Facet({
  title,
  note = "",
  children,
}: {
  readonly title: string;
  readonly note?: string;
  readonly children: ReactNode;
}) {
  return (
    <section className="facet" aria-label={title}>
      <h2>
        {title} {note === "" ? null : <span className="dim small">{note}</span>}
      </h2>
      <ul>{children}</ul>
    </section>
  );
}
