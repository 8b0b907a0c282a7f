import type { Config } from "../../config/index.ts";
import { INTEGRATION_KEYS } from "../../config/receivers/index.ts";
import type { InForce } from "../configuration.ts";

/** Which receivers of a configuration tell anybody: those with integrations, or with what our own settings add to them. */
export function tellsOf(config: Config, { loaded, publishers }: InForce): (receiver: string) => boolean {
  const integrations = (of: Config) =>
    new Map(of.receivers.map((one) => [one.name, INTEGRATION_KEYS.reduce((sum, key) => sum + one[key].length, 0)]));
  const own = integrations(config);
  const running = integrations(loaded.config);
  return (name) => (own.get(name) ?? 0) > 0 || publishers.targets(name).length > (running.get(name) ?? 0);
}
