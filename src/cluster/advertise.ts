import { canonicalIP, isAny } from "./address.ts";

/** Finds an address of this machine; "" when it has none of the kind. */
export interface Discovery {
  privateIP(): string;
  publicIP(): string;
}

/**
 * The IP address this member is to be known by, as far as can be said before it listens.
 *
 * @param bindHost host of `--cluster.listen-address`
 * @param advertiseHost host of `--cluster.advertise-address`, empty if not given
 * @param allowPublic `--cluster.allow-insecure-public-advertise-address-discovery`
 * @throws Error in upstream's words
 */
export function deduceAdvertiseIP(
  bindHost: string,
  advertiseHost: string,
  allowPublic: boolean,
  discovery: Discovery,
): string {
  if (advertiseHost !== "") return parsed(advertiseHost, "advertise addr");
  if (!isAny(bindHost)) return parsed(bindHost, "bind addr");
  const found = discovered("private", () => discovery.privateIP());
  if (found !== "") return parsed(found, "discovered IP");
  if (!allowPublic) throw new Error("no private IP found, explicit advertise addr not provided");
  const open = discovered("public", () => discovery.publicIP());
  if (open === "") throw new Error("no private/public IP found, explicit advertise addr not provided");
  return parsed(open, "discovered IP");
}

/**
 * The IP address that is told to others, once it is known what is listened on.
 *
 * @param explicit what was given or deduced, empty for none
 * @param boundIP of the listener
 * @throws Error in upstream's words
 */
export function finalAdvertiseIP(explicit: string, bindHost: string, boundIP: string, discovery: Discovery): string {
  if (explicit !== "") {
    const ip = canonicalIP(explicit);
    if (ip === undefined) throw new Error(`failed to parse advertise address "${explicit}"`);
    return ip;
  }
  if (bindHost !== "0.0.0.0") return boundIP;
  const found = discovery.privateIP();
  if (found === "") throw new Error("no private IP address found, and explicit IP not provided");
  return found;
}

function parsed(host: string, what: string): string {
  const ip = canonicalIP(host);
  if (ip === undefined) throw new Error(`failed to parse ${what} '${host}'`);
  return ip;
}

function discovered(kind: string, find: () => string): string {
  try {
    return find();
  } catch (e) {
    throw new Error(`failed to get ${kind} IP: ${(e as Error).message}`, { cause: e });
  }
}
