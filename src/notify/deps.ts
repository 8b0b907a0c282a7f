import type { DialerMetrics } from "../metrics/dialer.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import type { TemplateSet } from "../template/index.ts";

/** What every receiver is built with. */
export interface ReceiverDeps {
  readonly templates: TemplateSet;
  /** Alertmanager's own address, as templates and payloads show it. */
  readonly externalUrl: string;
  readonly log: Logger;
  /** Counts the connections to receivers. */
  readonly dialer: DialerMetrics;
  /** For the proxy and cloud variables. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What notification requests name as their sender: receivers may know it, so it stays upstream's. */
export const USER_AGENT = "Alertmanager/0.34.0";
