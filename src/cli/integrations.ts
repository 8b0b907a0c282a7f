import { INTEGRATION_KEYS } from "../config/receivers/index.ts";
import type { ReceiverConfig } from "../config/types.ts";

/** One integration of a receiver as the configuration has it. */
export interface Integration {
  /** Upstream's name: `webhook`, `email`, … */
  readonly type: string;
  /** Position among the receiver's integrations of this type. */
  readonly index: number;
  readonly sendResolved: boolean;
}

/** The integrations of a receiver, none of them built: neither its files nor its services have to be there. */
export function integrationsOf(receiver: ReceiverConfig): readonly Integration[] {
  return INTEGRATION_KEYS.flatMap((key) =>
    receiver[key].map(({ send_resolved }, index) => ({
      type: key.replace(/_configs$/, ""),
      index,
      sendResolved: send_resolved,
    })),
  );
}

/** As logs and the notification log name it: `webhook[0]`. */
export function integrationName({ type, index }: Pick<Integration, "type" | "index">): string {
  return `${type}[${index}]`;
}
