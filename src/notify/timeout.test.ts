import { expect, test } from "bun:test";
import { TimeoutCause } from "./http.ts";
import { withTimeout } from "./timeout.ts";

/** Waits for its signal to end and tells why. */
const untilEnd = (signal: AbortSignal) =>
  new Promise<unknown>((resolve) => signal.addEventListener("abort", () => resolve(signal.reason)));

test("a request that takes longer ends with the receiver's timeout as the cause", async () => {
  const cause = await withTimeout("pagerduty", 5, new AbortController().signal, untilEnd);
  expect(cause).toBeInstanceOf(TimeoutCause);
  expect((cause as Error).message).toBe("configured pagerduty timeout reached (5ms)");
});

test("the flush's end comes through", async () => {
  const flush = new AbortController();
  const ended = withTimeout("slack", 60_000, flush.signal, untilEnd);
  flush.abort("stopping");
  expect(await ended).toBe("stopping");
});

test("without a timeout the signal stays as it is", async () => {
  const { signal } = new AbortController();
  expect(await withTimeout("webhook", 0, signal, async (given) => given)).toBe(signal);
});
