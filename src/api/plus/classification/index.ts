import { Type } from "@sinclair/typebox";
import type { Catalogue } from "../../../classify/catalogue.ts";
import { StorageError } from "../../../core/interfaces/storage.ts";
import { CATEGORIES, MAX_REASON, SEVERITIES, type Classification } from "../../../core/model/classification.ts";
import type { LLMStatus } from "../../../server/classification.ts";
import { accepted, endpoint, ok, type Endpoint } from "../endpoint.ts";
import { PAGE_QUERY, pageOf, strangeCursor } from "../paging.ts";
import { Problem } from "../problem.ts";
import { CLASSIFICATION, shown } from "./classification.ts";
import { LLM, llmStatus } from "./llm.ts";
import { oneOf } from "../schemas.ts";

/** Who knows what alerts are classified as. */
export interface ClassificationParts {
  readonly catalogue: Catalogue;
  /** Undefined where no language model is asked. */
  readonly llm: LLMStatus | undefined;
}

/** Bytes of a correction. */
const LARGEST_CORRECTION = 16 * 1024;
const FINGERPRINT = /^[0-9a-f]{16}$/;

const tag = "classification";
const path = "/classifications/:fingerprint";

/** What alerts are classified as, how a person corrects it, and how the language model does. */
export function classificationEndpoints(parts: ClassificationParts): readonly Endpoint[] {
  const { catalogue } = parts;
  return [
    endpoint({
      method: "GET",
      path: "/classifications",
      tag,
      summary: "What alerts are classified as, by fingerprint",
      needs: "viewer",
      query: Type.Object({
        fingerprint: Type.Optional(Type.String()),
        severity: Type.Optional(Type.Array(oneOf(SEVERITIES))),
        category: Type.Optional(Type.Array(oneOf(CATEGORIES))),
        classifier: Type.Optional(Type.Array(Type.String())),
        ...PAGE_QUERY,
      }),
      answers: { 200: pageOf(CLASSIFICATION) },
      async answer({ query }) {
        const { fingerprint, limit = 100, cursor = "" } = query;
        if (fingerprint !== undefined) {
          const one = catalogue.get(fingerprint);
          return ok({ items: one === undefined ? [] : [shown(one)], next: null });
        }
        if (cursor !== "" && !FINGERPRINT.test(cursor)) throw strangeCursor(cursor);
        const { severity: severities = [], category: categories = [], classifier: classifiers = [] } = query;
        const page = await catalogue.list({ severities, categories, classifiers, limit, after: cursor });
        return ok({ items: page.items.map(shown), next: page.next ?? null });
      },
    }),
    endpoint({
      method: "GET",
      path,
      tag,
      summary: "What an alert is classified as",
      needs: "viewer",
      answers: { 200: CLASSIFICATION },
      answer: ({ params }) => ok(shown(found(catalogue.get(fingerprintOf(params))))),
    }),
    endpoint({
      method: "PUT",
      path,
      tag,
      summary: "Say what an alert is; this stands over what any classifier says",
      needs: "responder",
      body: Type.Object(
        {
          severity: oneOf(SEVERITIES),
          category: oneOf(CATEGORIES),
          reason: Type.String({ minLength: 1, maxLength: MAX_REASON }),
        },
        { additionalProperties: false },
      ),
      maxBody: LARGEST_CORRECTION,
      answers: { 200: CLASSIFICATION },
      answer: ({ params, body }) =>
        stored(async () => ok(shown(found(await catalogue.correct(fingerprintOf(params), body))))),
    }),
    endpoint({
      method: "DELETE",
      path,
      tag,
      summary: "Take back what a person said an alert is",
      needs: "responder",
      answers: { 200: CLASSIFICATION },
      answer: ({ params }) =>
        stored(async () => {
          const one = await catalogue.withdraw(fingerprintOf(params));
          if (one !== undefined) return ok(shown(one));
          throw new Problem(404, "nobody has corrected how an alert of this fingerprint is classified");
        }),
    }),
    endpoint({
      method: "POST",
      path: `${path}/reclassify`,
      tag,
      summary: "Have an alert classified again",
      description:
        "Answered with 202 where that takes longer than one would wait: the answer then is what was known before.",
      // It has a language model asked.
      needs: "admin",
      answers: { 200: CLASSIFICATION, 202: CLASSIFICATION },
      async answer({ params }) {
        const fingerprint = fingerprintOf(params);
        if (catalogue.correction(fingerprint) !== undefined) {
          throw new Problem(
            409,
            "a person has said what this alert is, which no classifier changes: take that back first, by DELETE",
          );
        }
        const { isAnswered, classification } = found(await catalogue.classifyAgain(fingerprint));
        return isAnswered ? ok(shown(classification)) : accepted(shown(classification));
      },
    }),
    endpoint({
      method: "GET",
      path: "/llm",
      tag,
      summary: "Which language model is asked, its circuit breaker and what is left of the budget",
      needs: "viewer",
      answers: { 200: LLM },
      answer: () => ok(llmStatus(parts.llm)),
    }),
  ];
}

function fingerprintOf({ fingerprint }: { readonly fingerprint: string }): string {
  if (FINGERPRINT.test(fingerprint)) return fingerprint;
  throw new Problem(
    400,
    `fingerprint: expected that of an alert, 16 hexadecimal digits in lower case, not ${JSON.stringify(fingerprint)}`,
  );
}

function found<T extends Classification | { readonly isAnswered: boolean }>(one: T | undefined): T {
  if (one === undefined) throw new Problem(404, "there is no alert of this fingerprint");
  return one;
}

async function stored<T>(change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    throw new Problem(503, `it is in force and will be stored as soon as it can be: ${error.message}`);
  }
}
