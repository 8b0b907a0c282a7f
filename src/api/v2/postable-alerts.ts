import { goQuote } from "../../core/model/goquote.ts";
import type { PostableAlert } from "../../core/model/postable.ts";
import type { Timestamp } from "../../core/model/timestamp.ts";
import type { JSONValue } from "../json/scan.ts";
import { Unmarshal, decodeLabels, decodeOwnString, decodeTime, foldKey, missing, wrongValue } from "./decode.ts";
import { RequestError } from "./respond.ts";
import { isRequestURI } from "./uri.ts";

// The Go type of the part of an alert that is decoded first, as errors print it.
const ALERT_TYPE = `struct { Annotations models.LabelSet "json:\\"annotations,omitempty\\""; EndsAt strfmt.DateTime "json:\\"endsAt,omitempty\\""; StartsAt strfmt.DateTime "json:\\"startsAt,omitempty\\"" }`;

interface DecodedAlert {
  readonly labels: Record<string, string> | undefined;
  readonly annotations: Record<string, string> | undefined;
  readonly startsAt: Timestamp | undefined;
  readonly endsAt: Timestamp | undefined;
  readonly generatorURL: string;
}

/**
 * The alerts of a decoded body, its shape checked as upstream's framework does (spec §2.7): everything is decoded
 * first, then the first fault of the first faulty alert is told.
 *
 * @throws DecodeError, TimestampError, RequestError
 */
export function postableAlerts(value: JSONValue): PostableAlert[] {
  if (value.kind === "null") return [];
  if (value.kind !== "array") wrongValue(value.kind, "models.PostableAlerts");
  const decoded = value.items.map((item) => (item.kind === "null" ? undefined : decodeAlert(item)));
  return decoded.map((alert, index) => {
    // Upstream crashes on a null alert.
    if (alert === undefined) throw missing(String(index));
    return checked(alert, index);
  });
}

function checked(alert: DecodedAlert, index: number): PostableAlert {
  const { labels, annotations = {}, generatorURL } = alert;
  if (generatorURL !== "" && !isRequestURI(generatorURL)) throw badURI(index, generatorURL);
  if (labels === undefined) throw missing(`${index}.labels`);
  return { labels, annotations, startsAt: set(alert.startsAt), endsAt: set(alert.endsAt), generatorURL };
}

function badURI(index: number, text: string): RequestError {
  return new RequestError(601, `${index}.generatorURL in body must be of type uri: ${goQuote(text)}`);
}

/** Year 1 means unset. */
function set(time: Timestamp | undefined): Timestamp | undefined {
  return time === undefined || time.isZero ? undefined : time;
}

function decodeAlert(value: JSONValue): DecodedAlert {
  if (value.kind !== "object") wrongValue(value.kind, ALERT_TYPE);
  let annotations: Record<string, string> | undefined;
  let startsAt: Timestamp | undefined;
  let endsAt: Timestamp | undefined;
  const first = new Unmarshal();
  for (const [key, member] of value.members) {
    switch (foldKey(key)) {
      case "annotations":
        annotations = decodeLabels(member, annotations, { call: first, struct: "", path: "annotations" });
        break;
      case "startsat":
        startsAt = decodeTime(member, "", "startsAt") ?? startsAt;
        break;
      case "endsat":
        endsAt = decodeTime(member, "", "endsAt") ?? endsAt;
        break;
      default:
    }
  }
  first.finish();

  let labels: Record<string, string> | undefined;
  let generatorURL = "";
  const second = new Unmarshal();
  for (const [key, member] of value.members) {
    switch (foldKey(key)) {
      case "labels":
        labels = decodeLabels(member, labels, { call: second, struct: "Alert", path: "labels" });
        break;
      case "generatorurl":
        generatorURL = decodeOwnString(member, "Alert", "generatorURL") ?? generatorURL;
        break;
      default:
    }
  }
  second.finish();
  return { labels, annotations, startsAt, endsAt, generatorURL };
}
