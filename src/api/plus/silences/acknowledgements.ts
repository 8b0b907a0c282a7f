import { Type } from "@sinclair/typebox";
import { isResolved, type Alert } from "../../../core/model/alert.ts";
import { matchesAll, newMatcher } from "../../../core/model/matcher.ts";
import { acknowledgedLabels, acknowledgementOf } from "../../../core/silencing/origin.ts";
import { silenceState } from "../../../core/silencing/state.ts";
import { findAlert } from "../alerts/view.ts";
import { endpoint, noContent, ok, type Endpoint } from "../endpoint.ts";
import { readFilters } from "../filters.ts";
import { Problem } from "../problem.ts";
import { FINGERPRINT, orNull } from "../schemas.ts";
import type { SilencesParts } from "./parts.ts";
import { actorOf, permit, refusal } from "./permission.ts";
import { shownSilences, SILENCE } from "./shown.ts";

const tag = "acknowledgements";
/** Alerts acknowledged with one request. */
const MOST = 1000;

const RESULT = Type.Object({
  fingerprint: Type.String(),
  silenceId: orNull(Type.String()),
  error: orNull(Type.String()),
});

/** Silences of single alerts that end with them. */
export function acknowledgementEndpoints(parts: SilencesParts): readonly Endpoint[] {
  const { keeping, view, backend, matchers } = parts;
  const { acknowledgements } = keeping;
  return [
    endpoint({
      method: "GET",
      path: "/acknowledgements",
      tag,
      summary: "Alerts that are acknowledged: the silences they are acknowledged by",
      needs: "viewer",
      answers: { 200: Type.Object({ items: Type.Array(SILENCE), next: Type.Null() }) },
      answer: () => ok({ items: shownSilences(parts, acknowledgements.list()), next: null }),
    }),
    endpoint({
      method: "POST",
      path: "/acknowledgements",
      tag,
      summary: "Acknowledge firing alerts: nobody is told of them again until they have ended",
      description:
        "The end of an alert is told as ever and ends its acknowledgement; so does a time that is set, should it fire on.",
      needs: "responder",
      body: Type.Object(
        {
          fingerprint: Type.Optional(FINGERPRINT),
          fingerprints: Type.Optional(Type.Array(FINGERPRINT, { minItems: 1, maxItems: MOST })),
          filter: Type.Optional(Type.Array(Type.String({ maxLength: 10_000 }), { minItems: 1, maxItems: 100 })),
          comment: Type.Optional(Type.String({ maxLength: 10_000 })),
          createdBy: Type.Optional(Type.String({ maxLength: 200 })),
        },
        { additionalProperties: false },
      ),
      answers: { 200: Type.Object({ results: Type.Array(RESULT) }) },
      async answer({ body, caller }) {
        const { fingerprint, fingerprints, filter, comment = "", createdBy = caller.name } = body;
        if ([fingerprint, fingerprints, filter].filter((one) => one !== undefined).length !== 1) {
          throw new Problem(400, "expected one of fingerprint, fingerprints and filter");
        }
        const now = view.now();
        const alerts = view.alerts();
        const isFiring = (alert: Alert) => !isResolved(alert, now);
        let wanted: readonly string[];
        if (filter === undefined) wanted = [...new Set(fingerprints ?? [fingerprint as string])];
        else {
          const filters = readFilters(matchers, filter);
          const found = alerts.filter((alert) => isFiring(alert) && matchesAll(filters, alert.labels));
          if (found.length > MOST) {
            throw new Problem(400, `filter: ${found.length} firing alerts match; expected ${MOST} at most`);
          }
          wanted = found.map(({ labels }) => labels.fingerprint);
        }
        const results = [];
        for (const one of wanted) {
          const alert = findAlert(alerts, one);
          const error = (why: string) => ({ fingerprint: one, silenceId: null, error: why });
          if (alert === undefined || !isFiring(alert)) {
            results.push(error("there is no firing alert of this fingerprint"));
            continue;
          }
          const set = Array.from(alert.labels.entries(), ([name, value]) => newMatcher("=", name, value));
          const refused = refusal(caller, [set]);
          if (refused !== undefined) {
            results.push(error(refused));
            continue;
          }
          const result = await acknowledgements.acknowledge(alert, { createdBy, comment }, actorOf(caller));
          results.push(result.ok ? { fingerprint: one, silenceId: result.id, error: null } : error(result.message));
        }
        return ok({ results });
      },
    }),
    endpoint({
      method: "DELETE",
      path: "/acknowledgements/:id",
      tag,
      summary: "Take an acknowledgement back, by the ID of its silence",
      needs: "responder",
      answers: { 204: null },
      async answer({ params: { id }, caller }) {
        if (backend.silence(id) === undefined) await backend.catchUp();
        const silence = backend.silence(id);
        const isInForce = silence !== undefined && silenceState(silence, view.now()) === "active";
        if (silence === undefined || !isInForce || acknowledgementOf(silence) === undefined) {
          throw new Problem(404, `there is no acknowledgement ${JSON.stringify(id)} in force`);
        }
        permit(caller, silence.matcherSets);
        // Where it was acknowledged at several servers at once, it is not any more.
        const all = new Set([id, ...acknowledgements.of(acknowledgedLabels(silence)).map((one) => one.id)]);
        for (const one of all) {
          const result = await backend.expireSilence(one, actorOf(caller));
          if (!result.ok) throw new Problem(result.kind === "not found" ? 404 : 503, result.message);
        }
        return noContent();
      },
    }),
  ];
}
