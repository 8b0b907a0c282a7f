import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { plus } from "../../api/client.ts";
import type { Changes, ConfigDiff, GroupFate } from "../../api/types.ts";
import { Badge } from "../../parts/badges.tsx";
import { LabelChips } from "../../parts/labels.tsx";
import { Note, Shown } from "../../parts/say.tsx";
import { href } from "../../route.ts";
import { Table } from "../../parts/table.tsx";

const CHANGES = {
  same: ["gray", "as before"],
  moved: ["blue", "moved"],
  lost: ["red", "told to nobody"],
  new: ["green", "new"],
  timers: ["amber", "other timers"],
} as const;

/** Groups shown of those that change. */
const MOST = 200;

/** What a configuration would change: in its text, in its parts, and for each group that is alive. */
export function Effect({ config }: { readonly config: string }) {
  const asked = useQuery({
    queryKey: ["config", "diff", config],
    queryFn: ({ signal }) => plus<ConfigDiff>("/config/diff", { method: "POST", body: { config }, signal }),
    placeholderData: keepPreviousData,
  });
  return (
    <Shown of={asked} what="what it would change">
      {({ diff, changes, effect: { alerts, groups, lost, groupCounts } }) => (
        <>
          <section className="panel" aria-labelledby="effect">
            <h2 id="effect">What it would do to the alerts of now</h2>
            <dl className="facts-grid">
              <Fact name="told as before" value={alerts.same} />
              <Fact name="told otherwise" value={alerts.moved} />
              <Fact name="told to nobody any more" value={alerts.lost} />
              <Fact name="told now and not before" value={alerts.gained} />
            </dl>
            {alerts.lost > 0 ? (
              <Note tone="amber">
                <p>
                  <strong>{alerts.lost.toLocaleString()} alerts would be told to nobody.</strong> Is that meant?
                </p>
                <ul className="plain-list">
                  {lost.slice(0, 20).map(({ fingerprint, labels }) => (
                    <li key={fingerprint}>
                      <a href={href(`/alerts/${fingerprint}`)}>{labels.alertname ?? fingerprint}</a>{" "}
                      <LabelChips labels={labels} without={["alertname"]} />
                    </li>
                  ))}
                </ul>
              </Note>
            ) : null}
            <GroupTable groups={groups.filter(({ change }) => change !== "same")} same={groupCounts.same} />
          </section>
          <section className="panel" aria-labelledby="changes">
            <h2 id="changes">What changes in it</h2>
            <ChangeList name="Routes" of={changes.routes} />
            <ChangeList name="Receivers" of={changes.receivers} />
            <ChangeList name="Inhibition rules" of={changes.inhibitRules} />
            <ChangeList name="Time intervals" of={changes.intervals} />
            <details>
              <summary>As text</summary>
              <Diff text={diff} />
            </details>
          </section>
        </>
      )}
    </Shown>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: number }) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>{value.toLocaleString()}</dd>
    </div>
  );
}

function GroupTable({ groups, same }: { readonly groups: ConfigDiff["effect"]["groups"]; readonly same: number }) {
  if (groups.length === 0) return <p className="plain">All {same.toLocaleString()} groups stay as they are.</p>;
  return (
    <>
      <Table label="Groups that change">
        <thead>
          <tr>
            <th scope="col">Group</th>
            <th scope="col">Alerts</th>
            <th scope="col">Change</th>
            <th scope="col">Before</th>
            <th scope="col">After</th>
          </tr>
        </thead>
        <tbody>
          {groups.slice(0, MOST).map(({ groupKey, groupLabels, alerts, change, before, after }) => (
            <tr key={groupKey + change}>
              <td>
                <LabelChips labels={groupLabels} />
              </td>
              <td>{alerts.toLocaleString()}</td>
              <td>
                <Badge tone={CHANGES[change][0]}>{CHANGES[change][1]}</Badge>
              </td>
              <td>{fate(before)}</td>
              <td>{fate(after)}</td>
            </tr>
          ))}
        </tbody>
      </Table>
      {groups.length > MOST ? <p className="plain dim">{(groups.length - MOST).toLocaleString()} more.</p> : null}
    </>
  );
}

function fate(one: GroupFate | null): string {
  if (one === null) return "–";
  const { receivers, groupWait, groupInterval, repeatInterval, muteTimeIntervals, activeTimeIntervals } = one;
  const times = [
    ...muteTimeIntervals.map((name) => `muted in ${name}`),
    ...activeTimeIntervals.map((name) => `active in ${name}`),
  ];
  return [
    receivers.length === 0 ? "nobody" : receivers.join(", "),
    `${groupWait}/${groupInterval}/${repeatInterval}`,
    ...times,
  ].join(" · ");
}

function ChangeList({ name, of: { added, removed, changed } }: { readonly name: string; readonly of: Changes }) {
  if (added.length + removed.length + changed.length === 0) return null;
  return (
    <>
      <h3>{name}</h3>
      <ul className="plain-list">
        {added.map((one) => (
          <li key={`+${one}`}>
            <Badge tone="green">added</Badge> <code className="matchers">{one}</code>
          </li>
        ))}
        {removed.map((one) => (
          <li key={`-${one}`}>
            <Badge tone="red">removed</Badge> <code className="matchers">{one}</code>
          </li>
        ))}
        {changed.map(({ name: one, keys }) => (
          <li key={`~${one}`}>
            <Badge tone="amber">changed</Badge> <code className="matchers">{one}</code> {keys.join(", ")}
          </li>
        ))}
      </ul>
    </>
  );
}

/** A unified diff; plus and minus say what the colours say. */
export function Diff({ text }: { readonly text: string }) {
  if (text === "") return <p className="plain dim">The text is the same.</p>;
  return (
    <pre className="code" tabIndex={0} aria-label="Difference">
      {text.split("\n").map((line, n) => (
        // oxlint-disable-next-line react/no-array-index-key
        <span key={n} className={line.startsWith("+") ? "diff-added" : line.startsWith("-") ? "diff-removed" : ""}>
          {line}
          {"\n"}
        </span>
      ))}
    </pre>
  );
}
