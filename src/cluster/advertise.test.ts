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
  ["192.0.2.1", "", false, "192.0.2.1", none],
  ["192.0.2.1", "192.0.2.2", false, "192.0.2.2", none],
  ["0.0.0.0", "192.0.2.2", false, "192.0.2.2", none],
  ["192.0.2.1", "::ffff:10.0.0.1", false, "10.0.0.1", none],
  ["::1", "", false, "::1", none],
  ["0.0.0.0", "", false, "10.0.0.1", found("10.0.0.1")],
  ["", "", false, "10.0.0.1", found("10.0.0.1")],
  ["::", "", false, "fd00::2", found("fd00::2")],
  ["0.0.0.0", "", true, "10.0.0.1", found("10.0.0.1", "8.8.8.8")],
  ["0.0.0.0", "", true, "8.8.8.8", found("", "8.8.8.8")],
])("%p and %p, with public ones allowed %p: %s", (bind, advertise, allowPublic, expected, discovery) => {
  expect(deduceAdvertiseIP(bind, advertise, allowPublic, discovery)).toBe(expected);
});

test.each([
  ["192.0.2.1", "foo", false, "failed to parse advertise addr 'foo'", none],
  ["localhost", "", false, "failed to parse bind addr 'localhost'", none],
  ["0.0.0.0", "", false, "failed to get private IP: some error", found(broken)],
  ["0.0.0.0", "", false, "failed to parse discovered IP 'invalid'", found("invalid")],
  ["0.0.0.0", "", false, "no private IP found, explicit advertise addr not provided", none],
  ["0.0.0.0", "", false, "no private IP found, explicit advertise addr not provided", found("", "8.8.8.8")],
  ["0.0.0.0", "", true, "failed to get public IP: some error", found("", broken)],
  ["0.0.0.0", "", true, "failed to parse discovered IP 'invalid'", found("", "invalid")],
  ["0.0.0.0", "", true, "no private/public IP found, explicit advertise addr not provided", none],
])("%p and %p, with public ones allowed %p: %s", (bind, advertise, allowPublic, expected, discovery) => {
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
