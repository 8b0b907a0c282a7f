import { Type, type Static, type TSchema } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import { boundedVerdict, CATEGORIES, SEVERITIES, type Verdict } from "../../core/model/classification.ts";

// What is cut to size later may be longer here, but not without end.
const LONGEST = 4_000;

const oneOf = <T extends string>(values: readonly T[]) => Type.Union(values.map((value) => Type.Literal(value)));
const text = () => Type.String({ maxLength: LONGEST });

/** In this order the model writes: what it thinks before what it concludes. */
const ANSWER = Type.Object(
  {
    reasoning: text(),
    category: oneOf(CATEGORIES),
    severity: oneOf(SEVERITIES),
    confidence: Type.Number({ minimum: 0, maximum: 1 }),
    recommendations: Type.Array(text(), { maxItems: 20 }),
  },
  { additionalProperties: false },
);
type Answer = Static<typeof ANSWER>;

const check = TypeCompiler.Compile(ANSWER);

/** The schema for the endpoint: only what every strict mode takes, so without bounds on numbers and lengths. */
export const ANSWER_SCHEMA: Readonly<Record<string, unknown>> = strictSubset(ANSWER);

export const ANSWER_NAME = "alert_classification";

export type CheckedAnswer =
  | { readonly ok: true; readonly verdict: Verdict }
  /** `problem` says what breaks the schema and where, for the model to correct. */
  | { readonly ok: false; readonly problem: string };

/** Checks a model's text against our schema. What passes is bounded: no control characters, nothing overlong. */
export function checkAnswer(answer: string): CheckedAnswer {
  let value: unknown;
  try {
    value = JSON.parse(jsonIn(answer));
  } catch {
    return { ok: false, problem: "The answer is not a JSON object." };
  }
  return checkVerdict(value);
}

/** The same for what is already parsed. */
export function checkVerdict(value: unknown): CheckedAnswer {
  if (!check.Check(value)) return { ok: false, problem: problemsOf(value) };
  const { severity, category, confidence } = value;
  const reason = withoutLinks(value.reasoning);
  const recommendations = value.recommendations.map(withoutLinks);
  const verdict = boundedVerdict({ severity, category, confidence, reason, recommendations });
  if (verdict.reason === "") return { ok: false, problem: "/reasoning: expected some text" };
  return { ok: true, verdict };
}

// Asked for none, a model that gives one may have been talked into it; and whatever shows it makes it one to click on.
const LINK = /\b(?:[a-z][a-z0-9+.-]{1,20}:\/\/|www\.)\S+/gi;

function withoutLinks(text: string): string {
  return text.replace(LINK, "[link]");
}

/** What was answered, to be checked again when it is read back. */
export function answerOf({ reason, ...verdict }: Verdict): Answer {
  const { severity, category, confidence, recommendations } = verdict;
  return { reasoning: reason, category, severity, confidence, recommendations: [...recommendations] };
}

/** The JSON in a text of a model that was not held to JSON alone: behind its thoughts, in a fence, between sentences. */
function jsonIn(answer: string): string {
  const said = answer.replace(/^\s*<think>[\s\S]*?<\/think>/, "");
  const begin = said.indexOf("{");
  const end = said.lastIndexOf("}");
  return begin < 0 || end < begin ? said : said.slice(begin, end + 1);
}

const MAX_PROBLEMS = 5;

function problemsOf(value: unknown): string {
  const problems: string[] = [];
  for (const { path, message, schema } of check.Errors(value)) {
    const values = choices(schema);
    problems.push(
      `${path === "" ? "/" : path}: ${values === undefined ? message : `expected one of ${values.join(", ")}`}`,
    );
    if (problems.length === MAX_PROBLEMS) break;
  }
  return problems.join("\n");
}

function choices(schema: TSchema): string[] | undefined {
  const { anyOf } = schema as { anyOf?: readonly { const?: string }[] };
  return anyOf?.map((one) => one.const ?? "");
}

function strictSubset(schema: TSchema): Record<string, unknown> {
  const { type, properties, required, items } = schema as Record<string, unknown>;
  const values = choices(schema);
  if (values !== undefined) return { type: "string", enum: values };
  if (type === "array") return { type, items: strictSubset(items as TSchema) };
  if (type !== "object") return { type };
  const fields = Object.entries(properties as Record<string, TSchema>).map(([name, field]) => [
    name,
    strictSubset(field),
  ]);
  return { type, properties: Object.fromEntries(fields) as unknown, required, additionalProperties: false };
}
