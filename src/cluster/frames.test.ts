import { expect, test } from "bun:test";
import { encodeFrame, FRAME_LIMIT, FrameReader, GREETING_LIMIT, PREAMBLE } from "./frames.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (s: string) => new TextEncoder().encode(s);

/** What the reader makes of the pieces, in words. */
function read(reader: FrameReader, ...pieces: readonly Uint8Array[]): string[] {
  return pieces.flatMap((piece) => [...reader.read(piece)].map(({ type, payload }) => `${type} ${text(payload)}`));
}

const stream = Buffer.concat([PREAMBLE, encodeFrame(1, bytes("hello")), encodeFrame(3), encodeFrame(8, bytes("état"))]);
const FRAMES = ["1 hello", "3 ", "8 état"];

test("frames are a length, a type and a payload", () => {
  expect([...encodeFrame(7, bytes("ab"))]).toEqual([0, 0, 0, 3, 7, 97, 98]);
});

test("frames are read whatever pieces they come in", () => {
  expect(read(new FrameReader(), stream)).toEqual(FRAMES);
  expect(read(new FrameReader(), ...[...stream].map((byte) => Uint8Array.of(byte)))).toEqual(FRAMES);
  for (let at = 1; at < stream.length; at++) {
    expect(read(new FrameReader(), stream.subarray(0, at), stream.subarray(at))).toEqual(FRAMES);
  }
});

test("what is not ours is known by its first byte that differs", () => {
  // A call of Alertmanager's own protocol, with and without a label; HTTP; the beginning of ours.
  for (const other of [[6], [244, 1, 97], [0x47], [...PREAMBLE.subarray(0, 7), 0]]) {
    expect(() => read(new FrameReader(), Uint8Array.from(other))).toThrow("is it Prometheus Alertmanager?");
  }
});

test("a stranger may not announce long frames, a member may", () => {
  const announce = (length: number) => {
    const head = new Uint8Array(4);
    new DataView(head.buffer).setUint32(0, length);
    return Buffer.concat([PREAMBLE, head]);
  };
  const member = new FrameReader();
  member.limit = FRAME_LIMIT;

  expect(read(new FrameReader(), announce(GREETING_LIMIT))).toEqual([]);
  expect(() => read(new FrameReader(), announce(GREETING_LIMIT + 1))).toThrow("a frame of 8193 bytes");
  expect(read(member, announce(FRAME_LIMIT))).toEqual([]);
  expect(() => read(new FrameReader(), announce(0))).toThrow("a frame of 0 bytes");
  expect(() => read(new FrameReader(), announce(0xffffffff))).toThrow("a frame of 4294967295 bytes");
});

test("the beginning does no harm to Alertmanager: an unknown message, and a short one under TLS", () => {
  // hashicorp/memberlist numbers its messages 0 to 13, and 244.
  expect(PREAMBLE[0]).toBeGreaterThan(13);
  expect(PREAMBLE[0]).toBeLessThan(244);
  // Its TLS transport reads the length of a message first, least significant byte first, and makes room for it.
  expect(new DataView(PREAMBLE.buffer).getUint32(0, true)).toBeLessThan(1024);
});
