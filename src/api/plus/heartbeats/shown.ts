import { Type, type Static } from "@sinclair/typebox";
import { formatPromDuration } from "../../../core/model/duration.ts";
import type { HeartbeatView } from "../../../heartbeats/desk.ts";
import { LABELS, oneOf, orNull, TIME } from "../schemas.ts";

export const HEARTBEAT = Type.Object({
  id: Type.String(),
  name: Type.String(),
  kind: oneOf(["expect", "send"]),
  matchers: orNull(Type.String()),
  every: Type.String(),
  grace: orNull(Type.String()),
  url: orNull(Type.String({ description: "Only as far as its host: the rest may be all it takes to be let in." })),
  method: orNull(oneOf(["GET", "POST"])),
  labels: LABELS,
  enabled: Type.Boolean(),
  inFile: Type.Boolean({ description: "In the file of --plus.config.file, and changed there." }),
  state: oneOf(["ok", "missing", "never", "failing"]),
  lastAt: orNull(TIME),
  nextAt: orNull(TIME),
  lastError: orNull(Type.String()),
});

export function shown(view: HeartbeatView): Static<typeof HEARTBEAT> {
  const { heartbeat, state, lastAt, nextAt, lastError, isInFile } = view;
  const { name, kind, every, enabled } = heartbeat;
  const own =
    heartbeat.kind === "expect"
      ? {
          matchers: heartbeat.matchersText,
          grace: formatPromDuration(heartbeat.grace),
          url: null,
          method: null,
          labels: { ...heartbeat.labels },
        }
      : { matchers: null, grace: null, url: hostOf(heartbeat.url?.reveal()), method: heartbeat.method, labels: {} };
  return {
    id: name,
    name,
    kind,
    ...own,
    every: formatPromDuration(every),
    enabled,
    inFile: isInFile,
    state,
    lastAt: time(lastAt),
    nextAt: time(nextAt),
    lastError: lastError ?? null,
  };
}

function hostOf(url: string | undefined): string {
  const host = url === undefined ? undefined : /^(https?:\/\/)(?:[^/?#]*@)?([^/?#]+)/i.exec(url);
  return host === null || host === undefined ? "<secret>" : `${host[1]}${host[2]}/<secret>`;
}

function time(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
