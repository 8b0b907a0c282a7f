import { useQuery } from "@tanstack/react-query";
import { plus } from "../../api/client.ts";
import type { RouteNode, RouteStep } from "../../api/types.ts";
import { MatcherBar } from "../../parts/matcher-bar.tsx";
import { PageTitle, Shown } from "../../parts/say.tsx";
import { RouteTrace } from "../../parts/trace.tsx";
import { go, href, type Place } from "../../route.ts";
import { matchersOf } from "../../text/matchers.ts";
import { RouteTree } from "./tree.tsx";

interface Traced {
  readonly routes: readonly RouteStep[];
  readonly receivers: readonly string[];
}

/** The labels in the address. */
function labelsOf(place: Place): Readonly<Record<string, string>> {
  try {
    const found: unknown = JSON.parse(place.query.get("labels") ?? "{}");
    return typeof found === "object" && found !== null ? (found as Record<string, string>) : {};
  } catch {
    return {};
  }
}

/** The routing tree, and the way any label set takes through it. */
export default function RoutesPage({ place }: { readonly place: Place }) {
  const labels = labelsOf(place);
  const traces = Object.keys(labels).length > 0;
  const asked = useQuery({
    queryKey: ["routes", "tree"],
    queryFn: ({ signal }) => plus<RouteNode>("/config/routes", { signal }),
  });
  const traced = useQuery({
    queryKey: ["routes", "test", labels],
    queryFn: ({ signal }) => plus<Traced>("/config/routes/test", { method: "POST", body: { labels }, signal }),
    enabled: traces,
  });
  const steps = traces ? (traced.data?.routes ?? []) : [];
  return (
    <>
      <PageTitle title="Routing" />
      <MatcherBar
        isQuery
        label="Labels to trace through the tree"
        visibleLabel
        placeholder='severity="critical", team="db"'
        matchers={matchersOf(labels)}
        onMatchers={(matchers) => {
          const next = Object.fromEntries(matchers.map(({ name, value }) => [name, value]));
          go(href("/routes", { labels: Object.keys(next).length === 0 ? "" : JSON.stringify(next) }));
        }}
      />
      {traces ? (
        <section className="panel traced" aria-label="Trace" aria-live="polite">
          <Shown of={traced} what="the trace">
            {({ routes, receivers }) => (
              <>
                <p className="plain lead">
                  {receivers.length === 0 ? "Goes to nobody" : `Goes to ${[...new Set(receivers)].join(", ")}`}
                </p>
                <RouteTrace steps={routes} />
              </>
            )}
          </Shown>
        </section>
      ) : (
        <p className="dim">Type the labels of an alert to see which routes it takes, and why not the others.</p>
      )}
      <Shown of={asked} what="the routing tree">
        {(tree) => <RouteTree root={tree} steps={steps} />}
      </Shown>
    </>
  );
}
