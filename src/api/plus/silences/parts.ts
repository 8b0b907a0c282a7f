import type { HistoryReader } from "../../../core/interfaces/history.ts";
import type { MatcherParser } from "../../../core/model/matcher-parse.ts";
import type { Silence } from "../../../core/model/silence.ts";
import type { SilenceKeeping } from "../../../silences/index.ts";
import type { Backend } from "../../../core/interfaces/backend.ts";
import type { AlertsView } from "../alerts/view.ts";

/** What the endpoints for silences need of the rest of the server. */
export interface SilencesParts {
  readonly backend: Pick<Backend, "silence" | "setSilence" | "expireSilence" | "catchUp">;
  /** All there are, in no order. */
  readonly silences: () => Iterable<Silence>;
  readonly keeping: SilenceKeeping;
  readonly view: AlertsView;
  readonly matchers: MatcherParser;
  readonly isLabelName: (name: string) => boolean;
  readonly history: HistoryReader;
}

export const TAG = "silences";
