import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { plus } from "../../api/client.ts";
import type { SilencePreview } from "../../api/types.ts";
import { LabelChips } from "../../parts/labels.tsx";
import { Note, Shown } from "../../parts/say.tsx";
import { Time } from "../../parts/time.tsx";
import { href } from "../../route.ts";
import { formatMatchers, type Matcher } from "../../text/matchers.ts";

/** What a silence with these matchers would mute, before it is made. */
export function Preview({ matchers }: { readonly matchers: readonly Matcher[] }) {
  const [filter] = useDebouncedValue(matchers.length === 0 ? "" : formatMatchers(matchers), 200);
  const asked = useQuery({
    queryKey: ["alerts", "silence preview", filter],
    queryFn: ({ signal }) =>
      plus<SilencePreview>("/silences/preview", { method: "POST", body: { matchers: filter }, signal }),
    enabled: filter !== "",
    placeholderData: keepPreviousData,
  });
  if (filter === "") return <p className="dim">Give a matcher to see here what it would silence.</p>;
  return (
    <section className="panel" aria-label="Preview" aria-live="polite">
      <h2>What it would mute</h2>
      <Shown of={asked} what="the preview">
        {({ now, lastDay, receivers, warnings }) => (
          <>
            {warnings.map((warning) => (
              <Note key={warning} tone="amber">
                {warning}
              </Note>
            ))}
            <p className="plain">
              <strong>{now.count.toLocaleString()}</strong> {now.count === 1 ? "alert" : "alerts"} now,{" "}
              <strong>{lastDay.count.toLocaleString()}</strong> in the last day
              {receivers.length === 0 ? null : <>; {receivers.join(", ")} would not be told</>}.
            </p>
            <ul className="plain-list">
              {now.alerts.slice(0, 30).map(({ fingerprint, labels, startsAt }) => (
                <li key={fingerprint}>
                  <a href={href(`/alerts/${fingerprint}`)}>{labels.alertname ?? fingerprint}</a>{" "}
                  <span className="dim">
                    <Time at={startsAt} />
                  </span>
                  <LabelChips labels={labels} without={["alertname"]} />
                </li>
              ))}
            </ul>
            {now.count > 30 ? (
              <a href={href("/alerts", { filter, silenced: true, inhibited: true, muted: true })}>
                All {now.count.toLocaleString()}
              </a>
            ) : null}
            {lastDay.alerts.length === 0 ? null : (
              <details>
                <summary>In the last day</summary>
                <ul className="plain-list">
                  {lastDay.alerts.slice(0, 30).map(({ fingerprint, labels, lastFiringAt, firings }) => (
                    <li key={fingerprint}>
                      <a href={href(`/alerts/${fingerprint}`)}>{labels.alertname ?? fingerprint}</a>{" "}
                      <span className="dim">
                        fired {firings === 1 ? "once" : `${firings} times`}, last <Time at={lastFiringAt} />
                      </span>
                    </li>
                  ))}
                </ul>
              </details>
            )}
          </>
        )}
      </Shown>
    </section>
  );
}
