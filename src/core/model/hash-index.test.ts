import { expect, test } from "bun:test";
import { fingerprintHash, HashIndex } from "./hash-index.ts";

function find(index: HashIndex, hash: number, number: number): number {
  for (let slot = index.first(hash); slot >= 0; slot = index.next(slot)) if (index.at(slot) === number) return slot;
  return -1;
}

function numbers(index: HashIndex, hash: number): number[] {
  const found: number[] = [];
  for (let slot = index.first(hash); slot >= 0; slot = index.next(slot)) found.push(index.at(slot));
  return found.sort((a, b) => a - b);
}

// The same each time: a linear congruential generator.
function random(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0) >>> 0;
}

test.each([
  ["hashes that are spread", (n: number) => Math.imul(n, 0x85ebca6b)],
  ["few hashes", (n: number) => n % 5],
  ["hashes that differ in their high bits only", (n: number) => n << 24],
  ["the largest and the smallest", (n: number) => (n % 2 === 0 ? 0x7fffffff - n : -0x80000000 + n)],
])("finds what a map would, with %s", (_, hashOf) => {
  const next = random(7);
  const index = new HashIndex();
  const expected = new Map<number, Set<number>>();
  for (let step = 0; step < 4000; step++) {
    const number = next() % 400;
    const hash = hashOf(number) | 0;
    const known = expected.get(hash) ?? new Set();
    expected.set(hash, known);
    const slot = find(index, hash, number);
    expect(slot >= 0).toBe(known.has(number));
    if (slot < 0) {
      known.add(number);
      index.add(hash, number);
    } else if (next() % 2 === 0) {
      known.delete(number);
      index.remove(slot);
    }
  }
  for (const [hash, known] of expected) expect(numbers(index, hash)).toEqual([...known].sort((a, b) => a - b));
  index.clear();
  for (const hash of expected.keys()) expect(index.first(hash)).toBe(-1);
});

test("a number can be put in the place of another", () => {
  const index = new HashIndex();
  index.add(1, 10);
  index.add(1, 11);
  index.replace(find(index, 1, 10), 0);
  expect(numbers(index, 1)).toEqual([0, 11]);
});

test("a fingerprint's hash is its last 32 bits", () => {
  expect(fingerprintHash("ffffffff00000001")).toBe(1);
  expect(fingerprintHash("0123456789abcdef") >>> 0).toBe(0x89abcdef);
});
