import { fromEnvironment } from "./credentials.ts";
import type { Environment } from "./environment.ts";
import { readMapping, readScalar } from "./reader.ts";
import { text } from "./values.ts";

/** Who this server is among those that share its database; "" for what follows from where it runs. */
export interface ReplicaSettings {
  readonly name: string;
  readonly address: string;
}

export const DEFAULT_REPLICA: ReplicaSettings = { name: "", address: "" };

export const readReplica = readMapping(DEFAULT_REPLICA, { name: readScalar(text), address: readScalar(text) });

/** The settings of the file, completed by the environment where the file says nothing. */
export function replicaSettings(inFile: ReplicaSettings, environment: Environment): ReplicaSettings {
  const name = inFile.name === "" ? fromEnvironment(environment, "ALERTMANAGER_REPLICA_NAME", text) : inFile.name;
  return { ...inFile, name: name ?? "" };
}

/**
 * Its name and address. By default the host's name with the port: a pod of a StatefulSet has the same again after a restart,
 * and several servers of one machine do not.
 *
 * @param listening `host:port` of the first listener; without a host, or with one that stands for all, the host's name is shown
 */
export function replicaIdentity(
  { name, address }: ReplicaSettings,
  hostname: string,
  listening: string,
): ReplicaSettings {
  const colon = listening.lastIndexOf(":");
  const [host, port] = [listening.slice(0, colon), listening.slice(colon + 1)];
  const own = `${hostname}:${port}`;
  const anywhere = ["", "[::]", "0.0.0.0"].includes(host);
  return { name: name === "" ? own : name, address: address === "" ? (anywhere ? own : listening) : address };
}
