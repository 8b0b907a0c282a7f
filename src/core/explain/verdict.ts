import { matchersToString } from "../model/matcher.ts";
import type { Facts } from "./facts.ts";
import { judgeGroup } from "./group-verdict.ts";
import { at, inWords, nameOf, quoted } from "./words.ts";

/** Why an alert was, or was not, notified. */
export const STATES = [
  "notified",
  "silenced",
  "inhibited",
  "muted",
  "waiting",
  "deduplicated",
  "rate_limited",
  "failed",
  "refused",
  "resolved",
  "unknown_alert",
  "no_receiver",
] as const;
export type State = (typeof STATES)[number];

/** One thing that keeps the alert back, or that was done about it. */
export interface Reason {
  readonly reason: State;
  /** One sentence for a person. */
  readonly summary: string;
  readonly receiver?: string;
  /** `webhook[0]` */
  readonly integration?: string;
  /** ms */
  readonly since?: number;
  /** ms */
  readonly until?: number;
  /** Whose doing it is: a silence, an inhibition, time intervals. */
  readonly by?: Readonly<Record<string, unknown>>;
}

export interface Verdict {
  readonly state: State;
  /** One sentence for a person. */
  readonly summary: string;
  /** The most telling first. */
  readonly reasons: readonly Reason[];
}

/** Of what receivers came to, the most telling first. */
const TELLING: readonly State[] = [
  "refused",
  "failed",
  "rate_limited",
  "muted",
  "waiting",
  "deduplicated",
  "notified",
  "resolved",
  "no_receiver",
];

/** Says in one word and one sentence what became of an alert, and why. */
export function judge(facts: Facts): Verdict {
  const muted = [...inhibited(facts), ...silenced(facts)];
  const receivers = facts.groups
    .flatMap((group) => judgeGroup(group, facts))
    .sort((a, b) => TELLING.indexOf(a.reason) - TELLING.indexOf(b.reason));
  const { alert, labels, now } = facts;

  if (alert === undefined) {
    const kept = receivers.filter(({ reason }) => reason === "muted");
    const names = [...new Set(facts.groups.map(({ receiver }) => receiver))].join(", ");
    const isKept = muted.length > 0 || (kept.length > 0 && kept.length === receivers.length);
    const why = (muted.length > 0 ? muted.slice(0, 1) : kept).map((one) => ` ${one.summary}`).join("");
    const summary = `No such alert is known; one with these labels would go to ${names}${isKept ? ", but not now" : ""}.${why}`;
    return { state: "unknown_alert", summary, reasons: [...muted, ...receivers] };
  }
  if (alert.endsAt.endedBy(now)) {
    const told = receivers.map((one) => endOf(one, receivers.length));
    // What mutes an alert mutes its end too.
    if (muted[0] !== undefined && receivers.some(({ reason }) => reason === "waiting")) told.push(muted[0].summary);
    const summary = `${nameOf(labels)} resolved at ${at(alert.endsAt.ms)}, ${inWords(now - alert.endsAt.ms)} ago. ${told.join(" ")}`;
    const reasons: Reason[] = [{ reason: "resolved", summary, since: alert.endsAt.ms }, ...muted, ...receivers];
    return { state: "resolved", summary, reasons };
  }

  const reasons = [...muted, ...receivers];
  // In the order of the stages (spec §6.5): what every group mutes by its intervals never gets to the silences.
  const isMutedEverywhere = facts.groups.length > 0 && facts.groups.every(({ mutedBy }) => mutedBy !== undefined);
  const first =
    facts.inhibition === undefined && isMutedEverywhere ? (receivers[0] ?? muted[0]) : (muted[0] ?? receivers[0]);
  if (first === undefined) {
    return { state: "no_receiver", summary: "No configuration is loaded yet.", reasons };
  }
  return { state: first.reason, summary: first.summary + others(first, receivers), reasons };
}

/** What a receiver is, or is to be, told of an end. @param of how many */
function endOf({ receiver, reason, summary }: Reason, of: number): string {
  return reason === "waiting" && of > 1 ? `${receiver}: ${summary}` : summary;
}

/** What other receivers came to, where it is something else. */
function others(first: Reason, receivers: readonly Reason[]): string {
  if (first.receiver === undefined || first.reason === "notified") return "";
  const rest = receivers.filter(({ reason }) => reason !== first.reason && reason !== "no_receiver");
  if (rest.length === 0) return "";
  const texts = rest.slice(0, 3).map(({ receiver, integration, reason }) => {
    const name = integration === undefined ? receiver : `${receiver}/${integration}`;
    return `${name} ${reason.replaceAll("_", " ")}`;
  });
  const more = rest.length > 3 ? ` and ${rest.length - 3} more` : "";
  return ` Others: ${texts.join(", ")}${more}.`;
}

function inhibited({ inhibition }: Facts): Reason[] {
  if (inhibition === undefined) return [];
  const { rule, source } = inhibition;
  const name = rule.name === "" ? "" : `rule ${rule.name}, `;
  const equal = rule.equal.length === 0 ? "" : `, equal: ${rule.equal.join(", ")}`;
  const matchers = `source ${matchersToString(rule.sourceMatchers)}, target ${matchersToString(rule.targetMatchers)}`;
  return [
    {
      reason: "inhibited",
      summary: `Inhibited by ${nameOf(source.labels)}, which fires since ${at(source.startsAt.ms)} (${name}${matchers}${equal}).`,
      since: source.startsAt.ms,
      by: { rule: rule.name, fingerprint: source.labels.fingerprint, labels: source.labels.toObject() },
    },
  ];
}

function silenced({ silences, now }: Facts): Reason[] {
  const [first] = silences;
  if (first === undefined) return [];
  const list = silences.map(
    ({ matcherSets, createdBy, endsAt, comment }) =>
      `${matcherSets.map(matchersToString).join(" or ")} by ${quoted(createdBy)}, until ${at(endsAt.ms)}, in ${inWords(endsAt.ms - now)}${comment === "" ? "" : `: ${quoted(comment)}`}`,
  );
  const shown = list.slice(0, 3).join("; ") + (list.length > 3 ? `; and ${list.length - 3} more` : "");
  const count = silences.length === 1 ? "1 silence" : `${silences.length} silences`;
  return [
    {
      reason: "silenced",
      summary: `Silenced by ${count} (${shown}).`,
      since: Math.min(...silences.map(({ startsAt }) => startsAt.ms)),
      until: Math.max(...silences.map(({ endsAt }) => endsAt.ms)),
      by: { silences: silences.map(({ id }) => id) },
    },
  ];
}
