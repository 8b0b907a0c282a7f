import { Type, type Static } from "@sinclair/typebox";
import type { TypeCheck } from "@sinclair/typebox/compiler";
import type { Catalogue, Query } from "../../classify/catalogue.ts";
import { StorageError } from "../../core/interfaces/storage.ts";
import {
  CATEGORIES,
  isCategory,
  isSeverity,
  MAX_REASON,
  SEVERITIES,
  type Classification,
} from "../../core/model/classification.ts";
import type { Plain } from "../plain.ts";
import { bodyOf } from "./body.ts";
import { json, problem } from "./json.ts";

const oneOf = <T extends string>(values: readonly T[]) => Type.Union(values.map((value) => Type.Literal(value)));

/** The body of a correction. */
export const CORRECTION = Type.Object(
  {
    severity: oneOf(SEVERITIES),
    category: oneOf(CATEGORIES),
    reason: Type.String({ minLength: 1, maxLength: MAX_REASON }),
  },
  { additionalProperties: false },
);

/** One classification as it is shown. */
export const CLASSIFICATION = Type.Object({
  fingerprint: Type.String({ pattern: "^[0-9a-f]{16}$" }),
  severity: oneOf(SEVERITIES),
  category: oneOf(CATEGORIES),
  confidence: Type.Number({ minimum: 0, maximum: 1 }),
  reason: Type.String(),
  recommendations: Type.Array(Type.String()),
  classifier: Type.String(),
  model: Type.Optional(Type.String()),
  tokens: Type.Optional(Type.Number()),
  costUsd: Type.Optional(Type.Number()),
  classifiedAt: Type.String({ format: "date-time" }),
});

let correction: Promise<TypeCheck<typeof CORRECTION>> | undefined;

/** The check of a correction. The compiler is taken in when it is first needed: few servers ever do. */
function correctionCheck(): Promise<TypeCheck<typeof CORRECTION>> {
  correction ??= import("@sinclair/typebox/compiler").then(({ TypeCompiler }) => TypeCompiler.Compile(CORRECTION));
  return correction;
}

/** Bytes of a correction. */
const LARGEST_BODY = 16 * 1024;
const LIMIT = { usual: 100, most: 1000 };
const FINGERPRINT = /^[0-9a-f]{16}$/;

const NO_ALERT = problem(404, "Not Found", "there is no alert of this fingerprint");

/** Answers for `/api/plus/v1/classifications`. */
export class ClassificationEndpoints {
  readonly #catalogue: Catalogue;

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  /** @param query as it is in the URL, without the question mark */
  async list(query: string): Promise<Plain> {
    const asked = new URLSearchParams(query);
    const fingerprint = asked.get("fingerprint");
    if (fingerprint !== null) {
      const one = this.#catalogue.get(fingerprint);
      return json(200, { items: one === undefined ? [] : [shown(one)], next: null });
    }
    const read = readQuery(asked);
    if (typeof read === "string") return problem(400, "Bad Request", read);
    const { items, next = null } = await this.#catalogue.list(read);
    return json(200, { items: items.map(shown), next });
  }

  get(fingerprint: string): Plain {
    const one = this.#catalogue.get(fingerprint);
    return one === undefined ? NO_ALERT : json(200, shown(one));
  }

  async classifyAgain(fingerprint: string): Promise<Plain> {
    if (this.#catalogue.correction(fingerprint) !== undefined) {
      const detail =
        "a person has said what this alert is, which no classifier changes: take that back first, by DELETE";
      return problem(409, "Conflict", detail);
    }
    const answer = await this.#catalogue.classifyAgain(fingerprint);
    if (answer === undefined) return NO_ALERT;
    return json(answer.isAnswered ? 200 : 202, shown(answer.classification));
  }

  async correct(fingerprint: string, request: Request): Promise<Plain> {
    const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
    if (type !== "application/json") {
      return problem(415, "Unsupported Media Type", "a correction has to be sent with Content-Type: application/json");
    }
    const body = await bodyOf(request, LARGEST_BODY);
    if (body === undefined) {
      return problem(413, "Content Too Large", `a correction of more than ${LARGEST_BODY} bytes`);
    }
    const read = await readCorrection(body.toString());
    if (typeof read === "string") return problem(400, "Bad Request", read);
    return stored(async () => {
      const one = await this.#catalogue.correct(fingerprint, read);
      return one === undefined ? NO_ALERT : json(200, shown(one));
    });
  }

  withdraw(fingerprint: string): Promise<Plain> {
    return stored(async () => {
      const one = await this.#catalogue.withdraw(fingerprint);
      if (one !== undefined) return json(200, shown(one));
      return problem(404, "Not Found", "nobody has corrected how an alert of this fingerprint is classified");
    });
  }
}

/** The fingerprint in a path, and what follows it; undefined where there is none. */
export function fingerprintIn(path: string): { readonly fingerprint: string; readonly rest: string } | undefined {
  const [fingerprint = "", ...rest] = path
    .slice(path.indexOf("/classifications/") + "/classifications/".length)
    .split("/");
  return FINGERPRINT.test(fingerprint) ? { fingerprint, rest: rest.join("/") } : undefined;
}

function shown({ classifiedAt, ...one }: Classification): Static<typeof CLASSIFICATION> {
  const { fingerprint, severity, category, confidence, reason, recommendations, classifier, ...cost } = one;
  return {
    fingerprint,
    severity,
    category,
    confidence,
    reason,
    recommendations: [...recommendations],
    classifier,
    ...cost,
    classifiedAt: new Date(classifiedAt).toISOString(),
  };
}

/** @returns a text that says what is wrong */
function readQuery(asked: URLSearchParams): Query | string {
  const severities = asked.getAll("severity");
  const categories = asked.getAll("category");
  const limit = asked.get("limit") ?? String(LIMIT.usual);
  const after = asked.get("cursor") ?? "";
  if (!severities.every(isSeverity)) return `severity: expected one of ${SEVERITIES.join(", ")}`;
  if (!categories.every(isCategory)) return `category: expected one of ${CATEGORIES.join(", ")}`;
  if (!/^[1-9]\d{0,3}$/.test(limit) || Number(limit) > LIMIT.most) {
    return `limit: expected a number from 1 to ${LIMIT.most}`;
  }
  if (after !== "" && !FINGERPRINT.test(after)) return "cursor: expected the next of another page";
  return { severities, categories, classifiers: asked.getAll("classifier"), limit: Number(limit), after };
}

/** @returns a text that says what is wrong */
async function readCorrection(text: string): Promise<Static<typeof CORRECTION> | string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "the body is no JSON";
  }
  const check = await correctionCheck();
  if (check.Check(value)) return value;
  const first = check.Errors(value).First();
  if (first === undefined) return "the body is no correction";
  const { anyOf } = first.schema as { anyOf?: readonly { const?: string }[] };
  const expected = anyOf === undefined ? first.message : `expected one of ${anyOf.map((one) => one.const).join(", ")}`;
  return `${first.path === "" ? "the body" : first.path.slice(1)}: ${expected}`;
}

async function stored(change: () => Promise<Plain>): Promise<Plain> {
  try {
    return await change();
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    const detail = `it is in force and will be stored as soon as it can be: ${error.message}`;
    return problem(500, "Internal Server Error", detail);
  }
}
