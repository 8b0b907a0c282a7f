import { configFile, type ConfigFile } from "./file.ts";
import { headersInUse } from "./receivers/email.ts";
import type { ReceiverFile } from "./receivers/index.ts";
import type { RouteFile } from "./route.ts";
import { Encoder } from "./schema/type.ts";
import { emitYaml } from "./yaml/emit.ts";

/** The configuration as upstream's status shows it (spec §4.9). */
export function printConfig(file: ConfigFile): string {
  const used = new Set<string>();
  if (file.route !== undefined) collectReceivers(file.route, used);
  const receivers = file.receivers.map((receiver) => (used.has(receiver.name) ? asBuilt(receiver) : receiver));
  return emitYaml(configFile.encode({ ...file, receivers }, new Encoder()));
}

function collectReceivers(route: RouteFile, names: Set<string>): void {
  names.add(route.receiver);
  for (const child of route.routes) if (child !== undefined) collectReceivers(child, names);
}

/** Building an e-mail integration changes its headers upstream. */
function asBuilt(receiver: ReceiverFile): ReceiverFile {
  const email_configs = receiver.email_configs.map((item) => item && { ...item, headers: headersInUse(item) });
  return { ...receiver, email_configs };
}
