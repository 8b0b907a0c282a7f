import { ActionIcon, Button, CopyButton, Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconBellOff, IconCheck, IconExternalLink, IconLink } from "@tabler/icons-react";
import { useState } from "react";
import { useAcknowledge, useExpire } from "../../api/actions.ts";
import { plus } from "../../api/client.ts";
import type { Alert, Explanation, Happening, Page, PlainAlert } from "../../api/types.ts";
import { SeverityBadge, severityOf } from "../../parts/badges.tsx";
import { useCreator } from "../../parts/creator.ts";
import { EventList } from "../../parts/events.tsx";
import { LabelChips } from "../../parts/labels.tsx";
import { PageTitle, Shown } from "../../parts/say.tsx";
import { SilenceMenu } from "../../parts/silence-menu.tsx";
import { Text } from "../../parts/text.tsx";
import { Time } from "../../parts/time.tsx";
import { RouteTrace } from "../../parts/trace.tsx";
import { back, href, type Place } from "../../route.ts";
import { useKeys } from "../../shell/keys.ts";
import { formatMatcher, matchersOf } from "../../text/matchers.ts";
import { States } from "../alerts/alert-row.tsx";
import { ClassificationPanel } from "./classification.tsx";
import { Delivery } from "./delivery.tsx";
import { Verdict } from "./verdict.tsx";

/** One alert: what it is, whether anybody was told, why not, and what became of it. */
export default function AlertPage({ place }: { readonly place: Place }) {
  const fingerprint = place.parts[1] ?? "";
  const asked = useExplanation(fingerprint);
  return (
    <>
      <Shown of={asked} what="the alert" title="Alert">
        {(explanation) => <Explained fingerprint={fingerprint} of={explanation} />}
      </Shown>
      <section className="panel" aria-labelledby="timeline">
        <h2 id="timeline">Timeline</h2>
        <EventList path={`/history/alert/${fingerprint}`} empty="Nothing is remembered of this alert" ofOneAlert />
      </section>
    </>
  );
}

/** Of an alert that is gone the history knows the labels, and where one with them would go. */
function useExplanation(fingerprint: string) {
  const asked = useQuery({
    queryKey: ["explain", fingerprint],
    queryFn: ({ signal }) => plus<Explanation>("/explain", { query: { fingerprint }, signal }),
  });
  const isGone = asked.data?.alert === null && Object.keys(asked.data.labels).length === 0;
  const remembered = useQuery({
    queryKey: ["history", "labels", fingerprint],
    queryFn: ({ signal }) => plus<Page<Happening>>(`/history/alert/${fingerprint}`, { query: { limit: 1 }, signal }),
    enabled: isGone,
  });
  const labels = remembered.data?.items[0]?.labels ?? null;
  const text = labels === null ? "" : matchersOf(labels).map(formatMatcher).join(",");
  const again = useQuery({
    queryKey: ["explain", text],
    queryFn: ({ signal }) => plus<Explanation>("/explain", { query: { labels: text }, signal }),
    enabled: text !== "",
  });
  return again.data === undefined ? asked : again;
}

