import { describe, expect, test } from "bun:test";
import { Turns, type EndTurn } from "./turns.ts";

const { signal } = new AbortController();

describe("turns", () => {
  test("are given to so many at a time, and to the others as these end", async () => {
    const turns = new Turns(2, 2);
    const order: string[] = [];
    const first = (await turns.take(signal)) as EndTurn;
    await turns.take(signal);
    const third = turns.take(signal).then((end) => (order.push("third"), end as EndTurn));
    void turns.take(signal).then(() => order.push("fourth"));
    expect(turns.waiting).toBe(2);

    first();
    first();
    const end = await third;
    expect(order).toEqual(["third"]);
    end();
    await Promise.resolve();

    expect(order).toEqual(["third", "fourth"]);
    expect(turns.waiting).toBe(0);
  });

  test("are refused where too many wait", async () => {
    const turns = new Turns(1, 1);
    await turns.take(signal);
    void turns.take(signal);

    expect(await turns.take(signal)).toBeUndefined();
  });

  test("are not waited for beyond the signal", async () => {
    const turns = new Turns(1, 1);
    const controller = new AbortController();
    const end = (await turns.take(signal)) as EndTurn;
    const waiting = turns.take(controller.signal);
    controller.abort();

    expect(await waiting).toBeUndefined();
    expect(turns.waiting).toBe(0);
    expect(await turns.take(controller.signal)).toBeUndefined();
    end();
    expect(await turns.take(signal)).toBeDefined();
  });
});
