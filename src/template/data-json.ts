import { compareBytes } from "../core/model/labels.ts";
import type { TemplateData } from "./data.ts";
import { localLocation, UTC_LOCATION } from "./time/location.ts";
import { ZERO_MOMENT } from "./time/moment.ts";
import { parseMoment, TimeParseError } from "./time/parse.ts";
import { ALERT, ALERTS, DATA, type Field, type GoType, KV, TIME } from "./value/types.ts";
import { GoList, GoStruct, GoTime, Kv, type Value } from "./value/values.ts";

/** JSON that is no template data; the message is the one Go gives. */
export class DataError extends Error {}

const NIL_KV = new Kv([], [], true);
const RFC3339 = "2006-01-02T15:04:05Z07:00";

function zero(type: GoType): Value {
  switch (type.kind) {
    case "string":
      return "";
    case "bool":
      return false;
    case "slice":
      return new GoList(type, [], true);
    case "map":
      return NIL_KV;
    default:
      return type === TIME
        ? new GoTime(ZERO_MOMENT)
        : new GoStruct(
            type,
            (type.fields ?? []).map((f) => zero(f.type)),
          );
  }
}

function describe(json: unknown): string {
  if (Array.isArray(json)) return "array";
  return typeof json === "boolean" ? "bool" : typeof json;
}

/** Where a value stands: the innermost struct, and the keys that lead to it from the top. */
interface Place {
  readonly struct: string;
  readonly keys: readonly string[];
}

const TOP: Place = { struct: "", keys: [] };

function mismatch(json: unknown, type: GoType, place: Place): never {
  const into = place.keys.length === 0 ? "value" : `struct field ${[place.struct, ...place.keys].join(".")}`;
  throw new DataError(`json: cannot unmarshal ${describe(json)} into Go ${into} of type ${type.name}`);
}

/** One value of a known Go type; null leaves it zero. */
function decode(json: unknown, type: GoType, place: Place): Value {
  if (json === null) return zero(type);
  if (type === TIME) return decodeTime(json);
  switch (type.kind) {
    case "string":
      return typeof json === "string" ? json.toWellFormed() : mismatch(json, type, place);
    case "slice":
      if (!Array.isArray(json)) return mismatch(json, type, place);
      return new GoList(
        type,
        json.map((item: unknown) => decode(item, type.elem as GoType, place)),
      );
    default:
      if (typeof json !== "object" || Array.isArray(json)) return mismatch(json, type, place);
      return type === KV ? decodeKv(json as object, type, place) : decodeStruct(json as object, type, place);
  }
}

function decodeTime(json: unknown): Value {
  if (typeof json !== "string") throw new DataError("Time.UnmarshalJSON: input is not a JSON string");
  try {
    return new GoTime(parseMoment(RFC3339, json, UTC_LOCATION, localLocation()));
  } catch (error) {
    if (error instanceof TimeParseError) throw new DataError(error.message);
    throw error;
  }
}

function decodeKv(json: object, type: GoType, place: Place): Kv {
  const entries = Object.entries(json).map(([key, value]): [string, string] => [
    key.toWellFormed(),
    decode(value, type.elem as GoType, place) as string,
  ]);
  entries.sort((a, b) => compareBytes(a[0], b[0]));
  return new Kv(
    entries.map((e) => e[0]),
    entries.map((e) => e[1]),
  );
}

function decodeStruct(json: object, type: GoType, place: Place): GoStruct {
  const fields = type.fields as readonly Field[];
  const values = fields.map((field) => zero(field.type));
  const struct = type.name.slice(type.name.lastIndexOf(".") + 1);
  for (const [key, value] of Object.entries(json)) {
    // An exact name wins over one that differs in case.
    let i = fields.findIndex((field) => field.json === key);
    if (i < 0) i = fields.findIndex((field) => field.json?.toLowerCase() === key.toLowerCase());
    if (i < 0 || value === null) continue;
    const field = fields[i] as Field;
    values[i] = decode(value, field.type, { struct, keys: [...place.keys, field.json as string] });
  }
  return new GoStruct(type, values);
}

/**
 * Reads template data as `amtool template render --template.data` does: Go's JSON of template.Data, keys in any case.
 *
 * @throws DataError
 */
export function dataFromJSON(text: string): TemplateData {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new DataError(text.trim() === "" ? "unexpected end of JSON input" : (error as Error).message);
  }
  return decode(json, DATA, TOP) as GoStruct;
}

function kv(entries: Readonly<Record<string, string>>): Kv {
  const keys = Object.keys(entries).sort(compareBytes);
  return new Kv(
    keys,
    keys.map((key) => entries[key] as string),
  );
}

/**
 * The sample `amtool template render` uses when it is given no data.
 *
 * @param now ms
 */
export function sampleData(now: number): TemplateData {
  const labels = { commonlabelkey1: "commonlabelvalue1", commonlabelkey2: "commonlabelvalue2" };
  const annotations = {
    commonannotationkey1: "commonannotationvalue1",
    commonannotationkey2: "commonannotationvalue2",
  };
  const at = (minutesAgo: number) =>
    new GoTime({
      seconds: Math.floor(now / 1000) - minutesAgo * 60,
      nanos: (now % 1000) * 1e6,
      location: localLocation(),
    });
  const alert = (
    status: string,
    ownLabels: Readonly<Record<string, string>>,
    ownAnnotations: Readonly<Record<string, string>>,
    minutesAgo: number,
    fingerprint: string,
  ) =>
    new GoStruct(ALERT, [
      status,
      kv({ ...labels, ...ownLabels }),
      kv({ ...annotations, ...ownAnnotations }),
      at(minutesAgo),
      at(0),
      "https://generatorurl.com",
      fingerprint,
    ]);
  const alerts = [
    alert(
      "firing",
      { label1: "value1", label2: "value2", instance: "foo.bar:1234" },
      { annotation1: "value1", annotation2: "value2" },
      5,
      "fingerprint1",
    ),
    alert("resolved", { foo: "bar", baz: "qux" }, { aaa: "bbb", ccc: "ddd" }, 10, "fingerprint2"),
  ];
  return new GoStruct(DATA, [
    "receiver",
    "alertstatus",
    new GoList(ALERTS, alerts),
    "",
    kv({ grouplabelkey1: "grouplabelvalue1", grouplabelkey2: "grouplabelvalue2" }),
    kv(labels),
    kv(annotations),
    NIL_KV,
    "https://example.com",
    false,
  ]);
}
