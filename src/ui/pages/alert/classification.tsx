import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { CATEGORIES, SEVERITIES } from "../../../core/model/classification.ts";
import { plus, Problem } from "../../api/client.ts";
import { Badge, SeverityBadge } from "../../parts/badges.tsx";
import { Shown } from "../../parts/say.tsx";
import { Time } from "../../parts/time.tsx";
import { done, failed } from "../../parts/toast.ts";

interface Classification {
  readonly severity: string;
  readonly category: string;
  readonly confidence: number;
  readonly reason: string;
  readonly recommendations: readonly string[];
  readonly classifier: string;
  readonly model?: string;
  readonly costUsd?: number;
  readonly classifiedAt: string;
}

/** What the alert is taken for and why; whoever knows better says so, and that stands. */
export function ClassificationPanel({ fingerprint }: { readonly fingerprint: string }) {
  const [corrects, setCorrects] = useState(false);
  const client = useQueryClient();
  const path = `/classifications/${fingerprint}`;
  const asked = useQuery({
    queryKey: ["llm", "classification", fingerprint],
    queryFn: async ({ signal }) => {
      try {
        return await plus<Classification>(path, { signal });
      } catch (e) {
        if (e instanceof Problem && e.status === 404) return null;
        throw e;
      }
    },
  });
  const changed = (words: string) => () => {
    done(words);
    setCorrects(false);
    for (const key of ["llm", "alerts", "explain"]) void client.invalidateQueries({ queryKey: [key] });
  };
  const withdraw = useMutation({
    mutationFn: () => plus(path, { method: "DELETE" }),
    onSuccess: changed("The correction was taken back."),
    onError: (e) => failed("The correction stands", e),
  });
  const again = useMutation({
    mutationFn: () => plus(`${path}/reclassify`, { method: "POST" }),
    onSuccess: changed("Asked again."),
    onError: (e) => failed("Not classified again", e),
  });
  return (
    <section className="panel" aria-labelledby="classification">
      <h2 id="classification">Classification</h2>
      <Shown of={asked} what="the classification">
        {(found) => {
          if (found === null) return <p className="plain dim">It has not been classified.</p>;
          const byPerson = found.classifier === "person";
          return (
            <>
              <p className="plain">
                <SeverityBadge severity={found.severity} /> <Badge tone="gray">{found.category}</Badge>{" "}
                <span className="dim small">
                  {byPerson
                    ? "said by a person"
                    : `by ${found.model ?? found.classifier}, ${Math.round(found.confidence * 100)}% sure`}
                  , <Time at={found.classifiedAt} />
                </span>
              </p>
              <p className="plain">{found.reason}</p>
              {found.recommendations.length === 0 ? null : (
                <ul className="recommendations">
                  {found.recommendations.map((one) => (
                    <li key={one}>{one}</li>
                  ))}
                </ul>
              )}
              {corrects ? (
                <Correction
                  path={path}
                  found={found}
                  onDone={changed("Corrected. This stands over every classifier.")}
                  onCancel={() => setCorrects(false)}
                />
              ) : (
                <div className="buttons">
                  <Button size="compact-sm" variant="default" onClick={() => setCorrects(true)}>
                    Correct
                  </Button>
                  {byPerson ? (
                    <Button
                      size="compact-sm"
                      variant="default"
                      loading={withdraw.isPending}
                      onClick={() => withdraw.mutate()}
                    >
                      Take the correction back
                    </Button>
                  ) : (
                    <Button
                      size="compact-sm"
                      variant="default"
                      loading={again.isPending}
                      onClick={() => again.mutate()}
                    >
                      Classify again
                    </Button>
                  )}
                </div>
              )}
            </>
          );
        }}
      </Shown>
    </section>
  );
}

interface CorrectionProps {
  readonly path: string;
  readonly found: Classification;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}

function Correction({ path, found, onDone, onCancel }: CorrectionProps) {
  const [severity, setSeverity] = useState(found.severity);
  const [category, setCategory] = useState(found.category);
  const [reason, setReason] = useState("");
  const save = useMutation({
    mutationFn: () => plus(path, { method: "PUT", body: { severity, category, reason } }),
    onSuccess: onDone,
    onError: (e) => failed("Not corrected", e),
  });
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <div className="fields">
        <NativeSelect
          label="Severity"
          data={[...SEVERITIES]}
          value={severity}
          onChange={(e) => setSeverity(e.currentTarget.value)}
        />
        <NativeSelect
          label="Category"
          data={[...CATEGORIES]}
          value={category}
          onChange={(e) => setCategory(e.currentTarget.value)}
        />
      </div>
      <TextInput required label="Reason" value={reason} onChange={(e) => setReason(e.currentTarget.value)} />
      <div className="buttons">
        <Button type="submit" size="sm" loading={save.isPending}>
          Save
        </Button>
        <Button size="sm" variant="default" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
