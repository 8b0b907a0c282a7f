import { Tooltip } from "@mantine/core";
import { useSyncExternalStore } from "react";
import { exactTime, relativeTime, shortTime } from "../text/time.ts";

const listeners = new Set<() => void>();
let now = new Date();
let ticking: ReturnType<typeof setInterval> | undefined;

function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  ticking ??= setInterval(() => {
    now = new Date();
    for (const listener of listeners) listener();
  }, 5000);
  return () => {
    listeners.delete(changed);
    if (listeners.size > 0) return;
    clearInterval(ticking);
    ticking = undefined;
  };
}

function snapshot(): Date {
  // Between ticks nobody is told; who comes after a pause must not see the time of its beginning.
  if (ticking === undefined && Date.now() - now.getTime() > 1000) now = new Date();
  return now;
}

/** The present, five seconds fine. */
export function useNow(): Date {
  return useSyncExternalStore(subscribe, snapshot);
}

interface TimeProps {
  /** RFC 3339. */
  readonly at: string | null | undefined;
  /** `relative`: "5m ago"; `clock`: the reader's wall clock. */
  readonly as?: "relative" | "clock";
  /** What to say where there is no time. */
  readonly none?: string;
}

/** A moment in the reader's zone, with the exact one on hover and for readers of the screen. */
export function Time({ at, as = "relative", none = "never" }: TimeProps) {
  const present = useNow();
  if (at === null || at === undefined) return <span className="dim">{none}</span>;
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) return <span>{at}</span>;
  const exact = exactTime(moment);
  return (
    <Tooltip label={exact} openDelay={200} withArrow>
      <time dateTime={at} aria-label={exact} className="time">
        {as === "relative" ? relativeTime(moment, present) : shortTime(moment, present)}
      </time>
    </Tooltip>
  );
}

/** The same without a tooltip of its own, for rows of which there are many. */
export function PlainTime({ at }: { readonly at: string }) {
  const present = useNow();
  const moment = new Date(at);
  return (
    <time dateTime={at} title={exactTime(moment)} className="time">
      {relativeTime(moment, present)}
    </time>
  );
}
