import { Type, type Static } from "@sinclair/typebox";
import type { ShownConfig } from "../../../server/config/desk.ts";
import type { Revision } from "../../../server/config/revisions.ts";
import { orNull, TIME } from "../schemas.ts";

export const CONFIG = Type.Object({
  original: Type.String({ description: "As /api/v2/status shows it." }),
  hash: Type.String(),
  loadedAt: TIME,
  plusOriginal: orNull(
    Type.String({ description: "Our own settings, for an admin; whatever may be a secret is hidden." }),
  ),
  revisions: Type.Integer(),
  applyEnabled: Type.Boolean(),
  unconfirmed: orNull(Type.Object({ revision: Type.Integer({ description: "What it goes back to." }), until: TIME })),
});

export const VALIDATION = Type.Object({
  valid: Type.Boolean(),
  error: orNull(Type.Object({ message: Type.String(), line: orNull(Type.Integer()), key: orNull(Type.String()) })),
  warnings: Type.Array(Type.Object({ key: Type.String(), message: Type.String() }), {
    description: "Texts of receivers that are no templates, which shows when they are to notify.",
  }),
  summary: orNull(
    Type.Object({
      receivers: Type.Integer(),
      routes: Type.Integer(),
      inhibitRules: Type.Integer(),
      timeIntervals: Type.Integer(),
    }),
  ),
});

export const APPLIED = Type.Object({ revision: Type.Integer(), hash: Type.String() });

export const REVISION = Type.Object({
  revision: Type.Integer(),
  at: TIME,
  hash: Type.String(),
  by: Type.String({ description: "Empty for one that was found in the file." }),
  comment: Type.String(),
  isInForce: Type.Boolean(),
});

export const REVISION_TEXT = Type.Composite([REVISION, Type.Object({ original: Type.String() })]);

export function shownConfig(config: ShownConfig, isAdmin: boolean): Static<typeof CONFIG> {
  const { pending, loadedAt, plusOriginal, ...rest } = config;
  return {
    ...rest,
    loadedAt: time(loadedAt),
    plusOriginal: isAdmin ? (plusOriginal() ?? null) : null,
    unconfirmed: pending === undefined ? null : { revision: pending.revision, until: time(pending.until) },
  };
}

/** @param inForce hash of the configuration in force */
export function shownRevision({ revision, at, hash, by, comment }: Revision, inForce: string): Static<typeof REVISION> {
  return { revision, at: time(at), hash, by, comment, isInForce: hash === inForce };
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}
