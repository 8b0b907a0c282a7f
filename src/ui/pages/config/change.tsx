import { Button, Textarea, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { plus } from "../../api/client.ts";
import type { Config, Validation } from "../../api/types.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { Failure, Note, Shown } from "../../parts/say.tsx";
import { done } from "../../parts/toast.ts";
import { Effect } from "./effect.tsx";
import { TraceUnder } from "./trace-under.tsx";

/** A new configuration tried against what is firing, before it is applied. */
export function ChangeConfig({ config: current }: { readonly config: Config }) {
  const [text, setText] = useState(current.original);
  const [settled] = useDebouncedValue(text, 400);
  const changed = settled !== current.original && settled.trim() !== "";
  const checked = useQuery({
    queryKey: ["config", "validate", settled],
    queryFn: ({ signal }) =>
      plus<Validation>("/config/validate", { method: "POST", body: { config: settled }, signal }),
    enabled: changed,
    placeholderData: keepPreviousData,
  });
  const valid = changed && checked.data?.valid === true && !checked.isPlaceholderData;
  return (
    <>
      <Textarea
        label="alertmanager.yml"
        description="Edit, or paste the new file. Nothing is applied by checking it. Where it says <secret>, the secret in force is hidden."
        autosize
        minRows={12}
        maxRows={28}
        value={text}
        onChange={(e) => setText(e.currentTarget.value)}
        className="editor"
        spellCheck={false}
      />
      <div className="buttons">
        <Button component="label" variant="default" size="compact-md" className="file-button">
          Open a file
          <input
            type="file"
            accept=".yml,.yaml,.txt"
            className="sr-only"
            onChange={(e) => {
              const [file] = e.currentTarget.files ?? [];
              if (file !== undefined) void file.text().then(setText);
            }}
          />
        </Button>
        <Button
          variant="default"
          size="compact-md"
          onClick={() => setText(current.original)}
          disabled={text === current.original}
        >
          Back to the one in force
        </Button>
      </div>
      {changed ? (
        <div aria-live="polite">
          <Shown of={checked} what="the verdict">
            {({ valid: isValid, error, summary }) =>
              isValid ? (
                <Note>
                  Valid:{" "}
                  {Object.entries(summary ?? {})
                    .map(([name, count]) => `${count} ${words(name)}`)
                    .join(", ")}
                  .
                </Note>
              ) : (
                <Failure error={new Error(errorText(error))} />
              )
            }
          </Shown>
        </div>
      ) : (
        <p className="dim">Change something to see what that would do to the alerts that are firing now.</p>
      )}
      {valid ? (
        <>
          <Effect config={settled} />
          <TraceUnder config={settled} />
          <Apply config={settled} current={current} />
        </>
      ) : null}
    </>
  );
}

function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function errorText(error: Validation["error"]): string {
  if (error === null) return "Not valid.";
  const { message, line } = error;
  return line === null || message.includes(`line ${line}`) ? message : `Line ${line}: ${message}`;
}

function Apply({ config, current }: { readonly config: string; readonly current: Config }) {
  const client = useQueryClient();
  const [comment, setComment] = useState("");
  const [confirm, setConfirm] = useState("5m");
  const apply = useMutation({
    mutationFn: () =>
      plus<{ readonly revision: number }>("/config/apply", {
        method: "POST",
        query: { confirm },
        body: { config, comment, ifHash: current.hash },
      }),
    onSuccess: ({ revision }) => {
      done(`Applied as revision ${revision}.`);
      void client.invalidateQueries();
    },
  });
  if (!current.applyEnabled) {
    return (
      <Note>
        <p>
          Applying from here is switched off. Put the file in place and send <code>POST /-/reload</code>, or allow it:{" "}
          <code>config: {"{apply: true}"}</code> in the file of <code>--plus.config.file</code>.
        </p>
      </Note>
    );
  }
  if (config.includes("<secret>")) {
    return (
      <Note tone="amber">
        This text has the word &lt;secret&gt; where secrets are hidden, and would put that word in their place. To apply
        it, paste the whole file with its secrets.
      </Note>
    );
  }
  return (
    <section className="panel" aria-labelledby="apply">
      <h2 id="apply">Apply</h2>
      <div className="fields">
        <TextInput label="Comment" value={comment} onChange={(e) => setComment(e.currentTarget.value)} />
        <TextInput
          label="Goes back unless confirmed within"
          description="Empty: it stays"
          value={confirm}
          onChange={(e) => setConfirm(e.currentTarget.value)}
        />
      </div>
      {apply.error === null ? null : <Failure error={apply.error} />}
      <div className="buttons">
        <Confirm
          label="Apply"
          variant="filled"
          size="sm"
          question="Put this configuration in force now?"
          loading={apply.isPending}
          onConfirm={() => apply.mutate()}
        />
      </div>
    </section>
  );
}
