import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { plus } from "../api/client.ts";
import type { ReceiverHealth } from "../api/types.ts";
import { StateBadge } from "../parts/badges.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { Empty, Failure, PageTitle, Shown } from "../parts/say.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { href, type Place } from "../route.ts";
import { Table } from "../parts/table.tsx";

interface TestResult {
  readonly integration: string;
  readonly index: number;
  readonly outcome: string;
  readonly statusCode: number | null;
  readonly error: string | null;
  readonly durationMs: number;
}

/** Whether those who are to be told can be. */
export default function ReceiversPage({ place }: { readonly place: Place }) {
  const name = place.query.get("name");
  const asked = useQuery({
    queryKey: ["receivers"],
    queryFn: ({ signal }) => plus<{ readonly items: readonly ReceiverHealth[] }>("/receivers", { signal }),
    refetchInterval: 30_000,
  });
  return (
    <>
      <PageTitle title={name === null ? "Receivers" : `Receiver ${name}`}>
        {name === null ? null : (
          <Button component="a" variant="default" size="compact-md" href={href("/receivers")}>
            All receivers
          </Button>
        )}
      </PageTitle>
      <Shown of={asked} what="receivers">
        {({ items }) => {
          const shown = items.filter((one) => name === null || one.name === name);
          if (shown.length === 0) {
            return (
              <Empty title="No such receiver">
                <p>
                  The configuration in force has none of this name. <a href={href("/config")}>Look at it</a>.
                </p>
              </Empty>
            );
          }
          return shown.map((one) => <Receiver key={one.name} of={one} />);
        }}
      </Shown>
    </>
  );
}

function milliseconds(ms: number): string {
  return ms < 10 ? ms.toFixed(1) : Math.round(ms).toLocaleString();
}

function percent(share: number | null): string {
  return share === null ? "–" : `${(share * 100).toFixed(share > 0 && share < 0.01 ? 2 : 0)}%`;
}

function Receiver({ of: { name, integrations, groups, routes } }: { readonly of: ReceiverHealth }) {
  const test = useMutation({
    mutationFn: () =>
      plus<{ readonly results: readonly TestResult[] }>(`/receivers/${encodeURIComponent(name)}/test`, {
        method: "POST",
        body: {},
      }),
  });
  return (
    <section className="panel" aria-label={name}>
      <div className="panel-head">
        <h2>{name}</h2>
        <span className="dim small">
          {routes} {routes === 1 ? "route" : "routes"}, {groups.toLocaleString()} {groups === 1 ? "group" : "groups"} ·{" "}
          <a href={href("/alerts", { receiver: name, silenced: true, inhibited: true, muted: true })}>alerts</a> ·{" "}
          <a href={href("/notifications", { receiver: name })}>notifications</a>
        </span>
        <span className="grow" />
        <Confirm
          label="Send a test"
          question={`Send a test notification to ${name} now?`}
          loading={test.isPending}
          onConfirm={() => test.mutate()}
        />
      </div>
      {test.error === null ? null : <Failure error={test.error} />}
      {test.data === undefined ? null : (
        <ul className="plain-list" role="status">
          {test.data.results.map(({ integration, index, outcome, error, statusCode, durationMs }) => (
            <li key={`${integration} ${index}`}>
              Test of {integration}[{index}]: <StateBadge state={outcome} />{" "}
              {statusCode === null ? "" : `HTTP ${statusCode}, `}
              {durationMs} ms {error}
            </li>
          ))}
        </ul>
      )}
      {integrations.length === 0 ? (
        <p className="plain dim">It has no integration: what is routed here is told to nobody.</p>
      ) : (
        <Table label={`Integrations of ${name}`}>
          <thead>
            <tr>
              <th scope="col">Integration</th>
              <th scope="col">Health</th>
              <th scope="col">Sent</th>
              <th scope="col">Failed</th>
              <th scope="col">Last success</th>
              <th scope="col">Half / 95% within</th>
            </tr>
          </thead>
          <tbody>
            {integrations.map((one) => (
              <tr key={`${one.name} ${one.index}`}>
                <td>
                  {one.name}[{one.index}]
                </td>
                <td>
                  <StateBadge state={one.health} />
                </td>
                <td>{one.sent.toLocaleString()}</td>
                <td>
                  {one.failed.toLocaleString()} ({percent(one.errorRate)})
                </td>
                <td>
                  <Time at={one.lastSuccessAt} />
                </td>
                <td>
                  {one.p50Ms === null ? "–" : `${milliseconds(one.p50Ms)} / ${milliseconds(one.p95Ms ?? one.p50Ms)} ms`}
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
      {integrations.map(({ name: integration, index, lastError, lastFailureAt }) =>
        lastError === null ? null : (
          <p key={`${integration} ${index}`} className="plain small">
            {integration}[{index}] last failed <Time at={lastFailureAt} none="" />:{" "}
            <span className="error">
              <Text>{lastError}</Text>
            </span>
          </p>
        ),
      )}
    </section>
  );
}
