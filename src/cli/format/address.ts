import { isIPv4, isIPv6 } from "node:net";

import { splitHostPort } from "../../notify/http/url.ts";

export interface PeerAddress {
  /** As written; empty where there is no `host:port`. */
  readonly host: string;
  /** 16 bytes of the IP address, none where the host is no address. */
  readonly ip: Uint8Array;
  readonly port: number;
}

/** Takes the address of a peer apart for sorting. */
export function addressOf(address: string): PeerAddress {
  const [host, port] = /:\d*$/.test(address) ? splitHostPort(address) : ["", ""];
  return { host, ip: bytesOf(host), port: Number(port) };
}

/** By IP address, then port; what has none first. */
export function compareAddresses(a: PeerAddress, b: PeerAddress): number {
  return a.host === b.host ? a.port - b.port : Buffer.compare(a.ip, b.ip);
}

const IPV4_PREFIX = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

function bytesOf(host: string): Uint8Array {
  if (isIPv4(host)) return Uint8Array.from([...IPV4_PREFIX, ...host.split(".").map(Number)]);
  if (!isIPv6(host) || host.includes("%")) return new Uint8Array();
  const [head = "", tail] = withoutDots(host).split("::");
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const zeros = Array.from({ length: 16 - before.length - after.length }, () => 0);
  return Uint8Array.from([...before, ...zeros, ...after]);
}

/** `::ffff:1.2.3.4` with its last four bytes in groups like the others. */
function withoutDots(host: string): string {
  return host.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(0, 4).map(Number);
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
}

function groups(text: string): number[] {
  return text
    .split(":")
    .filter((group) => group !== "")
    .flatMap((group) => {
      const value = Number.parseInt(group, 16);
      return [value >> 8, value & 0xff];
    });
}
