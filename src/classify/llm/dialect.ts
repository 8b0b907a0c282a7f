import type { LLMResult } from "../../core/interfaces/classification.ts";

/** How an endpoint is held to the schema: by it, by JSON alone, by a forced tool call, or by words. */
export type AnswerFormat = "json_schema" | "json_object" | "tool" | "text";

/** What an endpoint and model take of a protocol: found out by asking, as nothing tells. */
export interface Dialect {
  readonly format: AnswerFormat;
  /** How the limit of tokens is called. */
  readonly limit: "max_completion_tokens" | "max_tokens";
  /** Whether a temperature may be given. */
  readonly temperature: boolean;
}

/** What is known of endpoints and models, by a name for both. */
export type Dialects = Map<string, Dialect>;

/** An error of the endpoint that may be about the form of the request. */
export interface Complaint {
  readonly status: number;
  readonly message: string;
  /** The part of the request it is about, where it says so. */
  readonly param: string;
}

const ABOUT_FORMAT =
  /response_format|json_schema|json_object|json mode|structured[ _]output|output_config|output[ _]format|requested parameters|tool_choice|\btools?\b|schema|grammar/i;
const ABOUT_FORM = new Set([400, 404, 422]);

/**
 * Asks in the dialect that is known of the endpoint, or in `first`, and in others as long as it complains about the form.
 * The one it takes in the end is remembered.
 *
 */
export async function inDialect(
  { known, endpoint, first, formats }: DialectMemory,
  ask: (dialect: Dialect) => Promise<Asked>,
): Promise<LLMResult> {
  let dialect = known.get(endpoint) ?? first;
  const tried = new Set<string>();
  for (;;) {
    tried.add(JSON.stringify(dialect));
    const { result, complaint } = await ask(dialect);
    if (result.ok) known.set(endpoint, dialect);
    if (complaint === undefined) return result;
    const next = nextDialect(dialect, complaint, formats);
    if (next === undefined || tried.has(JSON.stringify(next))) return result;
    dialect = next;
  }
}

/** What came of asking, and what the endpoint complained about. */
export interface Asked {
  readonly result: LLMResult;
  readonly complaint?: Complaint;
}

export interface DialectMemory {
  readonly known: Dialects;
  /** Names endpoint and model in `known`. */
  readonly endpoint: string;
  readonly first: Dialect;
  /** From the strictest to the loosest. */
  readonly formats: readonly AnswerFormat[];
}

/** Undefined where the complaint is about something else, or nothing is left to try. */
function nextDialect(
  dialect: Dialect,
  { status, message, param }: Complaint,
  formats: readonly AnswerFormat[],
): Dialect | undefined {
  if (!ABOUT_FORM.has(status)) return undefined;
  const about = param === "" ? message : param;
  if (dialect.temperature && /temperature/i.test(about)) return { ...dialect, temperature: false };
  if (/max_(?:completion_)?tokens/.test(about)) {
    return { ...dialect, limit: dialect.limit === "max_tokens" ? "max_completion_tokens" : "max_tokens" };
  }
  if (!ABOUT_FORMAT.test(about)) return undefined;
  const format = formats[formats.indexOf(dialect.format) + 1];
  return format === undefined ? undefined : { ...dialect, format };
}
