import { describe, expect, test } from "bun:test";
import { fnv1a64Hex, xxhash64Hex } from "./hash.ts";

// Fingerprints of spec §3.5 and of Prometheus' own model package; xxHash64 of the same bytes by cespare/xxhash.
const KNOWN: readonly [labels: [string, string][], fnv: string, xx: string][] = [
  [[], "cbf29ce484222325", "ef46db3751d8e999"],
  [[["a", "b"]], "d2b371819297f98a", "608891b6a4fd3588"],
  [[["alertname", "foo"]], "c5a7cb176f0f418a", "82989e86f0440702"],
  [
    [
      ["alertname", "A<1>"],
      ["job", "j"],
      ["severity", "critical"],
    ],
    "b997cc7a14d13bfb",
    "6ecc5c37c8aaf347",
  ],
  [
    [
      ["alertname", "Überlast"],
      ["host", "🙂"],
    ],
    "c01e2d006ba8f7fc",
    "13f73b41ca18229d",
  ],
  [[["a", "ÿ"]], "ffcdcb2f240803c4", "555966b8b0d97413"],
  // 31, 32 and 63 bytes: without, with exactly one and with a part of a stripe of 32.
  [[["a", "x".repeat(28)]], "52c96b03f29f8072", "505b9630eb379f9b"],
  [[["a", "x".repeat(29)]], "49fd64b5438767e4", "85c35fc816894c08"],
  [[["a", "x".repeat(60)]], "d39e9b9dcb5e9ef2", "2d171c1141113be3"],
];

describe("hashes of label sets", () => {
  test.each(KNOWN)("%j", (labels, fnv, xx) => {
    const names = labels.map(([name]) => name);
    const values = labels.map(([, value]) => value);

    expect(fnv1a64Hex(names, values)).toBe(fnv);
    expect(xxhash64Hex(names, values)).toBe(xx);
  });

  test("a text longer than any before it is hashed whole", () => {
    const hash = (length: number) => xxhash64Hex(["a"], ["é".repeat(length)]);

    expect(hash(100_000)).not.toBe(hash(99_999));
    expect(xxhash64Hex(["alertname"], ["foo"])).toBe("82989e86f0440702");
  });
});
