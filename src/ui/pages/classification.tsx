import { useQuery } from "@tanstack/react-query";
import { plus } from "../api/client.ts";
import type { Facets, Page } from "../api/types.ts";
import { SeverityBadge, StateBadge } from "../parts/badges.tsx";
import { Facts, Pairs } from "../parts/facts.tsx";
import { Note, PageTitle, Shown } from "../parts/say.tsx";
import { Time } from "../parts/time.tsx";
import { href } from "../route.ts";
import { mostFirst, worstFirst } from "../text/counts.ts";

interface LLM {
  readonly enabled: boolean;
  readonly provider?: string;
  readonly model?: string;
  readonly breaker?: string;
  readonly budget?: Readonly<Record<string, unknown>>;
  readonly remaining?: { readonly requests?: number | null; readonly usd?: number | null };
  readonly spentUsd?: number;
}

interface Correction {
  readonly fingerprint: string;
  readonly severity: string;
  readonly category: string;
  readonly reason: string;
  readonly classifiedAt: string;
}

/** What alerts are taken for, who says otherwise, and what the language model costs. */
export default function ClassificationPage() {
  const llm = useQuery({
    queryKey: ["llm", "status"],
    queryFn: ({ signal }) => plus<LLM>("/llm", { signal }),
    refetchInterval: 10_000,
  });
  const facets = useQuery({
    queryKey: ["alerts", "facets", "all"],
    queryFn: ({ signal }) => plus<Facets>("/alerts/facets", { query: { top: 1 }, signal }),
  });
  const corrections = useQuery({
    queryKey: ["llm", "corrections"],
    queryFn: ({ signal }) =>
      plus<Page<Correction>>("/classifications", { query: { classifier: "person", limit: 100 }, signal }),
  });
  return (
    <>
      <PageTitle title="Classification" />
      <p className="dim">Advice only: it never drops, silences or delays an alert.</p>
      <section className="panel" aria-labelledby="model">
        <h2 id="model">Language model</h2>
        <Shown of={llm} what="the language model">
          {(status) => <Model status={status} />}
        </Shown>
      </section>
      <section className="panel" aria-labelledby="now">
        <h2 id="now">The alerts of now</h2>
        <Shown of={facets} what="counts">
          {({ severities, categories }) => (
            <div className="columns">
              <Counts name="Severity" of={worstFirst(severities)} link={(severity) => href("/alerts", { severity })} />
              <Counts name="Category" of={mostFirst(categories)} link={(category) => href("/alerts", { category })} />
            </div>
          )}
        </Shown>
      </section>
      <section className="panel" aria-labelledby="corrections">
        <h2 id="corrections">Corrected by people</h2>
        <Shown of={corrections} what="corrections">
          {({ items }) =>
            items.length === 0 ? (
              <p className="plain dim">
                None. On an alert's page you can say what it really is; that stands over every classifier.
              </p>
            ) : (
              <ul className="plain-list">
                {items.map(({ fingerprint, severity, category, reason, classifiedAt }) => (
                  <li key={fingerprint}>
                    <SeverityBadge severity={severity} /> {category}:{" "}
                    <a href={href(`/alerts/${fingerprint}`)}>{reason}</a>{" "}
                    <span className="dim">
                      <Time at={classifiedAt} />
                    </span>
                  </li>
                ))}
              </ul>
            )
          }
        </Shown>
      </section>
    </>
  );
}

/** Closed, it is asked; open, it is not; half open, one call tries whether it answers again. */
const BREAKER: Readonly<Record<string, string>> = { closed: "ok", open: "failing", half_open: "pending" };

function dollars(amount: number | null | undefined): string {
  return amount === null || amount === undefined ? "no limit" : `$${amount.toFixed(amount < 1 ? 4 : 2)}`;
}

function Model({ status }: { readonly status: LLM }) {
  if (!status.enabled) {
    return (
      <Note>
        <p>
          None is asked: rules alone classify. With a key of your own, <code>classification.llm</code> in the file of{" "}
          <code>--plus.config.file</code> adds one.
        </p>
      </Note>
    );
  }
  const { provider, model, breaker = "unknown", budget = {}, remaining, spentUsd } = status;
  return (
    <>
      <Facts
        of={{
          Model: `${model ?? ""} (${provider ?? ""})`,
          "Circuit breaker": <StateBadge state={BREAKER[breaker] ?? "unknown"} title={breaker.replace("_", " ")} />,
          Spent: dollars(spentUsd),
          "Left to spend": dollars(remaining?.usd),
          "Requests left": remaining?.requests?.toLocaleString() ?? "no limit",
        }}
      />
      <details>
        <summary>Budget</summary>
        <Pairs of={budget} />
      </details>
    </>
  );
}

interface CountsProps {
  readonly name: string;
  readonly of: readonly (readonly [string, number])[];
  readonly link: (value: string) => string;
}

function Counts({ name, of, link }: CountsProps) {
  const most = Math.max(1, ...of.map(([, count]) => count));
  return (
    <div>
      <h3>{name}</h3>
      <ul className="plain-list">
        {of.map(([value, count]) => (
          <li key={value} className="bar-row">
            <a href={link(value)}>{value}</a>
            <meter min={0} max={most} value={count} aria-label={`${value}: ${count}`} />
            <span className="count">{count.toLocaleString()}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
