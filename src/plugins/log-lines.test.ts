import { expect, test } from "bun:test";
import { ManualClock } from "../dispatch/manual-clock.ts";
import { logLines } from "./log-lines.ts";

/** What is logged of these pieces; a number lets as many ms pass. */
async function logged(...pieces: readonly (string | number)[]): Promise<(string | number)[]> {
  const clock = new ManualClock();
  const lines: (string | number)[] = [];
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const done = logLines(readable, {
    clock,
    margin: 20,
    redact: (text) => text.replaceAll("hunter2hunter2", "<secret>"),
    write: (line) => lines.push(line),
    onDropped: (count) => lines.push(count),
    signal: new AbortController().signal,
  });
  const writer = writable.getWriter();
  for (const piece of pieces) {
    if (typeof piece === "number") await clock.advance(piece);
    else await writer.write(new TextEncoder().encode(piece));
  }
  await writer.close();
  await done;
  return lines;
}

test("lines are lines, whatever pieces they come in; empty ones are left out", async () => {
  expect(await logged("one\ntw", "o\n\n", "  \nthree\r\nfour")).toEqual(["one", "two", "three", "four"]);
});

test("a long line is cut, and no secret with it", async () => {
  const [line] = await logged(`${"x".repeat(2040)}hunter2hunter2${"y".repeat(9000)}`, "y".repeat(9000), "\n");
  expect(line).toBe(`${"x".repeat(2040)}<secret>…`);
});

test("of many lines a hundred are logged, then ten a second; the others are counted", async () => {
  const lines = await logged("line\n".repeat(150), 1000, "more\n".repeat(20), 500, "end\n");
  expect(lines.slice(0, 101)).toEqual([...Array(100).fill("line"), 50]);
  expect(lines.slice(101)).toEqual([...Array(10).fill("more"), 10, "end"]);
});

test("what is written faster than it may be is waited with", async () => {
  const clock = new ManualClock();
  const pulled: number[] = [];
  const mebibyte = new TextEncoder().encode(`${"x".repeat(1023)}\n`.repeat(1024));
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        pulled.push(clock.elapsed());
        if (pulled.length > 4) controller.close();
        else controller.enqueue(mebibyte);
      },
    },
    { highWaterMark: 0 },
  );
  const ignore = () => {};
  const signal = new AbortController().signal;
  const done = logLines(stream, { clock, margin: 0, redact: String, write: ignore, onDropped: ignore, signal });
  await clock.advance(5000);
  await done;
  expect(pulled).toEqual([0, 1000, 2000, 3000, 4000]);
});
