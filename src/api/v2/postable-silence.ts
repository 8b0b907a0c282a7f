import { matchTypeOf } from "../../core/model/matcher.ts";
import type { PostableMatcher, PostableSilence } from "../../core/model/postable.ts";
import type { Timestamp } from "../../core/model/timestamp.ts";
import type { JSONValue } from "../json/scan.ts";
import { Unmarshal, decodeLabels, decodeTime, foldKey, missing, wrongValue } from "./decode.ts";
import { RequestError } from "./respond.ts";

// The Go type of the part of a silence that is decoded first, as errors print it.
const SILENCE_TYPE = `struct { ID string "json:\\"id,omitempty\\"" }`;

/**
 * The silence of a decoded body, its shape checked as upstream's framework does (spec §2.9).
 *
 * @throws DecodeError, TimestampError, RequestError
 */
export function postableSilence(value: JSONValue): PostableSilence {
  if (value.kind !== "object" && value.kind !== "null") wrongValue(value.kind, SILENCE_TYPE);
  const members = value.kind === "object" ? value.members : [];
  const id = decodeID(members);
  const call = new Unmarshal();
  let annotations: Record<string, string> | undefined;
  let comment: string | undefined;
  let createdBy: string | undefined;
  let startsAt: Timestamp | undefined;
  let endsAt: Timestamp | undefined;
  let matchers: readonly (DecodedMatcher | undefined)[] | undefined;
  for (const [key, member] of members) {
    switch (foldKey(key)) {
      case "annotations":
        annotations = decodeLabels(member, annotations, { call, struct: "Silence", path: "annotations" });
        break;
      case "comment":
        comment = decodeString(member, call, "Silence", "comment");
        break;
      case "createdby":
        createdBy = decodeString(member, call, "Silence", "createdBy");
        break;
      case "startsat":
        startsAt = decodeTime(member, "Silence", "startsAt");
        break;
      case "endsat":
        endsAt = decodeTime(member, "Silence", "endsAt");
        break;
      case "matchers":
        matchers = decodeMatchers(member, call);
        break;
      default:
    }
  }
  call.finish();

  if (comment === undefined) throw missing("comment");
  if (createdBy === undefined) throw missing("createdBy");
  if (endsAt === undefined) throw missing("endsAt");
  if (matchers === undefined) throw missing("matchers");
  if (matchers.length === 0) throw new RequestError(612, "matchers in body should have at least 1 items");
  const checked = matchers.map(checkMatcher);
  if (startsAt === undefined) throw missing("startsAt");
  return { id, matchers: checked, startsAt, endsAt, createdBy, comment, annotations: annotations ?? {} };
}

type Members = readonly (readonly [key: string, value: JSONValue])[];

function decodeID(members: Members): string {
  const call = new Unmarshal();
  let id = "";
  for (const [key, member] of members) {
    if (foldKey(key) === "id") id = decodeString(member, call, "", "id") ?? id;
  }
  call.finish();
  return id;
}

function decodeString(value: JSONValue, call: Unmarshal, struct: string, path: string): string | undefined {
  if (value.kind === "string") return value.text;
  if (value.kind !== "null") call.mismatch(value.kind, struct, path, "string");
  return undefined;
}

interface DecodedMatcher {
  isEqual?: boolean | undefined;
  isRegex?: boolean | undefined;
  name?: string | undefined;
  value?: string | undefined;
}

function decodeMatchers(value: JSONValue, call: Unmarshal): (DecodedMatcher | undefined)[] | undefined {
  if (value.kind === "null") return undefined;
  if (value.kind !== "array") {
    call.mismatch(value.kind, "Silence", "matchers", "models.Matchers");
    return undefined;
  }
  return value.items.map((item) => {
    if (item.kind === "null") return undefined;
    if (item.kind !== "object") {
      call.mismatch(item.kind, "Silence", "matchers", "models.Matcher");
      return undefined;
    }
    return decodeMatcher(item.members, call);
  });
}

function decodeMatcher(members: Members, call: Unmarshal): DecodedMatcher {
  const matcher: DecodedMatcher = {};
  const flag = (member: JSONValue, name: string) => {
    if (member.kind === "bool") return member.value;
    if (member.kind !== "null") call.mismatch(member.kind, "Matcher", `matchers.${name}`, "bool");
    return undefined;
  };
  for (const [key, member] of members) {
    switch (foldKey(key)) {
      case "isequal":
        matcher.isEqual = flag(member, "isEqual");
        break;
      case "isregex":
        matcher.isRegex = flag(member, "isRegex");
        break;
      case "name":
        matcher.name = decodeString(member, call, "Matcher", "matchers.name");
        break;
      case "value":
        matcher.value = decodeString(member, call, "Matcher", "matchers.value");
        break;
      default:
    }
  }
  return matcher;
}

function checkMatcher(matcher: DecodedMatcher | undefined, index: number): PostableMatcher {
  const path = `matchers.${index}`;
  // Upstream crashes on a null matcher.
  if (matcher === undefined) throw missing(path);
  const { isEqual = true, isRegex, name, value } = matcher;
  if (isRegex === undefined) throw missing(`${path}.isRegex`);
  if (name === undefined) throw missing(`${path}.name`);
  if (value === undefined) throw missing(`${path}.value`);
  return { type: matchTypeOf(isEqual, isRegex), name, value };
}
