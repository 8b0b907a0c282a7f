import { expect, test } from "bun:test";
import { settle } from "../../dispatch/manual-clock.ts";
import { Turns } from "./turns.ts";

test("so many are at it at a time, the others in their order, and one that fails makes room too", async () => {
  const turns = new Turns(2);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const all = [0, 1, 2, 3].map((i) =>
    turns.run(() => {
      begun.push(i);
      return new Promise<void>((resolve, reject) => (ends[i] = i === 0 ? () => reject(new Error("no")) : resolve));
    }),
  );
  await settle();
  expect(begun).toEqual([0, 1]);

  ends[0]?.();
  await expect(all[0]).rejects.toThrow("no");
  await settle();
  expect(begun).toEqual([0, 1, 2]);

  for (const end of ends.slice(1)) end();
  await settle();
  ends[3]?.();
  await Promise.all(all.slice(1));
  expect(begun).toEqual([0, 1, 2, 3]);
});
