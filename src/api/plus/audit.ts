import type { Observer } from "../../core/interfaces/observing.ts";
import type { Logger } from "../../core/interfaces/logging.ts";
import type { Client } from "../web/index.ts";
import type { Caller } from "./caller.ts";

/** Something that somebody had done. */
export interface Change {
  readonly caller: Caller;
  readonly client: Client | undefined;
  /** Method and path as documents name it, such as `DELETE /api/plus/v1/tokens/:id`. */
  readonly what: string;
  /** As it was sent, without a query. */
  readonly path: string;
  readonly status: number;
}

/** Characters of a path that are kept for the record. */
const LONGEST_PATH = 200;

/** Keeps for the record who had what done: in the log, and told to whoever observes. What was sent is not kept. */
export type Audit = (change: Change) => void;

/** @param now ms */
export function createAudit(log: Logger, observer: Observer, now: () => number): Audit {
  return ({ caller: { name, via }, client, what, path, status }) => {
    const address = client?.address ?? "";
    const shown = path.length > LONGEST_PATH ? `${path.slice(0, LONGEST_PATH - 1)}…` : path;
    log.info("Changed over the API", { actor: name, via, what, path: shown, status, address });
    observer.happened({
      kind: "access",
      change: "request",
      at: now(),
      origin: "here",
      subject: what,
      actor: { name, via },
      detail: { path: shown, status, address },
    });
  };
}
