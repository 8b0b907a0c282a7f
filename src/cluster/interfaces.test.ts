import { expect, test } from "bun:test";
import { rankAddresses, type InterfaceAddress } from "./interfaces.ts";

const on = (name: string, ...addresses: readonly string[]): InterfaceAddress[] =>
  addresses.map((address) => {
    const [ip = "", prefix] = address.split("/");
    return { interface: name, ip, prefix: Number(prefix) };
  });

const LOOPBACK = on("lo", "127.0.0.1/8", "::1/128");

test("what is not forwarded is no address for others", () => {
  const addresses = [...LOOPBACK, ...on("eth0", "169.254.1.1/16", "192.0.2.2/24", "fe80::1/64", "2001:db8::1/64")];

  expect(rankAddresses(addresses, "eth0")).toEqual({ private: [], public: [] });
});

test("private and public ones are told apart", () => {
  const addresses = [
    ...LOOPBACK,
    ...on("eth0", "10.1.2.3/24", "100.64.0.9/10", "172.16.5.5/12", "192.168.1.1/24", "198.18.0.1/15", "fd00::2/64"),
    ...on("eth1", "8.8.8.8/24", "172.32.0.1/16", "2a00::1/64"),
  ];

  const ranked = rankAddresses(addresses, undefined);

  expect([...ranked.private].sort()).toEqual(
    ["10.1.2.3", "100.64.0.9", "172.16.5.5", "192.168.1.1", "198.18.0.1", "fd00::2"].sort(),
  );
  expect([...ranked.public].sort()).toEqual(["172.32.0.1", "2a00::1", "8.8.8.8"]);
});

test("the interface with the default route comes first, then IPv4, then the larger network", () => {
  const addresses = [
    ...on("docker0", "172.17.0.1/16"),
    ...on("eth0", "fd00::2/64", "10.9.8.7/24", "10.9.0.1/8", "10.8.0.1/8"),
    ...on("wg0", "10.0.0.1/8"),
  ];

  expect(rankAddresses(addresses, "eth0").private).toEqual([
    "10.9.0.1",
    "10.8.0.1",
    "10.9.8.7",
    "fd00::2",
    "10.0.0.1",
    "172.17.0.1",
  ]);
  expect(rankAddresses(addresses, undefined).private[0]).toBe("10.9.0.1");
});
