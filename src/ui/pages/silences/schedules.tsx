import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { plus } from "../../api/client.ts";
import type { Page, Schedule } from "../../api/types.ts";
import { Badge } from "../../parts/badges.tsx";
import { Confirm } from "../../parts/confirm.tsx";
import { MatcherText } from "../../parts/labels.tsx";
import { Empty, Shown } from "../../parts/say.tsx";
import { Time } from "../../parts/time.tsx";
import { done, failed } from "../../parts/toast.ts";
import { href } from "../../route.ts";
import { SilenceSections } from "./sections.tsx";

export default function SchedulesPage() {
  const asked = useQuery({
    queryKey: ["silences", "schedules"],
    queryFn: ({ signal }) => plus<Page<Schedule>>("/silences/schedules", { signal }),
  });
  return (
    <>
      <SilenceSections at="/silences/schedules" />
      <Shown of={asked} what="schedules">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No schedule">
              <p>
                Alerts that fire whenever the backup runs? <a href={href("/silences/schedules/new")}>Plan a silence</a>{" "}
                for the same hours every week: it comes and goes by itself, and can be seen ahead in the{" "}
                <a href={href("/silences/calendar")}>calendar</a>.
              </p>
            </Empty>
          ) : (
            <ul className="cards">
              {items.map((schedule) => (
                <ScheduleCard key={schedule.id} schedule={schedule} />
              ))}
            </ul>
          )
        }
      </Shown>
    </>
  );
}

/** When it recurs, in words. */
export function recurrence({ weekly, cron, timeZone }: Pick<Schedule, "weekly" | "cron" | "timeZone">): string {
  const times =
    cron === null
      ? (weekly ?? [])
          .map(({ days, from, duration }) => `${days.map(capital).join(", ")} from ${from} for ${duration}`)
          .join("; ")
      : `cron ${cron.expression} for ${cron.duration}`;
  return `${times} (${timeZone})`;
}

/** With a capital letter at its beginning. */
export function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

function ScheduleCard({ schedule }: { readonly schedule: Schedule }) {
  const { id, name, matchers, comment, createdBy, enabled, next, currentSilenceId } = schedule;
  const client = useQueryClient();
  const [first] = next;
  const remove = useMutation({
    mutationFn: () => plus(`/silences/schedules/${encodeURIComponent(id)}`, { method: "DELETE" }),
    onSuccess: () => {
      done(`The schedule ${name} was deleted.`);
      void client.invalidateQueries({ queryKey: ["silences"] });
    },
    onError: (e) => failed("The schedule was not deleted", e),
  });
  const link = href(`/silences/schedules/${encodeURIComponent(id)}`);
  return (
    <li className="card">
      <div className="grow">
        <p className="plain">
          <a href={link}>{name}</a> {enabled ? null : <Badge tone="gray">off</Badge>}
          {currentSilenceId === null ? null : (
            <a href={href(`/silences/${currentSilenceId}`)}>
              <Badge tone="green">in force now</Badge>
            </a>
          )}
        </p>
        <p className="plain">{recurrence(schedule)}</p>
        <p className="plain">
          <MatcherText>{matchers}</MatcherText>
        </p>
        <p className="plain dim small">
          {comment} · {createdBy} · next{" "}
          {first === undefined ? (
            "never"
          ) : (
            <>
              <Time at={first.startsAt} as="clock" /> (<Time at={first.startsAt} />)
            </>
          )}
        </p>
      </div>
      <div className="card-actions">
        <Button component="a" size="compact-sm" variant="default" href={link}>
          Edit
        </Button>
        <Confirm
          label="Delete"
          question={`Delete the schedule ${name}?`}
          loading={remove.isPending}
          onConfirm={() => remove.mutate()}
        />
      </div>
    </li>
  );
}
