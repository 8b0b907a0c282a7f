import { Type, type Static } from "@sinclair/typebox";
import { HEARTBEAT_DEFAULTS, HeartbeatError, type HeartbeatText } from "../../../config/plus/heartbeats.ts";
import { Secret } from "../../../config/secret.ts";
import { StorageError } from "../../../core/interfaces/storage.ts";
import { DurationError, parsePromDuration } from "../../../core/model/duration.ts";
import { HeartbeatConflict, type HeartbeatDesk, type HeartbeatView } from "../../../heartbeats/desk.ts";
import { may, type Caller } from "../caller.ts";
import { created, endpoint, noContent, ok, type Endpoint } from "../endpoint.ts";
import { Problem } from "../problem.ts";
import { LABELS, oneOf } from "../schemas.ts";
import { HEARTBEAT, shown } from "./shown.ts";

export interface HeartbeatParts {
  /** Imported when first used. */
  readonly desk: () => Promise<HeartbeatDesk>;
}

const tag = "heartbeats";
const path = "/heartbeats/:id";

const CONTENT = {
  kind: oneOf(["expect", "send"]),
  matchers: Type.Optional(
    Type.String({ maxLength: 10_000, description: "Of the alert to expect, in amtool's syntax." }),
  ),
  every: Type.String({ description: "A duration such as 5m." }),
  grace: Type.Optional(Type.String({ description: "A duration; 30s unless told." })),
  url: Type.Optional(
    Type.String({ maxLength: 10_000, writeOnly: true, description: "To be called. Needs the role admin." }),
  ),
  method: Type.Optional(oneOf(["GET", "POST"])),
  labels: Type.Optional(LABELS),
  enabled: Type.Optional(Type.Boolean()),
};
const NEW = Type.Object({ name: Type.String(), ...CONTENT }, { additionalProperties: false });
const CHANGED = Type.Object({ name: Type.Optional(Type.String()), ...CONTENT }, { additionalProperties: false });

/** Heartbeats that are expected, and such that are sent. */
export function heartbeatEndpoints({ desk }: HeartbeatParts): readonly Endpoint[] {
  return [
    endpoint({
      method: "GET",
      path: "/heartbeats",
      tag,
      summary: "All heartbeats, by name",
      needs: "viewer",
      answers: { 200: Type.Object({ items: Type.Array(HEARTBEAT), next: Type.Null() }) },
      answer: async () => ok({ items: (await desk()).list().map(shown), next: null }),
    }),
    endpoint({
      method: "POST",
      path: "/heartbeats",
      tag,
      summary: "Expect an alert every so often, or call a URL every so often while all is well (admin)",
      needs: "responder",
      body: NEW,
      answers: { 201: HEARTBEAT },
      async answer({ body, caller }) {
        const one = await desk();
        checkRole(caller, body.kind);
        await told(() => one.put(textOf(body.name, body, undefined), false));
        return created(shown(found(one, body.name)));
      },
    }),
    endpoint({
      method: "GET",
      path,
      tag,
      summary: "One heartbeat",
      needs: "viewer",
      answers: { 200: HEARTBEAT },
      answer: async ({ params }) => ok(shown(found(await desk(), params.id))),
    }),
    endpoint({
      method: "PUT",
      path,
      tag,
      summary: "Change a heartbeat; a URL not given stays as it is",
      needs: "responder",
      body: CHANGED,
      answers: { 200: HEARTBEAT },
      async answer({ params: { id }, body, caller }) {
        const one = await desk();
        const { heartbeat } = found(one, id);
        checkRole(caller, heartbeat.kind);
        checkRole(caller, body.kind);
        if (body.name !== undefined && body.name !== id)
          throw new Problem(400, `name: expected ${id}; a heartbeat keeps its name`);
        const before = heartbeat.kind === "send" && body.kind === "send" ? heartbeat.url : undefined;
        await told(() => one.put(textOf(id, body, before), true));
        return ok(shown(found(one, id)));
      },
    }),
    endpoint({
      method: "DELETE",
      path,
      tag,
      summary: "Remove a heartbeat; if it is missing, its alert ends",
      needs: "responder",
      answers: { 204: null },
      async answer({ params: { id }, caller }) {
        const one = await desk();
        checkRole(caller, found(one, id).heartbeat.kind);
        await told(() => one.remove(id));
        return noContent();
      },
    }),
  ];
}

/** Having the server send requests is for admins. */
function checkRole(caller: Caller, kind: "expect" | "send"): void {
  if (kind === "send" && !may(caller, "admin")) {
    throw new Problem(403, "a heartbeat that is sent has the server call a URL, which takes the role admin");
  }
}

function found(desk: HeartbeatDesk, name: string): HeartbeatView {
  const view = desk.get(name);
  if (view === undefined) throw new Problem(404, `there is no heartbeat ${JSON.stringify(name)}`);
  return view;
}

/** @param url of the one it takes the place of */
function textOf(name: string, body: Static<typeof CHANGED>, url: Secret | undefined): HeartbeatText {
  const { kind, matchers = "", labels = HEARTBEAT_DEFAULTS.labels, method = "GET", enabled = true } = body;
  const own = body.url === undefined ? url : new Secret(body.url);
  if (kind === "send" && (own === undefined || matchers !== "")) {
    throw new Problem(400, own === undefined ? "url: is missing" : "matchers: of no use for a heartbeat that is sent");
  }
  if (kind === "expect" && (body.url !== undefined || matchers === "")) {
    throw new Problem(
      400,
      matchers === "" ? "matchers: is missing" : "url: of no use for a heartbeat that is expected",
    );
  }
  const every = msOf("every", body.every);
  const grace = body.grace === undefined ? HEARTBEAT_DEFAULTS.grace : msOf("grace", body.grace);
  return {
    ...HEARTBEAT_DEFAULTS,
    name,
    matchers,
    every,
    grace,
    labels,
    method,
    enabled,
    url: kind === "send" ? own : undefined,
  };
}

function msOf(key: string, text: string): number {
  try {
    return parsePromDuration(text);
  } catch (error) {
    if (!(error instanceof DurationError)) throw error;
    throw new Problem(400, `${key}: expected a duration such as 5m, not ${JSON.stringify(text)}`);
  }
}

async function told(change: () => Promise<void>): Promise<void> {
  try {
    await change();
  } catch (error) {
    if (error instanceof HeartbeatError)
      throw new Problem(400, error.message, [{ path: error.key, message: error.problem }]);
    if (error instanceof HeartbeatConflict) throw new Problem(409, error.message);
    if (error instanceof StorageError) throw new Problem(503, `not stored, so nothing has changed: ${error.message}`);
    throw error;
  }
}
