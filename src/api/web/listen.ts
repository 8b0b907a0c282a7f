import type { Logger } from "../../server/logger.ts";
import { openListeners } from "./open-listeners.ts";
import type { OnRequest } from "./guard.ts";

/** How long the end waits for answers under way, ms (spec §1.1). */
const GRACE = 5000;

/** `openListeners` for callers of its first form, which handed over the API and a reader of the web configuration. */
export async function listen(options: {
  readonly addresses: readonly string[];
  readonly systemdSocket: boolean;
  readonly configFile: string;
  /** Not called: the file is read by `openListeners`. */
  readonly readConfig: (path: string) => unknown;
  readonly log: Logger;
}) {
  const { addresses, systemdSocket, configFile, log } = options;
  const listeners = await openListeners({ addresses, systemdSocket, webConfigFile: configFile, log });
  return {
    port: listeners.addresses[0]?.port ?? 0,
    serve: (api: { readonly handle: OnRequest }) => listeners.serve((request, client) => api.handle(request, client)),
    stop: () => listeners.stop(GRACE),
  };
}
