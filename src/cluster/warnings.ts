import type { Counter, Vec } from "../metrics/instruments.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import type { ChannelError } from "./errors.ts";

/** Addresses remembered as warned about. */
const MOST_WARNED = 1000;

/** Counts connections that came to nothing, and says so once for each address that somebody should look at. */
export class Warnings {
  readonly #warned = new Set<string>();

  constructor(
    private readonly log: Logger,
    private readonly refused: Vec<Counter>,
  ) {}

  note(address: string, { fault, message }: ChannelError): void {
    if (fault === "closed") return;
    this.refused.with(fault).inc();
    if (fault === "stalled") this.log.debug("peer is not responding", { addr: address, err: message });
    // A name that is taken was warned about where that was found.
    if (fault === "stalled" || fault === "name" || this.#warned.has(address)) return;
    if (this.#warned.size >= MOST_WARNED) this.#warned.clear();
    this.#warned.add(address);
    this.log.warn("No cluster with what is at this address: silences and notifications are not shared with it", {
      addr: address,
      err: message,
    });
  }

  /** What was wrong with these addresses is right now. */
  forget(...addresses: readonly string[]): void {
    for (const address of addresses) this.#warned.delete(address);
  }
}
