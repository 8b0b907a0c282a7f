import { useQuery } from "@tanstack/react-query";
import { plus } from "../api/client.ts";
import type { ClusterState } from "../api/types.ts";
import { Badge } from "../parts/badges.tsx";
import { Pairs } from "../parts/facts.tsx";
import { Note, PageTitle, Shown } from "../parts/say.tsx";
import { Time } from "../parts/time.tsx";
import { Table } from "../parts/table.tsx";

const MODES = {
  alone: "One server on its own store.",
  cluster: "Servers that tell one another of silences and notifications.",
  postgres: "Servers that act as one on a Postgres.",
} as const;

export default function ClusterPage() {
  const asked = useQuery({
    queryKey: ["cluster"],
    queryFn: ({ signal }) => plus<ClusterState>("/cluster", { signal }),
    refetchInterval: 10_000,
  });
  return (
    <>
      <PageTitle title="Cluster" />
      <Shown of={asked} what="the cluster">
        {({ mode, members, store, redis }) => {
          const hashes = new Set(members.flatMap(({ configHash }) => (configHash === null ? [] : [configHash])));
          return (
            <>
              <p>{MODES[mode]}</p>
              {hashes.size > 1 ? (
                <Note tone="amber">
                  The members do not have the same configuration in force: reload those that are behind.
                </Note>
              ) : null}
              {members.length === 0 ? null : (
                <Table label="Members">
                  <thead>
                    <tr>
                      <th scope="col">Member</th>
                      <th scope="col">Address</th>
                      <th scope="col">Configuration</th>
                      <th scope="col">Last seen</th>
                    </tr>
                  </thead>
                  <tbody>
                    {members.map(({ name, address, self, configHash, lastSeenAt }) => (
                      <tr key={name + (address ?? "")}>
                        <td>
                          {name} {self ? <Badge tone="blue">this one</Badge> : null}
                        </td>
                        <td>{address ?? "–"}</td>
                        <td>
                          <code>{configHash ?? "–"}</code>
                        </td>
                        <td>{self ? "now" : <Time at={lastSeenAt} none="–" />}</td>
                      </tr>
                    ))}
                  </tbody>
                </Table>
              )}
              {store === null ? null : (
                <section className="panel" aria-labelledby="store">
                  <h2 id="store">Store</h2>
                  <Pairs of={store} />
                </section>
              )}
              {redis === null ? null : (
                <section className="panel" aria-labelledby="redis">
                  <h2 id="redis">Redis</h2>
                  <Pairs of={redis} />
                </section>
              )}
            </>
          );
        }}
      </Shown>
    </>
  );
}
