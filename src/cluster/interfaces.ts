import { readFileSync } from "node:fs";
import { BlockList, isIPv4 } from "node:net";
import { networkInterfaces } from "node:os";
import { canonicalIP } from "./address.ts";

/** One address of one network interface that is up. */
export interface InterfaceAddress {
  readonly interface: string;
  readonly ip: string;
  /** Length of the network's prefix, bits. */
  readonly prefix: number;
}

// The special-purpose blocks of RFC 6890, as upstream's library lists them.
const SPECIAL_PURPOSE = blocks(
  "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24",
  "192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 240.0.0.0/4",
  "::1/128 ::/128 64:ff9b::/96 100::/64 2001::/16 2002::/16 fc00::/7 fe80::/10",
);

// Those of them whose addresses no router forwards.
const NOT_FORWARDED = blocks(
  "0.0.0.0/8 127.0.0.0/8 169.254.0.0/16 192.0.0.0/24 192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 240.0.0.0/4",
  "::1/128 ::/128 2001:db8::/32 2001:10::/28 fe80::/10",
);

function blocks(...lists: readonly string[]): BlockList {
  const list = new BlockList();
  for (const block of lists.join(" ").split(" ")) {
    const [network = "", prefix] = block.split("/");
    list.addSubnet(network, Number(prefix), isIPv4(network) ? "ipv4" : "ipv6");
  }
  return list;
}

function within(list: BlockList, ip: string): boolean {
  return list.check(ip, isIPv4(ip) ? "ipv4" : "ipv6");
}

/**
 * The addresses others may reach this machine by, best first, in the order of upstream's library: those of the
 * interface with the default route, IPv4, larger networks.
 *
 * @param defaultInterface undefined where there is no default route
 * @returns private ones (RFC 6890) and public ones
 */
export function rankAddresses(
  addresses: readonly InterfaceAddress[],
  defaultInterface: string | undefined,
): { readonly private: readonly string[]; readonly public: readonly string[] } {
  const rank = (a: InterfaceAddress): number[] => [
    a.interface === defaultInterface ? 0 : 1,
    isIPv4(a.ip) ? 0 : 1,
    a.prefix,
  ];
  const ips = addresses
    .filter(({ ip }) => !within(NOT_FORWARDED, ip))
    .sort((a, b) => {
      const [one, other] = [rank(a), rank(b)];
      return one.map((n, i) => n - (other[i] as number)).find((n) => n !== 0) ?? 0;
    })
    .map(({ ip }) => ip);
  return {
    private: ips.filter((ip) => within(SPECIAL_PURPOSE, ip)),
    public: ips.filter((ip) => !within(SPECIAL_PURPOSE, ip)),
  };
}

/** This machine's, as it is now. */
export function localAddresses(): ReturnType<typeof rankAddresses> {
  const addresses = Object.entries(networkInterfaces()).flatMap(([name, list = []]) =>
    list.flatMap(({ address, cidr }): InterfaceAddress[] => {
      const ip = canonicalIP(address);
      return ip === undefined ? [] : [{ interface: name, ip, prefix: Number(cidr?.split("/")[1] ?? 0) }];
    }),
  );
  return rankAddresses(addresses, defaultInterface());
}

/** The interface of the IPv4 default route, of which Linux keeps the least metric first. */
function defaultInterface(): string | undefined {
  let routes: string;
  try {
    routes = readFileSync("/proc/net/route", "latin1");
  } catch {
    return undefined;
  }
  for (const line of routes.split("\n").slice(1)) {
    const [name, destination, , , , , , mask] = line.split("\t");
    if (destination === "00000000" && mask === "00000000") return name;
  }
  return undefined;
}
