import type { Explanation } from "../../api/types.ts";
import { StateBadge } from "../../parts/badges.tsx";
import { LabelChips, MatcherText } from "../../parts/labels.tsx";
import { Text } from "../../parts/text.tsx";
import { Time } from "../../parts/time.tsx";
import { href } from "../../route.ts";

/** Whether somebody was told, why not, and what to look at to change that. */
export function Verdict({ of: { verdict, reasons, silences, inhibitedBy, intervals } }: { readonly of: Explanation }) {
  const others = reasons.filter(({ summary }) => summary !== verdict.summary);
  return (
    <section className="panel" aria-labelledby="why">
      <h2 id="why">Was it sent?</h2>
      <p className="verdict">
        <StateBadge state={verdict.state} />{" "}
        <span>
          <Text>{verdict.summary}</Text>
        </span>
      </p>
      {others.length === 0 ? null : (
        <ul className="reasons">
          {others.map(({ reason, summary, since, until }) => (
            <li key={reason + summary}>
              <StateBadge state={reason} /> <Text>{summary}</Text>{" "}
              <span className="dim small">
                {since === undefined || since === null ? null : (
                  <>
                    since <Time at={since} />
                  </>
                )}
                {until === undefined || until === null ? null : (
                  <>
                    {" "}
                    until <Time at={until} as="clock" />
                  </>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
      {silences.map(({ id, matchers, state, endsAt, createdBy, comment }) => (
        <p key={id} className="plain cause">
          Silence <a href={href(`/silences/${id}`)}>{comment === "" ? id : comment}</a> ({state}, by {createdBy}, ends{" "}
          <Time at={endsAt} as="clock" />) <MatcherText>{matchers}</MatcherText>
        </p>
      ))}
      {inhibitedBy.map(({ rule, source }) => (
        <div key={source.fingerprint + rule.name} className="cause">
          Inhibited by{" "}
          <a href={href(`/alerts/${source.fingerprint}`)}>{source.labels.alertname ?? source.fingerprint}</a>
          {rule.name === "" ? " by the rule" : ` by the rule ${rule.name}:`}{" "}
          <MatcherText>{rule.sourceMatchers}</MatcherText> quiets <MatcherText>{rule.targetMatchers}</MatcherText>
          {rule.equal.length === 0 ? null : <> where {rule.equal.join(", ")} are equal</>}
          <LabelChips labels={source.labels} />
        </div>
      ))}
      {intervals.map(({ name, kind, inForce, until }) => (
        <p key={kind + name} className="plain cause">
          Time interval <code>{name}</code> ({kind === "mute" ? "mutes" : "active times"}) is{" "}
          {inForce ? "in force" : "not in force"}
          {until === null ? "" : " until "}
          {until === null ? null : <Time at={until} as="clock" />}.
        </p>
      ))}
    </section>
  );
}
