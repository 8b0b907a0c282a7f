import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { plus } from "../api/client.ts";
import type { Heartbeat } from "../api/types.ts";
import { Badge, StateBadge } from "../parts/badges.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { MatcherText } from "../parts/labels.tsx";
import { Empty, Failure, PageTitle, Shown } from "../parts/say.tsx";
import { Time } from "../parts/time.tsx";
import { done, failed } from "../parts/toast.ts";

/** Signals that have to come, and alarms when they do not; and signals of our own. */
export default function HeartbeatsPage() {
  const [making, setMaking] = useState(false);
  const asked = useQuery({
    queryKey: ["heartbeats"],
    queryFn: ({ signal }) => plus<{ readonly items: readonly Heartbeat[] }>("/heartbeats", { signal }),
    refetchInterval: 15_000,
  });
  return (
    <>
      <PageTitle title="Heartbeats">
        <Button onClick={() => setMaking(!making)} aria-expanded={making}>
          New heartbeat
        </Button>
      </PageTitle>
      {making ? <Form onDone={() => setMaking(false)} /> : null}
      <Shown of={asked} what="heartbeats">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No heartbeat">
              <p>
                Expect an alert that always fires, such as Prometheus' <code>Watchdog</code>: when it stays away,
                something between there and here is broken, and you are told. Or have this server call an address every
                few minutes, so that somebody outside notices when it is gone.
              </p>
            </Empty>
          ) : (
            <ul className="cards">
              {items.map((one) => (
                <HeartbeatCard key={one.id} of={one} />
              ))}
            </ul>
          )
        }
      </Shown>
    </>
  );
}

function HeartbeatCard({
  of: { id, name, kind, matchers, every, grace, url, state, enabled, inFile, lastAt, nextAt, lastError },
}: {
  readonly of: Heartbeat;
}) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => plus(`/heartbeats/${encodeURIComponent(id)}`, { method: "DELETE" }),
    onSuccess: () => {
      done(`The heartbeat ${name} was deleted.`);
      void client.invalidateQueries({ queryKey: ["heartbeats"] });
    },
    onError: (e) => failed("The heartbeat was not deleted", e),
  });
  return (
    <li className="card">
      <div className="grow">
        <p className="plain">
          <StateBadge state={state} /> <strong>{name}</strong> {enabled ? null : <Badge tone="gray">off</Badge>}{" "}
          <span className="dim small">
            {kind === "expect" ? "expected" : "sent"} every {every}
            {grace === null ? "" : `, ${grace} grace`}
          </span>
        </p>
        {matchers === null ? null : (
          <p className="plain">
            <MatcherText>{matchers}</MatcherText>
          </p>
        )}
        {url === null ? null : <p className="plain small">{url}</p>}
        <p className="plain dim small">
          last <Time at={lastAt} /> · {kind === "expect" ? "due" : "next"} <Time at={nextAt} none="–" />
        </p>
        {lastError === null ? null : <p className="plain error">{lastError}</p>}
      </div>
      {inFile ? (
        <span className="dim small">from the server's file</span>
      ) : (
        <Confirm
          label="Delete"
          question={`Delete the heartbeat ${name}?`}
          loading={remove.isPending}
          onConfirm={() => remove.mutate()}
        />
      )}
    </li>
  );
}

function Form({ onDone }: { readonly onDone: () => void }) {
  const client = useQueryClient();
  const [kind, setKind] = useState("expect");
  const [name, setName] = useState("");
  const [matchers, setMatchers] = useState('alertname="Watchdog"');
  const [url, setURL] = useState("");
  const [every, setEvery] = useState("5m");
  const save = useMutation({
    mutationFn: () =>
      plus("/heartbeats", {
        method: "POST",
        body: { name, kind, every, ...(kind === "expect" ? { matchers } : { url }) },
      }),
    onSuccess: () => {
      done(`The heartbeat ${name} is being watched.`);
      void client.invalidateQueries({ queryKey: ["heartbeats"] });
      onDone();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form className="form panel" onSubmit={submit}>
      <div className="fields">
        <TextInput label="Name" required value={name} onChange={(e) => setName(e.currentTarget.value)} />
        <NativeSelect
          label="Kind"
          data={[
            { value: "expect", label: "An alert that has to come" },
            { value: "send", label: "A call to make" },
          ]}
          value={kind}
          onChange={(e) => setKind(e.currentTarget.value)}
        />
        <TextInput label="Every" required value={every} onChange={(e) => setEvery(e.currentTarget.value)} />
      </div>
      {kind === "expect" ? (
        <TextInput label="Matchers" required value={matchers} onChange={(e) => setMatchers(e.currentTarget.value)} />
      ) : (
        <TextInput label="Address" required type="url" value={url} onChange={(e) => setURL(e.currentTarget.value)} />
      )}
      {save.error === null ? null : <Failure error={save.error} />}
      <div className="buttons">
        <Button type="submit" loading={save.isPending}>
          Create
        </Button>
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
