import { Button, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useSilence } from "../../api/actions.ts";
import { plus } from "../../api/client.ts";
import type { Labels, Silence } from "../../api/types.ts";
import { rememberCreator, useCreator } from "../../parts/creator.ts";
import { MatcherBar, NO_MATCHER } from "../../parts/matcher-bar.tsx";
import { Failure, Note, PageTitle, Shown } from "../../parts/say.tsx";
import { Unread } from "../../parts/unread.tsx";
import { go, href, type Place } from "../../route.ts";
import { parseDuration } from "../../text/duration.ts";
import { fromWire, type Matcher, parseMatchers } from "../../text/matchers.ts";
import { changed, fieldsOf, type Span, type SpanFields, spanOf } from "../../text/span.ts";
import { fromLocalInput, zone } from "../../text/time.ts";
import { Preview } from "./preview.tsx";
import { Toggles } from "../../parts/toggles.tsx";

interface Start extends Span {
  readonly id?: string;
  readonly matchers: readonly Matcher[];
  readonly comment: string;
  readonly createdBy?: string;
  readonly annotations?: Labels;
}

const HOUR = 3_600_000;
const DURATIONS = ["1h", "2h", "8h", "1d", "3d", "1w"].map((one) => [one, one] as const);

/** Makes a silence, changes one, or makes one that has ended again. */
export default function SilenceForm({ place }: { readonly place: Place }) {
  const id = place.parts[2] === "edit" ? place.parts[1] : undefined;
  return id === undefined ? <New key={place.text} place={place} /> : <Existing key={id} id={id} />;
}

function New({ place }: { readonly place: Place }) {
  const { query } = place;
  const now = new Date();
  const start: Start = {
    matchers: query.getAll("filter").flatMap((text) => parseMatchers(text) ?? []),
    comment: query.get("comment") ?? "",
    startsAt: now,
    endsAt: new Date(now.getTime() + 2 * HOUR),
  };
  return (
    <>
      <Unread place={place} />
      <Form start={start} title="New silence" />
    </>
  );
}

function Existing({ id }: { readonly id: string }) {
  const asked = useQuery({
    queryKey: ["silences", "one", id],
    queryFn: ({ signal }) => plus<Silence>(`/silences/${encodeURIComponent(id)}`, { signal }),
  });
  return (
    <Shown of={asked} what="the silence" title="Edit silence">
      {(silence) => {
        const [set = [], ...others] = silence.matcherSets;
        const expired = silence.status.state === "expired";
        const startsAt = new Date(silence.startsAt);
        const endsAt = new Date(silence.endsAt);
        const now = new Date();
        const start: Start = {
          ...(expired ? {} : { id }),
          matchers: set.map(fromWire),
          comment: silence.comment,
          createdBy: silence.createdBy,
          annotations: silence.annotations ?? {},
          startsAt: expired ? now : startsAt,
          endsAt: expired ? new Date(now.getTime() + (endsAt.getTime() - startsAt.getTime())) : endsAt,
        };
        return (
          <>
            {others.length === 0 ? null : (
              <Note tone="amber">This silence has alternatives, of which this form keeps the first only.</Note>
            )}
            <Form start={start} title={expired ? "Recreate silence" : "Edit silence"} />
          </>
        );
      }}
    </Shown>
  );
}

function Form({ start, title }: { readonly start: Start; readonly title: string }) {
  const known = useCreator();
  const [matchers, setMatchers] = useState(start.matchers);
  const [fields, setFields] = useState(() => fieldsOf(start));
  const [createdBy, setCreatedBy] = useState(start.createdBy ?? known);
  const [comment, setComment] = useState(start.comment);
  const [tried, setTried] = useState(false);
  const silence = useSilence();

  const { from, until, length } = fields;
  const change = (part: Partial<SpanFields>) => setFields(changed(fields, part));
  const startsAt = fromLocalInput(from);
  const endsAt = fromLocalInput(until);
  const lengthError = parseDuration(length) === undefined ? "Expected a duration such as 1h30m" : null;
  const endError =
    endsAt === undefined
      ? "Expected a time"
      : startsAt !== undefined && endsAt <= startsAt
        ? "Has to be after its beginning"
        : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const now = new Date();
    const span = spanOf(fields, start, start.id === undefined ? now : undefined);
    if (matchers.length === 0 || span === undefined || createdBy.trim() === "" || comment.trim() === "") return;
    rememberCreator(createdBy.trim());
    silence.mutate(
      {
        ...(span.startsAt === now ? {} : { startsAt: span.startsAt }),
        endsAt: span.endsAt,
        matchers,
        createdBy: createdBy.trim(),
        comment: comment.trim(),
        annotations: start.annotations ?? {},
        ...(start.id === undefined ? {} : { id: start.id }),
      },
      { onSuccess: ({ silenceID, id }) => go(href(`/silences/${silenceID ?? id ?? ""}`)) },
    );
  };

  return (
    <>
      <PageTitle title={title} />
      <form className="form" onSubmit={submit} noValidate>
        <MatcherBar
          label="Matchers"
          visibleLabel
          matchers={matchers}
          onMatchers={setMatchers}
          error={tried && matchers.length === 0 ? NO_MATCHER : null}
          placeholder='alertname="DiskFull"'
        />
        <div className="fields">
          <TextInput
            type="datetime-local"
            label={`Begins (${zone})`}
            value={from}
            onChange={(e) => change({ from: e.currentTarget.value })}
            error={startsAt === undefined ? "Expected a time" : null}
          />
          <TextInput
            label="Lasts"
            value={length}
            onChange={(e) => change({ length: e.currentTarget.value })}
            error={lengthError}
          />
          <TextInput
            type="datetime-local"
            label="Ends"
            value={until}
            onChange={(e) => change({ until: e.currentTarget.value })}
            error={endError}
          />
        </div>
        <Toggles
          label="Usual durations"
          options={DURATIONS}
          value={length}
          onChoose={(one) => change({ length: one })}
        />
        <TextInput
          label="Creator"
          required
          value={createdBy}
          onChange={(e) => setCreatedBy(e.currentTarget.value)}
          error={tried && createdBy.trim() === "" ? "Say who silences" : null}
        />
        <Textarea
          label="Comment"
          required
          value={comment}
          onChange={(e) => setComment(e.currentTarget.value)}
          error={tried && comment.trim() === "" ? "Say why" : null}
        />
        {silence.error === null ? null : <Failure error={silence.error} />}
        <div className="buttons">
          <Button type="submit" loading={silence.isPending}>
            {start.id === undefined ? "Create" : "Save"}
          </Button>
          <Button component="a" variant="default" href={href("/silences")}>
            Cancel
          </Button>
        </div>
      </form>
      <Preview matchers={matchers} />
    </>
  );
}
