import { expect, test } from "bun:test";
import { deduceAdvertiseIP, type Discovery, finalAdvertiseIP } from "./advertise.ts";

const found = (privateIP: string | Error, publicIP: string | Error = ""): Discovery => {
  const give = (ip: string | Error) => () => {
    if (ip instanceof Error) throw ip;
    return ip;
  };
  return { privateIP: give(privateIP), publicIP: give(publicIP) };
};
const none = found("");
const broken = new Error("some error");

// The cases upstream tests its choice with, and the messages its program gives.
test.each([
  ["192.0.2.1", "", false, none, "192.0.2.1"],
  ["192.0.2.1", "192.0.2.2", false, none, "192.0.2.2"],
  ["0.0.0.0", "192.0.2.2", false, none, "192.0.2.2"],
  ["192.0.2.1", "::ffff:10.0.0.1", false, none, "10.0.0.1"],
  ["::1", "", false, none, "::1"],
  ["0.0.0.0", "", false, found("10.0.0.1"), "10.0.0.1"],
  ["", "", false, found("10.0.0.1"), "10.0.0.1"],
  ["::", "", false, found("fd00::2"), "fd00::2"],
  ["0.0.0.0", "", true, found("10.0.0.1", "8.8.8.8"), "10.0.0.1"],
  ["0.0.0.0", "", true, found("", "8.8.8.8"), "8.8.8.8"],
])("%s and %s, public ones %p, give %p: %s", (bind, advertise, allowPublic, discovery, expected) => {
  expect(deduceAdvertiseIP(bind, advertise, allowPublic, discovery)).toBe(expected);
});

test.each([
  ["192.0.2.1", "foo", false, none, "failed to parse advertise addr 'foo'"],
  ["localhost", "", false, none, "failed to parse bind addr 'localhost'"],
  ["0.0.0.0", "", false, found(broken), "failed to get private IP: some error"],
  ["0.0.0.0", "", false, found("invalid"), "failed to parse discovered IP 'invalid'"],
  ["0.0.0.0", "", false, none, "no private IP found, explicit advertise addr not provided"],
  ["0.0.0.0", "", false, found("", "8.8.8.8"), "no private IP found, explicit advertise addr not provided"],
  ["0.0.0.0", "", true, found("", broken), "failed to get public IP: some error"],
  ["0.0.0.0", "", true, found("", "invalid"), "failed to parse discovered IP 'invalid'"],
  ["0.0.0.0", "", true, none, "no private/public IP found, explicit advertise addr not provided"],
])("%s and %s, public ones %p, with %p: %s", (bind, advertise, allowPublic, discovery, expected) => {
  expect(() => deduceAdvertiseIP(bind, advertise, allowPublic, discovery)).toThrow(expected);
});

test("in the end what was given counts, then a private address, then what is listened on", () => {
  expect(finalAdvertiseIP("10.0.0.5", "127.0.0.1", "127.0.0.1", none)).toBe("10.0.0.5");
  expect(finalAdvertiseIP("", "0.0.0.0", "::", found("10.0.0.1"))).toBe("10.0.0.1");
  expect(finalAdvertiseIP("", "127.0.0.1", "127.0.0.1", none)).toBe("127.0.0.1");
  expect(() => finalAdvertiseIP("foo", "127.0.0.1", "127.0.0.1", none)).toThrow(
    'failed to parse advertise address "foo"',
  );
  expect(() => finalAdvertiseIP("", "0.0.0.0", "::", none)).toThrow(
    "no private IP address found, and explicit IP not provided",
  );
});
