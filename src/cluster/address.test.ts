import { expect, test } from "bun:test";
import { canonicalIP, formatAddress, hasNonlocal, isAny, isUnroutable, parseAddress, splitFlag } from "./address.ts";

test("addresses are printed as Go prints them and read back", () => {
  for (const text of ["10.0.0.1:9094", "[fd00::2]:9094", "[::]:0"]) {
    expect(formatAddress(parseAddress(text) ?? { host: "", port: -1 })).toBe(text);
  }
});

test.each(["", "10.0.0.1", "10.0.0.1:", "10.0.0.1:70000", "host:1", "fd00::2:1", "10.0.0.01:1", "10.0.0.1:1 ", ":1"])(
  "%p is no address",
  (text) => {
    expect(parseAddress(text)).toBeUndefined();
  },
);

test("IP addresses have one spelling", () => {
  expect(["FD00:0:0::2", "::ffff:10.0.0.1", "127.0.0.1"].map(canonicalIP)).toEqual([
    "fd00::2",
    "10.0.0.1",
    "127.0.0.1",
  ]);
  expect(["fe80::1%eth0", "010.0.0.1", "1.2.3", "localhost", ""].map(canonicalIP)).toEqual(
    Array.from({ length: 5 }, () => undefined),
  );
});

test("flags are split as the operator writes them", () => {
  expect(splitFlag("[10.0.0.1]:9094", "listen")).toEqual({ host: "10.0.0.1", port: 9094 });
  expect(splitFlag(":9094", "listen")).toEqual({ host: "", port: 9094 });
});

// As the real program words them.
test.each([
  ["foo", "listen", "invalid listen address: address foo: missing port in address"],
  ["foo", "advertise", "invalid advertise address: address foo: missing port in address"],
  ["127.0.0.1:abc", "listen", 'address 127.0.0.1:abc: invalid port: strconv.Atoi: parsing "abc": invalid syntax'],
  ["127.0.0.1:", "listen", 'address 127.0.0.1:: invalid port: strconv.Atoi: parsing "": invalid syntax'],
])("%s is no address to %s on", (text, what, expected) => {
  expect(() => splitFlag(text, what)).toThrow(expected);
});

test("who reaches what", () => {
  expect(["", "0.0.0.0", "::", "127.0.0.1", "host"].map(isAny)).toEqual([true, true, true, false, false]);
  expect(["127.9.9.9", "::1", "LOCALHOST", "0.0.0.0", "10.0.0.1"].map(isUnroutable)).toEqual([
    true,
    true,
    true,
    true,
    false,
  ]);
  expect(hasNonlocal(["127.0.0.1:1", "localhost:2"])).toBe(false);
  expect(hasNonlocal(["127.0.0.1:1", "peer:2"])).toBe(true);
});
