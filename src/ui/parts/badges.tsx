import {
  IconAlertTriangle,
  IconBellOff,
  IconBellRinging,
  IconCheck,
  IconCircleDashed,
  IconClockHour4,
  IconClockPause,
  IconCopyCheck,
  IconGitMerge,
  IconQuestionMark,
  IconSend,
  IconX,
} from "@tabler/icons-react";
import type { ComponentType } from "react";
import type { ShownClassification } from "../api/types.ts";

type Tone = "red" | "amber" | "blue" | "green" | "gray" | "violet";
type Icon = ComponentType<{ size?: number | string }>;

interface BadgeProps {
  readonly tone: Tone;
  readonly icon?: Icon;
  readonly title?: string;
  readonly children: string;
}

/** A short word with a tone; the word alone says it, the tone only helps to find it. */
export function Badge({ tone, icon: Sign, title, children }: BadgeProps) {
  return (
    <span className={`badge tone-${tone}`} title={title}>
      {Sign === undefined ? null : <Sign size={13} aria-hidden />}
      {children}
    </span>
  );
}

const STATES: Readonly<Record<string, { tone: Tone; icon: Icon; word: string }>> = {
  active: { tone: "red", icon: IconBellRinging, word: "firing" },
  unprocessed: { tone: "gray", icon: IconCircleDashed, word: "new" },
  silenced: { tone: "gray", icon: IconBellOff, word: "silenced" },
  inhibited: { tone: "violet", icon: IconGitMerge, word: "inhibited" },
  muted: { tone: "gray", icon: IconClockPause, word: "muted" },
  acknowledged: { tone: "green", icon: IconCheck, word: "acknowledged" },
  notified: { tone: "green", icon: IconSend, word: "notified" },
  waiting: { tone: "blue", icon: IconClockHour4, word: "waiting" },
  deduplicated: { tone: "blue", icon: IconCopyCheck, word: "deduplicated" },
  rate_limited: { tone: "amber", icon: IconClockPause, word: "rate limited" },
  failed: { tone: "red", icon: IconX, word: "failed" },
  failing: { tone: "red", icon: IconX, word: "failing" },
  refused: { tone: "red", icon: IconX, word: "refused" },
  resolved: { tone: "green", icon: IconCheck, word: "resolved" },
  firing: { tone: "red", icon: IconBellRinging, word: "firing" },
  unknown_alert: { tone: "gray", icon: IconQuestionMark, word: "no such alert" },
  no_receiver: { tone: "amber", icon: IconAlertTriangle, word: "no receiver" },
  pending: { tone: "blue", icon: IconClockHour4, word: "pending" },
  expired: { tone: "gray", icon: IconCheck, word: "expired" },
  delivered: { tone: "green", icon: IconSend, word: "delivered" },
  unknown: { tone: "amber", icon: IconQuestionMark, word: "unknown" },
  ok: { tone: "green", icon: IconCheck, word: "ok" },
  missing: { tone: "red", icon: IconX, word: "missing" },
  never: { tone: "gray", icon: IconCircleDashed, word: "never seen" },
};

/** How something stands, by the API's word for it. */
export function StateBadge({ state, title }: { readonly state: string; readonly title?: string }) {
  const known = STATES[state];
  return (
    <Badge
      tone={known?.tone ?? "gray"}
      {...(known === undefined ? {} : { icon: known.icon })}
      {...(title === undefined ? {} : { title })}
    >
      {known?.word ?? state.replaceAll("_", " ")}
    </Badge>
  );
}

/** A silence's state: what is active for an alert is bad news, for a silence it is the plan. */
export function SilenceBadge({ state }: { readonly state: string }) {
  if (state !== "active") return <StateBadge state={state} />;
  return (
    <Badge tone="green" icon={IconBellOff}>
      active
    </Badge>
  );
}

const SEVERITIES: Readonly<Record<string, Tone>> = {
  critical: "red",
  page: "red",
  emergency: "red",
  error: "red",
  high: "red",
  major: "amber",
  warning: "amber",
  medium: "amber",
  minor: "blue",
  info: "blue",
  low: "blue",
  none: "gray",
};

interface SeverityBadgeProps {
  readonly severity: string;
  /** How many have it, where it stands for several. */
  readonly count?: number;
  readonly title?: string;
}

export function SeverityBadge({ severity, count, title }: SeverityBadgeProps) {
  return (
    <Badge tone={SEVERITIES[severity.toLowerCase()] ?? "gray"} {...(title === undefined ? {} : { title })}>
      {count === undefined ? severity : `${count.toLocaleString()} ${severity}`}
    </Badge>
  );
}

/** What an alert's severity is: as classified, otherwise as labelled. */
export function severityOf(labels: Readonly<Record<string, string>>, found: ShownClassification | null | undefined) {
  return found?.severity ?? labels.severity;
}
