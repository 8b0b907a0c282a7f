import { expect, test } from "bun:test";
import { isVsock, joinHostPort, parseListenAddress } from "./listen-address.ts";

// What Alertmanager 0.34.0 said of each, after `alertmanager/app: listen "ADDRESS": `.
const refused: readonly [address: string, reason: string][] = [
  ["19995", "listen tcp: address 19995: missing port in address"],
  ["127.0.0.1", "listen tcp: address 127.0.0.1: missing port in address"],
  [":99999", "listen tcp: address 99999: invalid port"],
  [":-1", "listen tcp: address -1: invalid port"],
  ["127.0.0.1:999999999999999999999", "listen tcp: address 999999999999999999999: invalid port"],
  [":abc", "listen tcp: lookup tcp/abc: unknown port"],
  [":1_0", "listen tcp: lookup tcp/1_0: unknown port"],
  ["unix:///tmp/x", "listen tcp: lookup tcp////tmp/x: unknown port"],
  ["[::1", "listen tcp: address [::1: missing ']' in address"],
  ["::1:80", "listen tcp: address ::1:80: too many colons in address"],
  ["127.0.0.1:80:90", "listen tcp: address 127.0.0.1:80:90: too many colons in address"],
  ["a]b:80", "listen tcp: address a]b:80: unexpected ']' in address"],
  ["[a]b:80", "listen tcp: address [a]b:80: missing port in address"],
  ["127.1:19999", "listen tcp: lookup 127.1: no such host"],
  ["*:19990", "listen tcp: lookup *: no such host"],
];

test.each(refused)("%s is refused as upstream refuses it", async (address, reason) => {
  const message = await parseListenAddress(address).catch((e: Error) => e.message);
  expect(message).toBe(`alertmanager/app: listen "${address}": ${reason}`);
});

const taken: readonly [address: string, host: string, port: number][] = [
  ["", "", 0],
  [":", "", 0],
  [":9093", "", 9093],
  ["127.0.0.1:000019999", "127.0.0.1", 19999],
  ["127.0.0.1:+80", "127.0.0.1", 80],
  ["127.0.0.1:http", "127.0.0.1", 80],
  ["[127.0.0.1]:19999", "127.0.0.1", 19999],
  ["[::1]:", "::1", 0],
  ["[0:0:0:0:0:0:0:1]:19991", "::1", 19991],
  ["localhost:19995", "127.0.0.1", 19995],
];

test.each(taken)("%s is read", async (address, host, port) => {
  expect(await parseListenAddress(address)).toEqual({ text: address, host, port });
});

test("an address of vsock is known, and refused where upstream refuses it", () => {
  const said = (text: string) => {
    try {
      return isVsock(text);
    } catch (e) {
      return (e as Error).message.replace(/^alertmanager\/app: listen ".*?": /, "");
    }
  };
  expect(said(":9093")).toBe(false);
  expect(said("vsock://:1234")).toBe(true);
  expect(said("vsock://:abc")).toBe('parse "vsock://:abc": invalid port ":abc" after host');
  expect(said("vsock://x")).toBe("address x: missing port in address");
  expect(said("vsock://:99999999999")).toBe('strconv.ParseUint: parsing "99999999999": value out of range');
});

test("an address is printed with brackets where it needs them", () => {
  expect([joinHostPort("::", 9093), joinHostPort("127.0.0.1", 1)]).toEqual(["[::]:9093", "127.0.0.1:1"]);
});
