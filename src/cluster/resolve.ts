import { lookup } from "node:dns/promises";
import { splitHostPort } from "../config/host-port.ts";
import type { Clock } from "../dispatch/clock.ts";
import { canonicalIP, formatAddress, parseAddress, type Address } from "./address.ts";

/** Finds the IP addresses, of both kinds, of a name. @throws Error when there are none */
export type Lookup = (host: string) => Promise<readonly string[]>;

export const systemLookup: Lookup = async (host) => {
  if (host === "") throw new Error("no such host");
  return (await lookup(host, { all: true })).map(({ address }) => address);
};

/** A look-up that takes `timeout` ms at most. */
export function bounded(look: Lookup, clock: Clock, timeout: number): Lookup {
  return (host) => {
    const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>();
    const cancel = clock.schedule(timeout, () => reject(new Error(`lookup ${host}: i/o timeout`)));
    look(host).then(resolve, reject).finally(cancel);
    return promise;
  };
}

/** What is known of the peers that were given by `--cluster.peer`. */
export interface ResolvedPeers {
  /** `ip:port`, one for each address of each name, as the names came. */
  readonly addresses: readonly string[];
  /** Those whose name nobody knows yet, as given. */
  readonly unresolved: readonly string[];
}

/**
 * Looks the peers up.
 *
 * @param own the address to leave out
 * @throws Error in upstream's words for one that is no `host:port`
 */
export async function resolvePeers(peers: readonly string[], own: string, look: Lookup): Promise<ResolvedPeers> {
  const split = peers.map((peer) => {
    try {
      return splitHostPort(peer);
    } catch (e) {
      throw new Error(`split host/port for peer ${peer}: ${(e as Error).message}`, { cause: e });
    }
  });
  const found = await Promise.all(split.map(({ host }) => look(host).catch((): readonly string[] => [])));
  const addresses = new Set<string>();
  const unresolved: string[] = [];
  for (const [i, peer] of peers.entries()) {
    const { port } = split[i] as (typeof split)[0];
    const ips = found[i] as readonly string[];
    if (ips.length === 0 || portProblem(port) !== undefined) unresolved.push(peer);
    else for (const ip of ips) addresses.add(formatAddress({ host: canonicalIP(ip) ?? ip, port: Number(port) }));
  }
  addresses.delete(own);
  return { addresses: [...addresses], unresolved };
}

/** Why a peer is unresolved, in the words of Go. */
export function resolveProblem(peer: string): string {
  const { host, port } = splitHostPort(peer);
  return portProblem(port) ?? `lookup ${host}: no such host`;
}

function portProblem(port: string): string | undefined {
  if (!/^[0-9]+$/.test(port)) return `strconv.ParseUint: parsing "${port}": invalid syntax`;
  return Number(port) > 65_535 ? `strconv.ParseUint: parsing "${port}": value out of range` : undefined;
}

/** The address of an `ip:port` that `resolvePeers` gave. @throws Error on anything else */
export function addressOf(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`an IP address and a port were expected, not ${text}`);
  return address;
}
