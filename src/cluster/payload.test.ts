import { expect, test } from "bun:test";
import { formatNano, Timestamp } from "../core/model/timestamp.ts";
import { plainSilence, silenceOf } from "../store/fixtures.ts";
import { WireWriter } from "../store/upstream/wire.ts";
import { ChannelError } from "./errors.ts";
import { FRAME_LIMIT } from "./frames.ts";
import { decodedLogEntries, decodedSilences, encodedLogEntries, encodedSilences } from "./payload.ts";

const RETENTION = 3_600_000;
const never = (what: string, reason: string) => {
  throw new Error(`${what} left out: ${reason}`);
};

test("silences come out as they went in, in pieces of about 64 KiB", () => {
  const silences = Array.from({ length: 1000 }, (_, i) => silenceOf(`s${i}`, { comment: "x".repeat(200) }));

  const pieces = [...encodedSilences(silences, RETENTION, never)];
  const read = pieces.flatMap((piece) => decodedSilences(piece, never));

  expect(read.map(plainSilence)).toEqual(silences.map(plainSilence));
  expect(pieces.length).toBeGreaterThan(3);
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(65_536);
});

test("a silence larger than a piece is one of its own; one that no frame can take is left out", () => {
  const large = silenceOf("large", { comment: "x".repeat(200_000) });
  const tooLarge = silenceOf("too large", { comment: "x".repeat(FRAME_LIMIT) });
  const leftOut: string[] = [];

  const pieces = [
    ...encodedSilences([silenceOf("a"), large, tooLarge, silenceOf("b")], RETENTION, (what) => leftOut.push(what)),
  ];

  expect(pieces.map((piece) => decodedSilences(piece, never).map(({ id }) => id))).toEqual([["a"], ["large"], ["b"]]);
  expect(leftOut).toEqual(["silence too large"]);
});

test("nothing is no piece", () => {
  expect([...encodedLogEntries([], never)]).toEqual([]);
});

test("bytes that are none of it are malformed", () => {
  expect(() => decodedSilences(Uint8Array.of(5, 1), never)).toThrow("state that cannot be decoded: unexpected EOF");
  expect(() => decodedLogEntries(Uint8Array.of(2, 0x0a, 0xff), never)).toThrow("state that cannot be decoded");
});

test("silences no API would have taken are left out", () => {
  const silences = [
    silenceOf("", {}),
    silenceOf("no sets", { matcherSets: [] }),
    silenceOf("an empty set", { matcherSets: [[]] }),
    silenceOf("after all time", { endsAt: new Timestamp(8.7e15) }),
    silenceOf("good"),
  ];
  const leftOut: string[] = [];

  const read = [...encodedSilences(silences, 0, never)].flatMap((piece) =>
    decodedSilences(piece, (what) => leftOut.push(what)),
  );

  expect(read.map(({ id }) => id)).toEqual(["good"]);
  expect(leftOut).toEqual(["silence ", "silence no sets", "silence an empty set", "silence after all time"]);
});

test("log entries with times that are none are left out", () => {
  // MeshEntry{entry{group_key="g"}, expires_at{seconds=2^62}}
  const entry = new WireWriter().message(1, new WireWriter().text(1, "g"));
  const bytes = new WireWriter().delimited(entry.message(2, new WireWriter().int(1, 2 ** 62)).finish()).finish();
  const leftOut: string[] = [];

  expect(decodedLogEntries(bytes, (what) => leftOut.push(what))).toEqual([]);
  expect(leftOut).toEqual(["log entry g://0"]);
});

/** Numbers from 0 to below 1, the same each time (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

test("bytes that were tampered with are malformed, or say something that can be shown", () => {
  const random = numbers(1);
  const [silences] = [...encodedSilences([silenceOf("a"), silenceOf("b", { annotations: { k: "v" } })], 1, never)];
  const entry = {
    key: "g:r/i/0",
    groupKey: "g",
    receiver: "r",
    integration: "i",
    index: 0,
    firing: ["00000000000000ff"],
    resolved: [],
    timestamp: 1,
    expiresAt: 2,
    receiverData: { thread: "1", count: 2, part: 0.5 },
  };
  const [entries] = [...encodedLogEntries([entry], never)];
  let decoded = 0;
  for (let round = 0; round < 3000; round++) {
    const bytes = Uint8Array.from((round % 2 === 0 ? silences : entries) as Uint8Array);
    for (let i = 0; i < 1 + random() * 4; i++) bytes[Math.floor(random() * bytes.length)] = random() * 256;
    try {
      for (const { startsAt, endsAt, updatedAt } of decodedSilences(bytes, () => undefined)) {
        decoded += [startsAt, endsAt, updatedAt].map(formatNano).length;
      }
      for (const { timestamp, expiresAt } of decodedLogEntries(bytes, () => undefined)) {
        decoded += [timestamp, expiresAt].map((ms) => new Date(ms).toISOString()).length;
      }
    } catch (e) {
      expect(e).toBeInstanceOf(ChannelError);
    }
  }
  expect(decoded).toBeGreaterThan(1000);
});
