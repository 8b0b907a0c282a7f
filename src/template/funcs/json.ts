import { MAX_OUTPUT, OutputTooLarge } from "../bounds.ts";
import { CallError } from "../exec/execution.ts";
import { formatFloat } from "../fmt/float.ts";
import { momentJSON } from "../time/format.ts";
import { UINT8 } from "../value/types.ts";
import {
  GoComplex,
  GoList,
  GoLocation,
  GoMap,
  GoNumber,
  GoPointer,
  GoString,
  GoStruct,
  GoTime,
  Slot,
  type Value,
} from "../value/values.ts";

// What JSON.stringify writes as Go does needs none of these characters.
// oxlint-disable-next-line no-control-regex
const SPECIAL = /[<>&\u2028\u2029\ud800-\udfff]/;

/** A string as Go's encoding/json writes it with HTML escaping: what is no UTF-8 becomes the six characters `\ufffd`. */
function jsonString(s: string): string {
  const text = JSON.stringify(s);
  if (!SPECIAL.test(s)) return text;
  // JSON.stringify writes lone surrogates, which are our invalid bytes, as escapes in lower case.
  return text
    .replace(/(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g, "$1\\ufffd")
    .replace(/(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g, "$1\\ufffd")
    .replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function jsonFloat(value: number): string {
  if (!Number.isFinite(value)) throw new CallError(`json: unsupported value: ${formatFloat(value, "g", -1)}`);
  const abs = Math.abs(value);
  if (abs !== 0 && (abs < 1e-6 || abs >= 1e21)) return formatFloat(value, "e", -1).replace(/e-0(\d)$/, "e-$1");
  return formatFloat(value, "f", -1);
}

/** Builds the text piece by piece so that it can stop when it grows too large. */
class Encoder {
  out = "";

  private write(text: string): void {
    this.out += text;
    if (this.out.length > MAX_OUTPUT) throw new OutputTooLarge();
  }

  encode(value: Value): void {
    switch (typeof value) {
      case "undefined":
        this.write("null");
        return;
      case "string":
        this.write(jsonString(value));
        return;
      case "number":
      case "bigint":
      case "boolean":
        this.write(String(value));
        return;
    }
    this.encodeObject(value);
  }

  private encodeObject(value: Exclude<Value, undefined | string | number | bigint | boolean>): void {
    if (value instanceof GoTime) this.write(jsonTime(value));
    else if (value instanceof GoString) this.write(jsonString(value.text));
    else if (value instanceof GoNumber) {
      this.write(value.type.kind === "float64" ? jsonFloat(Number(value.value)) : String(value.value));
    } else if (value instanceof GoMap) this.encodeMap(value);
    else if (value instanceof GoList) this.encodeList(value);
    else if (value instanceof GoStruct) this.encodeStruct(value);
    else if (value instanceof Slot) this.encode(value.inner);
    else if (value instanceof GoPointer) this.encode(value.target);
    else if (value instanceof GoLocation) this.write("{}");
    else throw new CallError(`json: unsupported type: ${(value satisfies GoComplex).type.name}`);
  }

  private encodeMap(map: GoMap): void {
    if (map.isNil) {
      this.write("null");
      return;
    }
    this.write("{");
    map.keys.forEach((key, i) => {
      this.write(`${i > 0 ? "," : ""}${jsonString(key)}:`);
      this.encode(map.get(key));
    });
    this.write("}");
  }

  private encodeList(list: GoList): void {
    if (list.isNil) this.write("null");
    else if (list.type.elem === UINT8) {
      const bytes = Uint8Array.from(list.items, (item) => Number((item as GoNumber).value));
      this.write(`"${Buffer.from(bytes).toString("base64")}"`);
    } else {
      this.write("[");
      list.items.forEach((item, i) => {
        if (i > 0) this.write(",");
        this.encode(item);
      });
      this.write("]");
    }
  }

  private encodeStruct({ type, values }: GoStruct): void {
    this.write("{");
    let first = true;
    (type.fields ?? []).forEach((field, i) => {
      if (field.json === undefined) return;
      this.write(`${first ? "" : ","}"${field.json}":`);
      first = false;
      this.encode(values[i]);
    });
    this.write("}");
  }
}

function jsonTime(time: GoTime): string {
  const json = momentJSON(time.moment);
  if ("error" in json) {
    throw new CallError(`json: error calling MarshalJSON for type time.Time: Time.MarshalJSON: ${json.error}`);
  }
  return `"${json.text}"`;
}

/**
 * Go's json.Marshal of a template's value.
 *
 * @throws CallError in Go's words for what JSON cannot say
 */
export function toJSON(value: Value): string {
  const encoder = new Encoder();
  encoder.encode(value);
  return encoder.out;
}
