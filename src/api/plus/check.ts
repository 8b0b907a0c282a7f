import { FormatRegistry, Kind, type TObject, type TSchema } from "@sinclair/typebox";
import { Value, ValueErrorType, type ValueError } from "@sinclair/typebox/value";
import { Problem, type Fault } from "./problem.ts";

const TIME = /^(\d{4})-(\d\d)-(\d\d)[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;
/** ms; what RFC 3339 can write in UTC. */
const FIRST = Date.parse("0000-01-01T00:00:00Z");
const LAST = Date.parse("9999-12-31T23:59:59.999Z");
FormatRegistry.Set("date-time", isTime);

function isTime(text: string): boolean {
  const [, year, month, day] = TIME.exec(text) ?? [];
  // A day that a month does not have would count as one of the next.
  const days = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  const ms = Date.parse(text);
  return Number(day) <= days && ms >= FIRST && ms <= LAST;
}

/** Faults named in one answer at most. */
const MOST_FAULTS = 10;

/**
 * The query by its schema: numbers and truth values made of their texts, defaults filled in.
 *
 * @param query as it is in the URL, without the question mark
 * @throws Problem that names what does not fit
 */
export function readQuery(query: string, schema: TObject | undefined): unknown {
  const asked = new URLSearchParams(query);
  const properties: Readonly<Record<string, TSchema>> = schema?.properties ?? {};
  const faults: Fault[] = [];
  for (const name of new Set(asked.keys())) {
    if (Object.hasOwn(properties, name)) continue;
    const known = Object.keys(properties).sort().join(", ");
    faults.push({ path: name, message: `no such parameter; expected ${known === "" ? "none" : `one of ${known}`}` });
  }
  if (faults.length > 0) throw refused("query", faults);
  const value: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(properties)) {
    const texts = asked.getAll(name);
    if (property[Kind] === "Array") {
      if (texts.length > 0) value[name] = texts.map((text) => scalar(text, property.items as TSchema));
    } else if (texts.length > 1) {
      faults.push({ path: name, message: "expected it once" });
    } else if (texts[0] !== undefined) {
      value[name] = scalar(texts[0], property);
    } else if (property.default !== undefined) {
      value[name] = property.default;
    }
  }
  if (faults.length > 0) throw refused("query", faults);
  if (schema !== undefined) check("query", value, schema);
  return value;
}

function scalar(text: string, schema: TSchema): unknown {
  const kind = schema[Kind];
  if ((kind === "Integer" || kind === "Number") && /^-?\d+(?:\.\d+)?$/.test(text)) return Number(text);
  if (kind === "Boolean" && (text === "true" || text === "false")) return text === "true";
  return text;
}

/** @throws Problem that names what does not fit */
export function check(what: "query" | "body", value: unknown, schema: TSchema): void {
  if (Value.Check(schema, value)) return;
  const faults: Fault[] = [];
  const seen = new Set<string>();
  for (const error of faultsIn(Value.Errors(schema, value))) {
    const at = readable(error.path);
    // A parameter that comes repeatedly has no numbers to whoever wrote it.
    const path = what === "query" ? at.replace(/\[\d+\]$/, "") : at;
    // What is missing is also of no type.
    if (seen.has(path)) continue;
    seen.add(path);
    faults.push({ path, message: expected(error) });
    if (faults.length === MOST_FAULTS) break;
  }
  throw refused(what, faults);
}

/** What may be null and is not is judged as what it is otherwise. */
function* faultsIn(errors: Iterable<ValueError>): Generator<ValueError> {
  for (const error of errors) {
    const { anyOf } = error.schema as { anyOf?: readonly { readonly type?: string }[] };
    const other = anyOf?.length === 2 && anyOf[1]?.type === "null" ? error.errors[0] : undefined;
    if (error.type === ValueErrorType.Union && other !== undefined) yield* faultsIn(other);
    else yield error;
  }
}

function refused(what: "query" | "body", faults: readonly Fault[]): Problem {
  const first = faults[0] ?? { path: "", message: "does not fit" };
  return new Problem(400, `${first.path === "" ? `the ${what}` : first.path}: ${first.message}`, faults);
}

/** `/ids/3/name` as `ids[3].name`. */
function readable(pointer: string): string {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join("")
    .replace(/^\./, "");
}

function expected({ type, schema, message, value }: ValueError): string {
  if (type === ValueErrorType.ObjectAdditionalProperties) return "no such key";
  if (type === ValueErrorType.ObjectRequiredProperty) return "is missing";
  const isSecret = schema.writeOnly === true;
  const given = isSecret || (value !== null && typeof value === "object") ? "" : `, not ${shortened(value)}`;
  const { anyOf } = schema as { anyOf?: readonly { const?: unknown }[] };
  if (type === ValueErrorType.StringFormat) return `expected a time such as 2026-11-24T01:02:03Z${given}`;
  const told = (schema as { "x-expected"?: string })["x-expected"];
  if (told !== undefined) return `expected ${told}${given}`;
  const choices = anyOf?.map((one) => one.const).filter((one) => one !== undefined) ?? [];
  if (choices.length > 0) return `expected one of ${choices.join(", ")}${given}`;
  return `${message.charAt(0).toLowerCase()}${message.slice(1)}${given}`;
}

/** A value as it is shown to whoever sent it. */
export function shortened(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
