import { expect, test } from "bun:test";
import { HTTP2Streams } from "./http2-streams.ts";

const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const [DATA, HEADERS, RST_STREAM, SETTINGS] = [0, 1, 3, 4];
const END = 0x1;

function frame(type: number, flags: number, stream: number, length = 0): Buffer {
  const head = Buffer.alloc(9 + length);
  head.writeUIntBE(length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return head;
}

// Frames in pieces of every size must be read as the same frames.
for (const size of [1, 2, 8, 9, 10, 33, 100_000]) {
  const pieces = (bytes: Buffer) =>
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) => bytes.subarray(n * size, (n + 1) * size));
  const pass = (streams: HTTP2Streams, side: "fromClient" | "fromServer", ...frames: Buffer[]) => {
    for (const piece of pieces(Buffer.concat(frames))) streams[side](piece);
    return streams.open;
  };

  test(`a stream is open until its answer has ended, in pieces of ${size}`, () => {
    const streams = new HTTP2Streams();
    expect(pass(streams, "fromClient", PREFACE, frame(SETTINGS, 0, 0, 18), frame(HEADERS, END, 1, 40))).toBe(1);
    expect(pass(streams, "fromClient", frame(HEADERS, 0, 3, 40), frame(DATA, END, 3, 500))).toBe(2);
    expect(pass(streams, "fromServer", frame(SETTINGS, 0, 0), frame(HEADERS, 0, 1, 30), frame(DATA, 0, 1, 9))).toBe(2);
    expect(pass(streams, "fromServer", frame(DATA, 0, 3, 700), frame(DATA, END, 1))).toBe(1);
    expect(pass(streams, "fromServer", frame(HEADERS, END, 3, 12))).toBe(0);
  });
}

test("the last piece of an answer must have passed", () => {
  const streams = new HTTP2Streams();
  streams.fromClient(Buffer.concat([PREFACE, frame(HEADERS, END, 1, 5)]));
  const last = frame(DATA, END, 1, 100);
  streams.fromServer(last.subarray(0, 108));
  expect(streams.open).toBe(1);
  streams.fromServer(last.subarray(108));
  expect(streams.open).toBe(0);
});

test("a stream given up by either side is open no more, and trailers open none", () => {
  const streams = new HTTP2Streams();
  streams.fromClient(Buffer.concat([PREFACE, frame(HEADERS, 0, 1), frame(HEADERS, 0, 3), frame(HEADERS, 0, 5)]));
  streams.fromClient(frame(RST_STREAM, 0, 1, 4));
  streams.fromServer(frame(RST_STREAM, 0, 3, 4));
  streams.fromServer(frame(DATA, END, 5));
  streams.fromClient(frame(HEADERS, END, 5, 3));
  expect(streams.open).toBe(0);
});