function Explained({ fingerprint, of }: { readonly fingerprint: string; readonly of: Explanation }) {
  const { alert, labels, routes, groups } = of;
  const name = labels.alertname ?? fingerprint;
  const severity = severityOf(labels, of.classification);
  const isResolved = of.verdict.state === "resolved";
  return (
    <>
      <PageTitle title={name}>{alert === null ? null : <Actions alert={alert} />}</PageTitle>
      <p className="plain facts">
        {severity === undefined ? null : <SeverityBadge severity={severity} />}
        {alert === null ? (
          <span>
            This alert is not here: it has resolved, or never came. <a href={href("/alerts")}>To those that are</a>
          </span>
        ) : (
          <>
            <States alert={alert} />
            {isResolved ? (
              <span>
                fired <Time at={alert.startsAt} />, resolved <Time at={alert.endsAt} />
              </span>
            ) : (
              <span>
                {new Date(alert.startsAt) > new Date() ? "begins" : "firing since"} <Time at={alert.startsAt} />
              </span>
            )}
            <span className="dim">
              last seen <Time at={alert.updatedAt} />
            </span>
          </>
        )}
      </p>
      <div className="two-columns">
        <div>
          {alert === null ? null : <Annotations annotations={alert.annotations} />}
          <Verdict of={of} />
          {groups.map((group) => (
            <Delivery key={group.groupKey + group.receiver} group={group} />
          ))}
        </div>
        <div>
          {Object.keys(labels).length === 0 ? null : (
            <section className="panel" aria-labelledby="labels">
              <h2 id="labels">Labels</h2>
              <LabelChips labels={labels} whole />
            </section>
          )}
          {alert === null ? null : <ClassificationPanel fingerprint={fingerprint} />}
          {routes.length === 0 ? null : (
            <section className="panel" aria-labelledby="routing">
              <h2 id="routing">Routing</h2>
              <RouteTrace steps={routes} />
              <a href={href("/routes", { labels: JSON.stringify(labels) })}>In the routing tree</a>
            </section>
          )}
        </div>
      </div>
    </>
  );
}

function Annotations({ annotations }: { readonly annotations: Readonly<Record<string, string>> }) {
  const { summary, description, ...others } = annotations;
  const names = Object.keys(others).sort();
  if (names.length === 0 && summary === undefined && description === undefined) return null;
  return (
    <section className="panel" aria-label="Annotations">
      {summary === undefined ? null : (
        <p className="plain lead">
          <Text>{summary}</Text>
        </p>
      )}
      {description === undefined ? null : (
        <p className="plain wrapped">
          <Text>{description}</Text>
        </p>
      )}
      <dl className="pairs">
        {names.map((name) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Text>{others[name] ?? ""}</Text>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Actions({ alert }: { readonly alert: PlainAlert }) {
  const [opened, setOpened] = useState(false);
  const { data } = useQuery({
    queryKey: ["alerts", "one", alert.fingerprint],
    queryFn: ({ signal }) => plus<Alert>(`/alerts/${alert.fingerprint}`, { signal }),
  });
  const acknowledged = data?.acknowledgedBy ?? null;
  const expire = useExpire();
  const acknowledge = useAcknowledge();
  const createdBy = useCreator() || "anonymous";
  const act = () => acknowledge.mutate({ fingerprints: [alert.fingerprint], createdBy });
  useKeys({ s: () => setOpened(true), a: act, Escape: () => back(href("/alerts")) });
  return (
    <>
      {acknowledged === null ? (
        <Button
          variant="default"
          leftSection={<IconCheck size={16} aria-hidden />}
          loading={acknowledge.isPending}
          onClick={act}
        >
          Acknowledge
        </Button>
      ) : (
        <Button variant="default" loading={expire.isPending} onClick={() => expire.mutate([acknowledged])}>
          Take the acknowledgement back
        </Button>
      )}
      <SilenceMenu of={[alert.labels]} opened={opened} onChange={setOpened}>
        <Button leftSection={<IconBellOff size={16} aria-hidden />} onClick={() => setOpened(!opened)}>
          Silence
        </Button>
      </SilenceMenu>
      {alert.generatorURL !== undefined && /^https?:/.test(alert.generatorURL) ? (
        <Button
          component="a"
          href={alert.generatorURL}
          target="_blank"
          rel="noopener noreferrer"
          variant="default"
          rightSection={<IconExternalLink size={16} aria-hidden />}
        >
          Source
        </Button>
      ) : null}
      <CopyButton value={window.location.href}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? "Copied" : "Copy the link"}>
            <ActionIcon size="lg" variant="default" aria-label="Copy the link" onClick={copy}>
              <IconLink size={18} aria-hidden />
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </>
  );
}
