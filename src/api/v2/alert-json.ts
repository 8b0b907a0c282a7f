import type { Alert } from "../../core/model/alert.ts";
import { escapeHTML } from "../json/quote.ts";
import type { Muting } from "../../core/interfaces/backend.ts";
import { type Seconds, TimePieces } from "./time-pieces.ts";

/** An alert with all the API says about it. */
export interface ShownAlert {
  readonly alert: Alert;
  readonly receivers: readonly string[];
  readonly muting: Muting;
  /** Names of the intervals that mute its group. */
  readonly mutedBy: readonly string[];
}

export function isActive({ muting, mutedBy }: ShownAlert): boolean {
  return muting.inhibitedBy.length === 0 && muting.silencedBy.length === 0 && mutedBy.length === 0;
}

const ENDS_AT = new TimePieces(',"endsAt":"', '","fingerprint":"');
const STARTS_AT_THEN_ACTIVE = new TimePieces(
  "",
  '","status":{"inhibitedBy":[],"mutedBy":[],"silencedBy":[],"state":"active"},"updatedAt":"',
);
const STARTS_AT = new TimePieces("", '","status":');
const UPDATED_AT = new TimePieces("", '","labels":');
const UPDATED_AT_THEN_URL = new TimePieces("", '","generatorURL":');

/** Writes alerts as `gettableAlert`s (spec §2.6). For one request. */
export class AlertWriter {
  readonly #seconds: Seconds = new Map();
  readonly #endSeconds: Seconds = new Map();
  readonly #receivers = new Map<readonly string[], string>();
  readonly #pieces: string[] = [];
  #url = { plain: "", text: "" };

  /** An alert with a comma before it. */
  write(shown: ShownAlert): string {
    const { alert } = shown;
    const pieces = this.#pieces;
    pieces.length = 0;
    const { labels, annotations, generatorURL } = alert;
    pieces.push(',{"annotations":', annotations.key);
    ENDS_AT.push(pieces, this.#endSeconds, alert.endsAt);
    pieces.push(labels.fingerprint, this.#receiverList(shown.receivers));
    if (isActive(shown)) STARTS_AT_THEN_ACTIVE.push(pieces, this.#seconds, alert.startsAt);
    else {
      STARTS_AT.push(pieces, this.#seconds, alert.startsAt);
      pieces.push(suppressed(shown));
    }
    if (generatorURL === "") UPDATED_AT.push(pieces, this.#seconds, alert.updatedAt);
    else {
      UPDATED_AT_THEN_URL.push(pieces, this.#seconds, alert.updatedAt);
      pieces.push(this.#urlText(generatorURL));
    }
    pieces.push(labels.key, "}");
    // All of it at once: what is to be escaped stands only inside strings.
    return escapeHTML(pieces.join(""));
  }

  /** The receivers of a route are one list for all its alerts. */
  #receiverList(receivers: readonly string[]): string {
    let list = this.#receivers.get(receivers);
    if (list === undefined) {
      list = `","receivers":${JSON.stringify(receivers.map((name) => ({ name })))},"startsAt":"`;
      this.#receivers.set(receivers, list);
    }
    return list;
  }

  /** Alerts of one rule share theirs, and often come together. */
  #urlText(url: string): string {
    if (url !== this.#url.plain) this.#url = { plain: url, text: `${JSON.stringify(url)},"labels":` };
    return this.#url.text;
  }
}

function suppressed({ muting: { inhibitedBy, silencedBy }, mutedBy }: ShownAlert): string {
  return `{"inhibitedBy":${JSON.stringify(inhibitedBy)},"mutedBy":${JSON.stringify(mutedBy)},"silencedBy":${JSON.stringify(silencedBy)},"state":"suppressed"},"updatedAt":"`;
}
