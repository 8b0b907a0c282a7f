import { Type } from "@sinclair/typebox";
import type { ConfigParts } from "../config/index.ts";
import { endpoint, ok, type Endpoint } from "../endpoint.ts";
import { FINGERPRINT, orNull } from "../schemas.ts";

const PREVIEW = Type.Object({
  output: orNull(Type.String()),
  error: orNull(Type.String({ description: "Why it cannot be rendered, in Go's words." })),
});

/** Rendering templates with the alerts there are. */
export function templateEndpoints({ desk }: Pick<ConfigParts, "desk">): readonly Endpoint[] {
  return [
    endpoint({
      method: "POST",
      path: "/templates/preview",
      tag: "config",
      summary: "Render a template, or a field of a receiver, with a live group, some alerts or a sample",
      needs: "viewer",
      body: Type.Object(
        {
          template: Type.Optional(Type.String({ maxLength: 65_536 })),
          receiver: Type.Optional(Type.String()),
          field: Type.Optional(Type.String({ description: "Of the receiver, such as slack_configs[0].title." })),
          groupKey: Type.Optional(Type.String()),
          fingerprints: Type.Optional(Type.Array(FINGERPRINT, { minItems: 1, maxItems: 1000 })),
          html: Type.Optional(Type.Boolean({ description: "Escape as for HTML; usual for a field named html." })),
        },
        { additionalProperties: false },
      ),
      answers: { 200: PREVIEW },
      async answer({ body: { template, receiver, field, groupKey, fingerprints, html } }) {
        return ok((await desk()).preview({ template, receiver, field, groupKey, fingerprints, html }));
      },
    }),
  ];
}
