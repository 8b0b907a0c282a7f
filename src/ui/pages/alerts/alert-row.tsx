import { ActionIcon, Checkbox, Tooltip } from "@mantine/core";
import { IconBellOff, IconCheck, IconExternalLink } from "@tabler/icons-react";
import { memo, useState } from "react";
import { useAcknowledge } from "../../api/actions.ts";
import type { Alert } from "../../api/types.ts";
import { SeverityBadge, severityOf, StateBadge } from "../../parts/badges.tsx";
import { useCreator } from "../../parts/creator.ts";
import { LabelChips } from "../../parts/labels.tsx";
import { SilenceMenu } from "../../parts/silence-menu.tsx";
import { PlainTime } from "../../parts/time.tsx";
import { href } from "../../route.ts";
import type { Matcher } from "../../text/matchers.ts";

interface AlertRowProps {
  readonly alert: Alert;
  readonly selected: boolean;
  readonly onToggle: (alert: Alert) => void;
  readonly onLabel: (matcher: Matcher) => void;
  /** Labels the reader knows from the group's heading. */
  readonly without?: readonly string[];
}

const NAMED = ["alertname", "severity"];

/** One alert in two lines: what it is and how it stands; its labels. */
export const AlertRow = memo(function AlertRow({ alert, selected, onToggle, onLabel, without = [] }: AlertRowProps) {
  const { labels, annotations, classification } = alert;
  const name = labels.alertname ?? alert.fingerprint;
  const severity = severityOf(labels, classification);
  const summary = annotations.summary ?? annotations.description ?? annotations.message;
  return (
    <>
      <Checkbox
        size="xs"
        checked={selected}
        onChange={() => onToggle(alert)}
        aria-label={`Select ${name}`}
        tabIndex={-1}
        className="row-select"
      />
      <div className="row-main">
        <div className="row-line">
          {severity === undefined ? null : <SeverityBadge severity={severity} {...reasonOf(alert)} />}
          <a className="row-name" href={href(`/alerts/${alert.fingerprint}`)}>
            {name}
          </a>
          <States alert={alert} />
          {summary === undefined ? null : <span className="row-summary">{summary}</span>}
        </div>
        <div className="row-line row-labels">
          <LabelChips labels={labels} without={[...NAMED, ...without]} onChoose={onLabel} />
        </div>
      </div>
      <span className="row-age dim">
        <PlainTime at={alert.startsAt} />
      </span>
      <RowActions alert={alert} name={name} />
    </>
  );
});

function reasonOf({ classification, labels }: Alert): { title?: string } {
  if (classification === null || classification === undefined) return {};
  const own = labels.severity === undefined ? "" : `; labelled ${labels.severity}`;
  return { title: `${classification.reason ?? "classified"}${own}` };
}

/** Only what is not the plain case: a firing alert in a list of firing alerts needs no word. */
export function States({
  alert: { status, acknowledgedBy },
}: {
  readonly alert: Pick<Alert, "status"> & Partial<Pick<Alert, "acknowledgedBy">>;
}) {
  const acknowledged = acknowledgedBy !== null && acknowledgedBy !== undefined;
  return (
    <>
      {acknowledged ? <StateBadge state="acknowledged" /> : null}
      {status.silencedBy.length > (acknowledged ? 1 : 0) ? <StateBadge state="silenced" /> : null}
      {status.inhibitedBy.length > 0 ? <StateBadge state="inhibited" /> : null}
      {status.mutedBy.length > 0 ? <StateBadge state="muted" /> : null}
      {status.state === "unprocessed" ? <StateBadge state="unprocessed" /> : null}
    </>
  );
}

function RowActions({ alert, name }: { readonly alert: Alert; readonly name: string }) {
  const [opened, setOpened] = useState(false);
  const acknowledge = useAcknowledge();
  const createdBy = useCreator();
  return (
    <span className="row-actions">
      {alert.generatorURL === undefined || !/^https?:/.test(alert.generatorURL) ? null : (
        <Tooltip label="Source">
          <ActionIcon
            component="a"
            href={alert.generatorURL}
            target="_blank"
            rel="noopener noreferrer"
            variant="subtle"
            color="gray"
            tabIndex={-1}
            aria-label={`Source of ${name}`}
          >
            <IconExternalLink size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
      <Tooltip label="Acknowledge (a): silent until it resolves">
        <ActionIcon
          variant="subtle"
          color="gray"
          tabIndex={-1}
          data-act="acknowledge"
          aria-label={`Acknowledge ${name}`}
          loading={acknowledge.isPending}
          onClick={() => acknowledge.mutate({ fingerprints: [alert.fingerprint], createdBy: createdBy || "anonymous" })}
        >
          <IconCheck size={18} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <SilenceMenu of={[alert.labels]} opened={opened} onChange={setOpened}>
        <ActionIcon
          variant="subtle"
          color="gray"
          tabIndex={-1}
          data-act="silence"
          title="Silence (s)"
          aria-label={`Silence ${name}`}
          onClick={() => setOpened(!opened)}
        >
          <IconBellOff size={18} aria-hidden />
        </ActionIcon>
      </SilenceMenu>
    </span>
  );
}
