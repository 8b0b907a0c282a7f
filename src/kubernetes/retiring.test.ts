import { expect, test } from "bun:test";
import type { PublishResult } from "../core/interfaces/publishing.ts";
import { retiring } from "./retiring.ts";

test("a retired publisher ends what it sends before its connections, and may still be asked again", async () => {
  const answers: ((result: PublishResult) => void)[] = [];
  let closed = 0;
  const { publisher, retire } = retiring({
    type: "webhook",
    publish: () => new Promise((resolve) => answers.push(resolve)),
    close: () => closed++,
  });
  const sending = publisher.publish(undefined as never, new AbortController().signal);
  retire();
  expect(closed).toBe(0);
  answers[0]?.({ ok: true });
  expect(await sending).toEqual({ ok: true });
  expect(closed).toBe(1);

  const again = publisher.publish(undefined as never, new AbortController().signal);
  answers[1]?.({ ok: true });
  await again;
  expect(closed).toBe(2);
});
