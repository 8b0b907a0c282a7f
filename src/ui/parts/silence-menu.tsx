import { Button, Popover, TextInput } from "@mantine/core";
import { IconBellOff } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useSilence } from "../api/actions.ts";
import type { Labels } from "../api/types.ts";
import { href } from "../route.ts";
import { formatMatchers, matchersOfAll } from "../text/matchers.ts";
import { parseDuration } from "../text/duration.ts";
import { rememberCreator, useCreator } from "./creator.ts";

const DURATIONS = ["30m", "1h", "2h", "4h", "8h", "1d", "3d", "1w"] as const;

interface SilenceMenuProps {
  /** The labels of the alerts to silence. */
  readonly of: readonly Labels[];
  readonly opened: boolean;
  readonly onChange: (opened: boolean) => void;
  readonly onDone?: () => void;
  /** The button that opens it. */
  readonly children: ReactNode;
}

/** Silences in two clicks: the first opens this, the second says for how long. */
export function SilenceMenu({ of, opened, onChange, onDone, children }: SilenceMenuProps) {
  return (
    <Popover
      opened={opened}
      onChange={onChange}
      width={300}
      position="bottom-end"
      shadow="md"
      trapFocus
      returnFocus
      withinPortal
    >
      <Popover.Target>{children}</Popover.Target>
      <Popover.Dropdown aria-label="Silence">
        {opened ? (
          <Durations
            of={of}
            onDone={() => {
              onChange(false);
              onDone?.();
            }}
          />
        ) : null}
      </Popover.Dropdown>
    </Popover>
  );
}

function Durations({ of, onDone }: { readonly of: readonly Labels[]; readonly onDone: () => void }) {
  const known = useCreator();
  const [creator, setCreator] = useState(known);
  const [comment, setComment] = useState("");
  const silence = useSilence();
  const matchers = matchersOfAll(of);
  const filter = formatMatchers(matchers);
  const make = (duration: string) => {
    const endsAt = new Date(Date.now() + (parseDuration(duration) ?? 0));
    if (creator !== known) rememberCreator(creator);
    const createdBy = creator.trim() === "" ? "anonymous" : creator.trim();
    const said = comment.trim() === "" ? `Silenced for ${duration} from the web page` : comment.trim();
    silence.mutate({ matchers, endsAt, createdBy, comment: said }, { onSuccess: onDone });
  };
  return (
    <div className="silence-menu">
      <div className="durations" role="group" aria-label="Silence for how long">
        {DURATIONS.map((duration, index) => (
          <Button
            key={duration}
            size="compact-sm"
            variant={duration === "1h" ? "filled" : "default"}
            disabled={silence.isPending}
            {...(index === 1 ? { "data-autofocus": true } : {})}
            onClick={() => make(duration)}
          >
            {duration}
          </Button>
        ))}
      </div>
      <TextInput
        size="xs"
        label="Comment"
        value={comment}
        onChange={(e) => setComment(e.currentTarget.value)}
        placeholder="Why"
      />
      {known === "" ? (
        <TextInput size="xs" label="Your name" value={creator} onChange={(e) => setCreator(e.currentTarget.value)} />
      ) : null}
      <p className="plain small">
        Silences <code className="matchers">{filter}</code>
      </p>
      <a href={href("/silences/new", { filter, comment })}>
        <IconBellOff size={14} aria-hidden /> More choices: times, matchers, preview
      </a>
    </div>
  );
}
