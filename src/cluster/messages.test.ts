import { expect, test } from "bun:test";
import { decodeHello, decodeMembers, decodeRefusal, encodeMessage, type Hello } from "./messages.ts";

const HELLO: Hello = {
  protocol: 1,
  oldestProtocol: 1,
  label: "ns/main",
  name: "alertmanager-main-0",
  address: "[fd00::2]:9094",
  incarnation: 7,
};
const { name, address, incarnation } = HELLO;

const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

test("what is said is what is heard", () => {
  expect(decodeHello(encodeMessage(HELLO))).toEqual(HELLO);
  expect(decodeMembers(encodeMessage([{ name, address, incarnation }]))).toEqual([{ name, address, incarnation }]);
  expect(decodeRefusal(encodeMessage({ reason: "label" }))).toBe("label");
});

test("what later releases add is not minded", () => {
  expect(decodeHello(json({ ...HELLO, protocol: 3, region: "x" }))).toEqual({ ...HELLO, protocol: 3 });
});

test.each([
  ["no JSON", new TextEncoder().encode("{")],
  ["no UTF-8", Uint8Array.of(0x22, 0xff, 0x22)],
  ["nothing", new Uint8Array(0)],
  ["null", json(null)],
  ["no name", json({ ...HELLO, name: "" })],
  ["a long name", json({ ...HELLO, name: "x".repeat(1025) })],
  ["a name that is no text", json({ ...HELLO, name: { toString: 1 } })],
  ["a host name", json({ ...HELLO, address: "localhost:9094" })],
  ["a port too high", json({ ...HELLO, address: "10.0.0.1:65536" })],
  ["no port", json({ ...HELLO, address: "10.0.0.1" })],
  ["a fraction", json({ ...HELLO, incarnation: 1.5 })],
  ["a negative number", json({ ...HELLO, protocol: -1 })],
  ["no label", json({ ...HELLO, label: undefined })],
])("a greeting with %s is malformed", (_, payload) => {
  expect(() => decodeHello(payload)).toThrow("a message without");
});

test("lists of members are checked one by one, and for their length", () => {
  expect(() => decodeMembers(json({}))).toThrow("a list of members");
  expect(() => decodeMembers(json([{ name, address, incarnation }, 1]))).toThrow("an object");
  expect(() => decodeMembers(json(Array.from({ length: 1001 }, () => ({ name, address, incarnation }))))).toThrow(
    "a list of members",
  );
  expect(() => decodeRefusal(json({ reason: "constructor" }))).toThrow("a reason");
});
