import { goQuote } from "../../core/model/goquote.ts";
import { MediaTypeError, parseMediaType } from "./media-type.ts";
import { RequestError } from "./respond.ts";

const OCTET_STREAM = "application/octet-stream";

/**
 * Refuses a body that is not JSON (spec §2.3). Only asked when there is a body.
 *
 * @throws RequestError 400 for a header that is no media type, 415 for another one, 500 for a wildcard
 */
export function checkContentType(header: string | null): void {
  if (header === "application/json") return;
  const value = header === null || header === "" ? OCTET_STREAM : header;
  let full: string;
  try {
    full = parseMediaType(value).full;
    const slash = full.indexOf("/");
    if (slash <= 0 || slash === full.length - 1) {
      throw new MediaTypeError(`mediatype: malformed: ${goQuote(full)} has no subtype`);
    }
  } catch (e) {
    if (!(e instanceof MediaTypeError)) throw e;
    throw new RequestError(400, `parsing Content-Type header from ${goQuote(value)} failed, because ${e.message}`);
  }
  // A wildcard passes for JSON as it does in Accept, but then nobody can read it.
  if (!acceptsJSON(full)) {
    throw new RequestError(415, `unsupported media type ${goQuote(full)}, only [application/json] are allowed`);
  }
  if (full !== "application/json") throw new RequestError(500, `no consumer registered for ${full}`);
}

/**
 * Refuses a client that does not take JSON (spec §2.3).
 *
 * @throws RequestError 406
 */
export function checkAccept(header: string | null): void {
  if (header === null || header === "*/*" || header === "application/json") return;
  if (!splitList(header).some(acceptable)) {
    throw new RequestError(406, "unsupported media type requested, only [application/json] are available");
  }
}

function acceptable(entry: string): boolean {
  try {
    const { full, parameters } = parseMediaType(entry);
    const q = parameters.get("q");
    return acceptsJSON(full) && !(q !== undefined && /^[-+]?[0-9.]/.test(q) && Number(q) <= 0);
  } catch (e) {
    if (e instanceof MediaTypeError) return false;
    throw e;
  }
}

/** Whether a type and subtype, either of which may be a wildcard, covers application/json. */
function acceptsJSON(full: string): boolean {
  const [type, subtype] = full.split("/");
  if (subtype === undefined || subtype === "") return false;
  return type === "*" || (type === "application" && (subtype === "json" || subtype === "*"));
}

/** Splits at commas outside quotes. */
function splitList(header: string): string[] {
  const entries = header.match(/(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g) ?? [];
  return entries.map((entry) => entry.trim()).filter((entry) => entry !== "");
}
