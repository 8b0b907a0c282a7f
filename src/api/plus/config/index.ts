import { Type } from "@sinclair/typebox";
import { parsePromDuration } from "../../../core/model/duration.ts";
import type { ConfigDesk } from "../../../server/config/desk.ts";
import { summaryOf } from "../../../server/config/summary.ts";
import { templateWarnings } from "../../../server/config/template-warnings.ts";
import type { AlertsView } from "../alerts/view.ts";
import { may, type Caller } from "../caller.ts";
import { endpoint, noContent, ok, type Endpoint } from "../endpoint.ts";
import { Problem } from "../problem.ts";
import { DIFFERENCE, shownDifference } from "./difference.ts";
import { APPLIED, CONFIG, REVISION, REVISION_TEXT, shownConfig, shownRevision, VALIDATION } from "./shown.ts";

export interface ConfigParts {
  /** Imported when first used. */
  readonly desk: () => Promise<ConfigDesk>;
  readonly view: AlertsView;
}

/** Bytes of a request: Kubernetes keeps no configuration above 1 MiB, and JSON may take twice as much. */
const LARGEST = 2 * 1024 * 1024;
const tag = "config";

const TEXT = Type.String({ minLength: 1, description: "The text of alertmanager.yml." });
const COMMENT = Type.Optional(Type.String({ maxLength: 1000 }));
const IF_HASH = Type.Optional(Type.String({ description: "Of the configuration it is to take the place of." }));
const CONFIRM = Type.Object({
  confirm: Type.Optional(
    Type.String({ description: "Goes back to the one before after this time, such as 5m, unless confirmed." }),
  ),
});

/** Shows, checks, compares and changes the configuration. */
export function configEndpoints({ desk, view }: ConfigParts): readonly Endpoint[] {
  return [
    endpoint({
      method: "GET",
      path: "/config",
      tag,
      summary: "The configuration in force, secrets hidden",
      needs: "viewer",
      answers: { 200: CONFIG },
      answer: async ({ caller }) => ok(shownConfig((await desk()).get(), may(caller, "admin"))),
    }),
    endpoint({
      method: "POST",
      path: "/config/validate",
      tag,
      summary: "Check a configuration without putting it in force",
      description: "Files it names, such as templates, are looked at for an admin only.",
      needs: "viewer",
      maxBody: LARGEST,
      body: Type.Object(
        { config: TEXT, plus: Type.Optional(Type.String({ description: "Our own settings with it (admin)." })) },
        { additionalProperties: false },
      ),
      answers: { 200: VALIDATION },
      async answer({ body, caller }) {
        const isAdmin = may(caller, "admin");
        if (body.plus !== undefined && !isAdmin) {
          throw new Problem(
            403,
            "plus: checking our own settings takes the role admin, as they refer to the environment",
          );
        }
        const read = (await desk()).validate(body.config, body.plus, isAdmin);
        if (!read.valid) return ok({ valid: false, error: read.fault, warnings: [], summary: null });
        const { loaded } = read;
        return ok({ valid: true, error: null, warnings: templateWarnings(loaded.config), summary: summaryOf(loaded) });
      },
    }),
    endpoint({
      method: "POST",
      path: "/config/diff",
      tag,
      summary: "What a configuration would change, for the alerts there are now",
      needs: "viewer",
      maxBody: LARGEST,
      body: Type.Object({ config: TEXT }, { additionalProperties: false }),
      answers: { 200: DIFFERENCE },
      async answer({ body, caller }) {
        const difference = await (await desk()).diff(body.config, may(caller, "admin"));
        return ok(await shownDifference(difference, view));
      },
    }),
    endpoint({
      method: "POST",
      path: "/config/apply",
      tag,
      summary: "Write a configuration to its file and put it in force; off unless config.apply is set",
      needs: "admin",
      maxBody: LARGEST,
      query: CONFIRM,
      body: Type.Object({ config: TEXT, comment: COMMENT, ifHash: IF_HASH }, { additionalProperties: false }),
      answers: { 200: APPLIED },
      async answer({ body: { config, comment = "", ifHash }, query, caller }) {
        return ok(
          await (await desk()).applying.apply(config, { comment, ifHash, confirm: msOf(query.confirm) }, actor(caller)),
        );
      },
    }),
    endpoint({
      method: "POST",
      path: "/config/confirm",
      tag,
      summary: "Keep what was applied with ?confirm",
      needs: "admin",
      answers: { 204: null },
      async answer() {
        (await desk()).applying.confirm();
        return noContent();
      },
    }),
    endpoint({
      method: "GET",
      path: "/config/revisions",
      tag,
      summary: "The configurations that were put in force here, the newest first",
      needs: "viewer",
      answers: { 200: Type.Object({ items: Type.Array(REVISION), next: Type.Null() }) },
      async answer() {
        const one = await desk();
        const { hash } = one.get();
        return ok({ items: one.applying.revisions().map((revision) => shownRevision(revision, hash)), next: null });
      },
    }),
    endpoint({
      method: "GET",
      path: "/config/revisions/:revision",
      tag,
      summary: "One of them, secrets hidden",
      needs: "viewer",
      answers: { 200: REVISION_TEXT },
      async answer({ params }) {
        const one = await desk();
        const revision = one.revision(numberIn(params));
        return ok({ ...shownRevision(revision, one.get().hash), original: revision.shown });
      },
    }),
    endpoint({
      method: "POST",
      path: "/config/revisions/:revision/rollback",
      tag,
      summary: "Put an earlier configuration in force again; off unless config.apply is set",
      needs: "admin",
      query: CONFIRM,
      body: Type.Object({ comment: COMMENT, ifHash: IF_HASH }, { additionalProperties: false }),
      answers: { 200: APPLIED },
      async answer({ params, body: { comment = "", ifHash }, query, caller }) {
        const change = { comment, ifHash, confirm: msOf(query.confirm) };
        return ok(await (await desk()).applying.rollBack(numberIn(params), change, actor(caller)));
      },
    }),
  ];
}

function actor({ name, via }: Caller) {
  return { name, via };
}

function numberIn({ revision }: { readonly revision: string }): number {
  if (!/^[1-9]\d{0,8}$/.test(revision))
    throw new Problem(400, `revision: expected a whole number, not ${JSON.stringify(revision)}`);
  return Number(revision);
}

function msOf(confirm: string | undefined): number | undefined {
  if (confirm === undefined) return undefined;
  try {
    const ms = parsePromDuration(confirm);
    if (ms > 0) return ms;
  } catch {
    // Said below.
  }
  throw new Problem(400, `confirm: expected a duration such as 5m, not ${JSON.stringify(confirm)}`);
}
