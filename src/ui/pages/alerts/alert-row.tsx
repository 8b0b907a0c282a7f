import { IconBellOff, IconCheck, IconExternalLink } from "@tabler/icons-react";
import { memo, useRef, useState } from "react";
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
      <input
        type="checkbox"
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

/** Plain elements: of these rows there are many, and they come and go with every turn of the wheel. */
function RowActions({ alert, name }: { readonly alert: Alert; readonly name: string }) {
  const [opened, setOpened] = useState(false);
  const place = useRef<HTMLSpanElement>(null);
  const acknowledge = useAcknowledge();
  const createdBy = useCreator();
  const change = (open: boolean) => {
    setOpened(open);
    if (open) return;
    requestAnimationFrame(() => place.current?.querySelector<HTMLElement>("[data-act=silence]")?.focus());
  };
  const button = (
    <button
      type="button"
      className="icon-button"
      tabIndex={-1}
      data-act="silence"
      title="Silence (s)"
      aria-label={`Silence ${name}`}
      onClick={() => change(!opened)}
    >
      <IconBellOff size={18} aria-hidden />
    </button>
  );
  return (
    <span className="row-actions" ref={place}>
      {alert.generatorURL === undefined || !/^https?:/.test(alert.generatorURL) ? null : (
        <a
          className="icon-button"
          href={alert.generatorURL}
          target="_blank"
          rel="noopener noreferrer"
          tabIndex={-1}
          title="Source"
          aria-label={`Source of ${name}`}
        >
          <IconExternalLink size={18} aria-hidden />
        </a>
      )}
      <button
        type="button"
        className="icon-button"
        tabIndex={-1}
        data-act="acknowledge"
        title="Acknowledge (a): silent until it resolves"
        aria-label={`Acknowledge ${name}`}
        disabled={acknowledge.isPending}
        onClick={() => acknowledge.mutate({ fingerprints: [alert.fingerprint], createdBy: createdBy || "anonymous" })}
      >
        <IconCheck size={18} aria-hidden />
      </button>
      {opened ? (
        <SilenceMenu of={[alert.labels]} opened onChange={change}>
          {button}
        </SilenceMenu>
      ) : (
        button
      )}
    </span>
  );
}
