import { useLive } from "../api/live.ts";
import { useMe } from "../parts/creator.ts";
import { Time } from "../parts/time.tsx";

/** Whether the page is kept up to date. */
export function LiveBadge() {
  const { state, since } = useLive();
  // Who may see nothing is told of nothing.
  if (useMe()?.role === null) {
    return (
      <span className="live" role="status">
        <span className="dot" aria-hidden />
        Not signed in
      </span>
    );
  }
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
