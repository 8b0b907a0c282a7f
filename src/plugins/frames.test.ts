import { expect, test } from "bun:test";
import { encodeMessage, MessageReader } from "./frames.ts";

const messages = [{ a: "é" }, [1, 2], null, "x".repeat(300)];
const stream = Buffer.concat(messages.map((message) => encodeMessage(message, 1000)));

test("a message is the length of its JSON, and its JSON", () => {
  expect([...encodeMessage("é", 10)]).toEqual([0, 0, 0, 4, 0x22, 0xc3, 0xa9, 0x22]);
});

test("messages are read whatever pieces they come in", () => {
  const read = (...pieces: Uint8Array[]) => {
    const reader = new MessageReader(1000);
    return pieces.flatMap((piece) => Array.from(reader.read(piece)));
  };
  expect(read(stream)).toEqual(messages);
  expect(read(...[...stream].map((byte) => Uint8Array.of(byte)))).toEqual(messages);
  for (let at = 1; at < stream.length; at++) {
    expect(read(stream.subarray(0, at), stream.subarray(at))).toEqual(messages);
  }
});

test("a message that is too long is neither sent nor waited for", () => {
  expect(() => encodeMessage("12345678", 9)).toThrow("a message of 10 bytes, more than the 9 allowed");
  const head = encodeMessage("12345678", 10).subarray(0, 4);
  expect(() => [...new MessageReader(9).read(head)]).toThrow("a message of 10 bytes, more than the 9 allowed");
});

test("what is no JSON is refused", () => {
  expect(() => [...new MessageReader(9).read(Uint8Array.of(0, 0, 0, 1, 0x7b))]).toThrow("JSON");
});
