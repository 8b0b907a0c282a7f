import { useQuery } from "@tanstack/react-query";
import { plus, v2 } from "../api/client.ts";
import { StateBadge } from "../parts/badges.tsx";
import { Facts, Pairs } from "../parts/facts.tsx";
import { Note, PageTitle, Shown } from "../parts/say.tsx";
import { Time } from "../parts/time.tsx";
import { href } from "../route.ts";

interface Status {
  readonly uptime: string;
  readonly cluster: { readonly status: string; readonly name?: string; readonly peers?: readonly unknown[] };
  readonly versionInfo: Readonly<Record<string, string>>;
}

interface Health {
  readonly status: string;
  readonly [part: string]: unknown;
}

export default function StatusPage() {
  const status = useQuery({
    queryKey: ["status"],
    queryFn: ({ signal }) => v2<Status>("/status", { signal }),
  });
  const health = useQuery({
    queryKey: ["health"],
    queryFn: ({ signal }) => plus<Health>("/health", { signal }),
    refetchInterval: 10_000,
  });
  return (
    <>
      <PageTitle title="Status" />
      <Shown of={status} what="the status">
        {({ uptime, cluster, versionInfo }) => (
          <>
            <Facts
              of={{
                Version: versionInfo.version ?? "–",
                "Up since": <Time at={uptime} />,
                Cluster: cluster.status,
                Peers: (cluster.peers ?? []).length,
              }}
            />
            <section className="panel" aria-labelledby="build">
              <h2 id="build">Build</h2>
              <Pairs of={versionInfo} />
            </section>
          </>
        )}
      </Shown>
      <section className="panel" aria-labelledby="health">
        <h2 id="health">Health</h2>
        <Shown of={health} what="health">
          {({ status: state, ...parts }) => (
            <>
              <p className="plain">
                <StateBadge state={state} />
              </p>
              {state === "ok" ? null : (
                <Note tone="amber">Something is degraded. Notifications still go out; see the log for what to do.</Note>
              )}
              <Pairs of={parts} />
            </>
          )}
        </Shown>
      </section>
      <p>
        <a href={href("/config")}>Configuration</a> · <a href={href("/cluster")}>Cluster</a> ·{" "}
        <a href="metrics">Metrics</a> · <a href="api/plus/v1/openapi.json">API</a>
      </p>
    </>
  );
}
