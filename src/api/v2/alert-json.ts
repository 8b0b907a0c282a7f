import type { Alert } from "../../core/model/alert.ts";
import type { Timestamp } from "../../core/model/timestamp.ts";
import { escapeHTML } from "../json/quote.ts";
import type { Muting } from "./backend.ts";
import { timeTexts } from "./time-texts.ts";

/** An alert with all the API says about it. */
export interface ShownAlert {
  readonly alert: Alert;
  readonly receivers: readonly string[];
  readonly muting: Muting;
  /** Names of the intervals that mute its group. */
  readonly mutedBy: readonly string[];
}

/** All of an alert's text but what is its own: annotations, fingerprint and labels. */
interface Frame extends Pick<Alert, "startsAt" | "endsAt" | "generatorURL"> {
  readonly receivers: readonly string[];
  readonly status: string;
  /** What stands between annotations and fingerprint. */
  readonly first: string;
  /** What stands between fingerprint and labels. */
  readonly second: string;
}

const ACTIVE = '{"inhibitedBy":[],"mutedBy":[],"silencedBy":[],"state":"active"}';

/** Writes alerts as `gettableAlert`s (spec §2.6). For one request. */
export class AlertWriter {
  readonly #time = timeTexts();
  readonly #receivers = new Map<readonly string[], string>();
  /** Alerts of one request came at the same time and mostly share all of this. */
  readonly #frames = new Map<Timestamp, Frame>();
  readonly #pieces: string[] = [];

  /** A list of alerts without its brackets. */
  list(alerts: readonly ShownAlert[]): string {
    // The texts of labels and annotations are at hand; joining few pieces, many alerts at once, is what costs least.
    const pieces = this.#pieces;
    pieces.length = 0;
    for (const shown of alerts) {
      const { labels, annotations } = shown.alert;
      const { first, second } = this.#frame(shown);
      const start = pieces.length === 0 ? '{"annotations":' : '},{"annotations":';
      pieces.push(start, annotations.json, first, labels.fingerprint, second, labels.json);
    }
    if (alerts.length > 0) pieces.push("}");
    return pieces.join("");
  }

  #frame({ alert, receivers, muting, mutedBy }: ShownAlert): Frame {
    const { startsAt, endsAt, updatedAt, generatorURL } = alert;
    const status = statusText(muting, mutedBy);
    const known = this.#frames.get(updatedAt);
    if (
      known !== undefined &&
      known.endsAt === endsAt &&
      known.startsAt === startsAt &&
      known.receivers === receivers &&
      known.status === status &&
      known.generatorURL === generatorURL
    ) {
      return known;
    }
    const url = generatorURL === "" ? "" : `"generatorURL":${escapeHTML(JSON.stringify(generatorURL))},`;
    const frame = {
      startsAt,
      endsAt,
      receivers,
      status,
      generatorURL,
      first: `,"endsAt":"${this.#time(endsAt)}","fingerprint":"`,
      second: `","receivers":${this.#receiverList(receivers)},"startsAt":"${this.#time(startsAt)}","status":${status},"updatedAt":"${this.#time(updatedAt)}",${url}"labels":`,
    };
    this.#frames.set(updatedAt, frame);
    return frame;
  }

  /** The receivers of a route are one list for all its alerts. */
  #receiverList(receivers: readonly string[]): string {
    let list = this.#receivers.get(receivers);
    if (list === undefined) {
      list = escapeHTML(JSON.stringify(receivers.map((name) => ({ name }))));
      this.#receivers.set(receivers, list);
    }
    return list;
  }
}

function statusText({ inhibitedBy, silencedBy }: Muting, mutedBy: readonly string[]): string {
  if (inhibitedBy.length === 0 && silencedBy.length === 0 && mutedBy.length === 0) return ACTIVE;
  const list = (items: readonly string[]) => escapeHTML(JSON.stringify(items));
  return `{"inhibitedBy":${list(inhibitedBy)},"mutedBy":${list(mutedBy)},"silencedBy":${list(silencedBy)},"state":"suppressed"}`;
}
