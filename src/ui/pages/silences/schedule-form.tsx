import { Button, Checkbox, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { plus } from "../../api/client.ts";
import type { Occurrence, Schedule, WeeklyWindow } from "../../api/types.ts";
import { rememberCreator, useCreator } from "../../parts/creator.ts";
import { MatcherBar, NO_MATCHER } from "../../parts/matcher-bar.tsx";
import { Failure, PageTitle, Shown } from "../../parts/say.tsx";
import { Time } from "../../parts/time.tsx";
import { done } from "../../parts/toast.ts";
import { go, href, type Place } from "../../route.ts";
import { formatMatchers, parseMatchers } from "../../text/matchers.ts";
import { fromLocalInput, toLocalInput, zone } from "../../text/time.ts";
import { Preview } from "./preview.tsx";
import { capital } from "./schedules.tsx";

type Draft = Pick<
  Schedule,
  "name" | "matchers" | "comment" | "createdBy" | "enabled" | "timeZone" | "weekly" | "cron" | "from" | "until"
>;

const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;
const ZONES = [...new Set([zone, "UTC", ...Intl.supportedValuesOf("timeZone")])];

/** Plans silences that come again: certain hours of certain weekdays, or as cron says. */
export default function ScheduleForm({ place }: { readonly place: Place }) {
  const id = place.parts[2] === "new" ? undefined : place.parts[2];
  return id === undefined ? <New place={place} /> : <Existing id={id} />;
}

function New({ place: { query } }: { readonly place: Place }) {
  const createdBy = useCreator();
  return (
    <Form
      start={{
        name: "",
        matchers: query.get("filter") ?? "",
        comment: "",
        createdBy,
        enabled: true,
        timeZone: zone,
        weekly: [{ days: ["saturday"], from: "02:00", duration: "1h" }],
        cron: null,
        from: null,
        until: null,
      }}
    />
  );
}

function Existing({ id }: { readonly id: string }) {
  const asked = useQuery({
    queryKey: ["silences", "schedule", id],
    queryFn: ({ signal }) => plus<Schedule>(`/silences/schedules/${encodeURIComponent(id)}`, { signal }),
  });
  return (
    <Shown of={asked} what="the schedule" title="Schedule">
      {(schedule) => <Form start={schedule} id={id} />}
    </Shown>
  );
}

function Form({ start, id }: { readonly start: Draft; readonly id?: string }) {
  const client = useQueryClient();
  const [draft, setDraft] = useState<Draft>(start);
  const [matchers, setMatchers] = useState(parseMatchers(start.matchers) ?? []);
  const [tried, setTried] = useState(false);
  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  const kind = draft.cron === null ? "weekly" : "cron";
  const save = useMutation({
    mutationFn: (body: unknown) =>
      id === undefined
        ? plus<Schedule>("/silences/schedules", { method: "POST", body })
        : plus<Schedule>(`/silences/schedules/${encodeURIComponent(id)}`, { method: "PUT", body }),
    onSuccess: ({ name }) => {
      done(`The schedule ${name} is planned.`);
      void client.invalidateQueries({ queryKey: ["silences"] });
      go(href("/silences/schedules"));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (draft.name.trim() === "" || matchers.length === 0 || draft.createdBy.trim() === "") return;
    rememberCreator(draft.createdBy.trim());
    const { name, comment, createdBy, enabled, timeZone, weekly, cron, from, until } = draft;
    save.mutate({
      name: name.trim(),
      matchers: formatMatchers(matchers),
      comment,
      createdBy: createdBy.trim(),
      enabled,
      timeZone,
      ...(cron === null ? { weekly } : { cron }),
      ...(from === null ? {} : { from }),
      ...(until === null ? {} : { until }),
    });
  };

  return (
    <>
      <PageTitle title={id === undefined ? "New schedule" : `Schedule ${start.name}`} />
      <form className="form" onSubmit={submit} noValidate>
        <TextInput
          label="Name"
          required
          value={draft.name}
          onChange={(e) => change({ name: e.currentTarget.value })}
          placeholder="Backup on Saturdays"
          error={tried && draft.name.trim() === "" ? "Give it a name" : null}
        />
        <MatcherBar
          label="Matchers"
          visibleLabel
          matchers={matchers}
          onMatchers={setMatchers}
          error={tried && matchers.length === 0 ? NO_MATCHER : null}
          placeholder='alertname="DiskFull"'
        />
        <NativeSelect
          label="How it recurs"
          data={[
            { value: "weekly", label: "On certain days of the week" },
            { value: "cron", label: "As cron says" },
          ]}
          value={kind}
          onChange={(e) =>
            change(
              e.currentTarget.value === "cron"
                ? { cron: { expression: "0 2 * * 6", duration: "1h" }, weekly: null }
                : { cron: null, weekly: [{ days: ["saturday"], from: "02:00", duration: "1h" }] },
            )
          }
        />
        {draft.cron === null ? (
          <Weekly windows={draft.weekly ?? []} onChange={(weekly) => change({ weekly })} />
        ) : (
          <div className="fields">
            <TextInput
              label="Cron"
              description="minute hour day month weekday"
              value={draft.cron.expression}
              onChange={(e) =>
                change({ cron: { expression: e.currentTarget.value, duration: draft.cron?.duration ?? "1h" } })
              }
            />
            <TextInput
              label="Lasts"
              description="such as 1h30m"
              value={draft.cron.duration}
              onChange={(e) =>
                change({ cron: { expression: draft.cron?.expression ?? "", duration: e.currentTarget.value } })
              }
            />
          </div>
        )}
        <div className="fields">
          <NativeSelect
            label="Time zone"
            data={ZONES}
            value={draft.timeZone}
            onChange={(e) => change({ timeZone: e.currentTarget.value })}
          />
          <DateField label="Not before" value={draft.from} onChange={(from) => change({ from })} />
          <DateField label="Not after" value={draft.until} onChange={(until) => change({ until })} />
        </div>
        <div className="fields">
          <TextInput
            label="Creator"
            required
            value={draft.createdBy}
            onChange={(e) => change({ createdBy: e.currentTarget.value })}
            error={tried && draft.createdBy.trim() === "" ? "Say who plans it" : null}
          />
          <Textarea
            label="Comment"
            autosize
            value={draft.comment}
            onChange={(e) => change({ comment: e.currentTarget.value })}
          />
        </div>
        <Checkbox
          label="Switched on"
          checked={draft.enabled}
          onChange={(e) => change({ enabled: e.currentTarget.checked })}
        />
        {save.error === null ? null : <Failure error={save.error} />}
        <div className="buttons">
          <Button type="submit" loading={save.isPending}>
            {id === undefined ? "Create" : "Save"}
          </Button>
          <Button component="a" variant="default" href={href("/silences/schedules")}>
            Cancel
          </Button>
        </div>
      </form>
      <Occurrences draft={draft} />
      <Preview matchers={matchers} />
    </>
  );
}

function DateField({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: string | null;
  readonly onChange: (at: string | null) => void;
}) {
  return (
    <TextInput
      type="datetime-local"
      label={label}
      value={value === null ? "" : toLocalInput(new Date(value))}
      onChange={(e) => onChange(fromLocalInput(e.currentTarget.value)?.toISOString() ?? null)}
    />
  );
}

function Weekly({
  windows,
  onChange,
}: {
  readonly windows: readonly WeeklyWindow[];
  readonly onChange: (windows: readonly WeeklyWindow[]) => void;
}) {
  const replace = (n: number, part: Partial<WeeklyWindow>) =>
    onChange(windows.map((one, index) => (index === n ? { ...one, ...part } : one)));
  return (
    <>
      {windows.map((window, n) => (
        // oxlint-disable-next-line react/no-array-index-key
        <fieldset key={n} className="window">
          <legend className="small">Hours</legend>
          <div className="toggles" role="group" aria-label="Weekdays">
            {DAYS.map((day) => {
              const chosen = window.days.includes(day);
              return (
                <button
                  key={day}
                  type="button"
                  className="toggle"
                  aria-pressed={chosen}
                  onClick={() =>
                    replace(n, { days: DAYS.filter((one) => (one === day ? !chosen : window.days.includes(one))) })
                  }
                >
                  {capital(day)}
                </button>
              );
            })}
          </div>
          <div className="fields">
            <TextInput
              type="time"
              label="From"
              value={window.from}
              onChange={(e) => replace(n, { from: e.currentTarget.value })}
            />
            <TextInput
              label="Lasts"
              value={window.duration}
              onChange={(e) => replace(n, { duration: e.currentTarget.value })}
            />
          </div>
          {windows.length > 1 ? (
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => onChange(windows.filter((_, index) => index !== n))}
            >
              Take these hours out
            </Button>
          ) : null}
        </fieldset>
      ))}
      <div>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => onChange([...windows, { days: ["sunday"], from: "02:00", duration: "1h" }])}
        >
          More hours
        </Button>
      </div>
    </>
  );
}

/** When it would come, as far as what was typed makes sense. */
function Occurrences({ draft: { timeZone, weekly, cron } }: { readonly draft: Draft }) {
  const [asking] = useDebouncedValue(JSON.stringify(cron === null ? { timeZone, weekly } : { timeZone, cron }), 200);
  const asked = useQuery({
    queryKey: ["schedule preview", asking],
    queryFn: ({ signal }) =>
      plus<{ readonly occurrences: readonly Occurrence[] }>("/silences/schedules/preview", {
        method: "POST",
        body: JSON.parse(asking),
        signal,
      }),
    placeholderData: keepPreviousData,
  });
  return (
    <section className="panel" aria-label="When it comes" aria-live="polite">
      <h2>When it comes</h2>
      <Shown of={asked} what="the next times">
        {({ occurrences }) => (
          <ul className="plain-list">
            {occurrences.slice(0, 5).map(({ startsAt, endsAt }) => (
              <li key={startsAt}>
                <Time at={startsAt} as="clock" /> to <Time at={endsAt} as="clock" />{" "}
                <span className="dim">
                  (<Time at={startsAt} />)
                </span>
              </li>
            ))}
            {occurrences.length === 0 ? <li>Never.</li> : null}
          </ul>
        )}
      </Shown>
    </section>
  );
}
