import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { plus } from "../../api/client.ts";
import type { RouteStep } from "../../api/types.ts";
import { MatcherBar } from "../../parts/matcher-bar.tsx";
import { Shown } from "../../parts/say.tsx";
import { RouteTrace } from "../../parts/trace.tsx";
import type { Matcher } from "../../text/matchers.ts";

interface Traced {
  readonly routes: readonly RouteStep[];
  readonly receivers: readonly string[];
}

/** Where any label set would go under a configuration that is not in force. */
export function TraceUnder({ config }: { readonly config: string }) {
  const [matchers, setMatchers] = useState<readonly Matcher[]>([]);
  const labels = Object.fromEntries(matchers.map(({ name, value }) => [name, value]));
  const asked = useQuery({
    queryKey: ["config", "trace", config, labels],
    queryFn: ({ signal }) => plus<Traced>("/config/routes/test", { method: "POST", body: { labels, config }, signal }),
    enabled: matchers.length > 0,
  });
  return (
    <section className="panel" aria-labelledby="trace-under">
      <h2 id="trace-under">Where an alert would go</h2>
      <MatcherBar
        label="Labels to trace through the new tree"
        placeholder='severity="critical", team="db"'
        matchers={matchers}
        onMatchers={setMatchers}
      />
      {matchers.length === 0 ? null : (
        <Shown of={asked} what="the trace">
          {({ routes, receivers }) => (
            <>
              <p className="plain lead">
                {receivers.length === 0 ? "To nobody" : `To ${[...new Set(receivers)].join(", ")}`}
              </p>
              <RouteTrace steps={routes} />
            </>
          )}
        </Shown>
      )}
    </section>
  );
}
