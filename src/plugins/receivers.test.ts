import { expect, test } from "bun:test";
import type { AlertPublisher, PublisherTarget } from "../core/interfaces/publishing.ts";
import { withPlugins } from "./receivers.ts";

const publisherOf = (type: string): AlertPublisher => ({ type, publish: () => Promise.resolve({ ok: true }) });

const webhook: PublisherTarget = {
  receiver: "ops",
  type: "webhook",
  index: 0,
  sendResolved: true,
  publisher: publisherOf("webhook"),
};

test("a plugin sends for a receiver beside its own integrations, and for one without any", () => {
  let closed = 0;
  const own = { targets: (name: string) => (name === "ops" ? [webhook] : []), close: () => closed++ };
  const plugin = publisherOf("plugin");
  const receivers = withPlugins(
    own,
    new Map([
      ["ops", { plugin: "teams", send_resolved: true }],
      ["nobody", { plugin: "teams", send_resolved: false }],
    ]),
    { publisher: () => plugin },
  );
  const target = { type: "plugin", index: 0, publisher: plugin };
  expect(receivers.targets("ops")).toEqual([webhook, { ...target, receiver: "ops", sendResolved: true }]);
  expect(receivers.targets("nobody")).toEqual([{ ...target, receiver: "nobody", sendResolved: false }]);
  expect(receivers.targets("other")).toEqual([]);
  receivers.close();
  expect(closed).toBe(1);
});
