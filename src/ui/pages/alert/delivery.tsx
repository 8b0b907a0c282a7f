import type { ExplainedGroup, ExplainedIntegration } from "../../api/types.ts";
import { StateBadge } from "../../parts/badges.tsx";
import { LabelChips } from "../../parts/labels.tsx";
import { Time } from "../../parts/time.tsx";
import { href } from "../../route.ts";
import { Table } from "../../parts/table.tsx";

/** The group it is in for one receiver: when that is told next, and what came of the last times. */
export function Delivery({ group }: { readonly group: ExplainedGroup }) {
  const {
    receiver,
    groupLabels,
    groupWait,
    groupInterval,
    repeatInterval,
    flushes,
    nextFlushAt,
    alerts,
    integrations,
  } = group;
  return (
    <section className="panel" aria-label={`Receiver ${receiver}`}>
      <h2>
        <a href={href("/receivers", { name: receiver })}>{receiver}</a>
      </h2>
      <p className="plain">
        {alerts === 0 ? "In no group at present; it would be in one" : `In a group of ${alerts.toLocaleString()}`}
        {Object.keys(groupLabels).length === 0 ? " of all alerts of the route" : " by"}{" "}
        <LabelChips labels={groupLabels} />
      </p>
      <p className="plain dim small">
        waits {groupWait} at first, {groupInterval} between changes, {repeatInterval} before it repeats ·{" "}
        {flushes === 1 ? "flushed once" : `flushed ${flushes.toLocaleString()} times`} · next{" "}
        <Time at={nextFlushAt} none="not planned" />
      </p>
      {integrations.map((one) => (
        <Integration key={`${one.integration} ${one.index}`} of={one} />
      ))}
    </section>
  );
}

function Integration({ of }: { readonly of: ExplainedIntegration }) {
  const {
    integration,
    index,
    lastNotifiedAt,
    firing,
    resolved,
    containsAlert,
    nextRepeatAt,
    pending,
    decisions,
    attempts,
  } = of;
  return (
    <div className="integration">
      <h3>
        {integration}[{index}] {pending ? <StateBadge state="pending" /> : null}
      </h3>
      <p className="plain">
        {lastNotifiedAt === null ? (
          "Has not been told yet"
        ) : (
          <>
            Last told <Time at={lastNotifiedAt} /> with {firing} firing, {resolved} resolved
            {containsAlert ? ", this one among them" : ", not this one"}
          </>
        )}
        {nextRepeatAt === null ? null : (
          <>
            {" "}
            · repeats <Time at={nextRepeatAt} />
          </>
        )}
      </p>
      {decisions.length + attempts.length === 0 ? null : (
        <Table label={`What ${integration}[${index}] did`} stacked>
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">What</th>
              <th scope="col">Detail</th>
            </tr>
          </thead>
          <tbody>
            {decisions.map(({ at, outcome, reason, detail }) => (
              <tr key={`decision ${at} ${outcome} ${reason}`}>
                <td>
                  <Time at={at} as="clock" />
                </td>
                <td>
                  decided: <StateBadge state={outcome} />
                </td>
                <td>{[reason, detail].filter((text) => text !== null && text !== "").join(": ")}</td>
              </tr>
            ))}
            {attempts.map(({ at, outcome, statusCode, error, durationMs }) => (
              <tr key={`attempt ${at} ${outcome}`}>
                <td>
                  <Time at={at} as="clock" />
                </td>
                <td>
                  tried: <StateBadge state={outcome} />
                </td>
                <td>
                  {statusCode === null ? "" : `HTTP ${statusCode} `}
                  {durationMs === null ? "" : `${durationMs} ms `}
                  {error ?? ""}
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </div>
  );
}
