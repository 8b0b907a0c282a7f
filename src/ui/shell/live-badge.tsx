import { useLive } from "../api/live.ts";
import { Time } from "../parts/time.tsx";

/** Whether the page is kept up to date. */
export function LiveBadge() {
  const { state, since } = useLive();
  const words = { live: "Live", connecting: "Connecting…", away: "Reconnecting…" }[state];
  return (
    <span className={`live live-${state}`} role="status">
      <span className="dot" aria-hidden />
      {words}
      {state === "away" ? (
        <span className="dim away-since">
          as of <Time at={since.toISOString()} as="clock" />
        </span>
      ) : null}
    </span>
  );
}
