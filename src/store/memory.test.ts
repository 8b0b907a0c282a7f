import { expect, test } from "bun:test";
import { testStorage } from "./conformance.ts";
import { testHistory } from "./history-conformance.ts";
import { alertOf } from "./fixtures.ts";
import { createMemoryStorage } from "./memory.ts";

for (const testAll of [testStorage, testHistory])
  testAll("memory", async () => {
    const first = createMemoryStorage();
    return {
      open: async () => first.reopen(),
      remove: async () => undefined,
    };
  });

test("a commit made to fail stores nothing, and the next one is stored", async () => {
  const storage = createMemoryStorage();
  storage.failNext("full");

  await expect(storage.commit({ alerts: [alertOf({ alertname: "A" })] })).rejects.toMatchObject({ code: "full" });
  await storage.commit({ alerts: [alertOf({ alertname: "B" })] });

  expect((await storage.load()).alerts.map((a) => a.labels.get("alertname"))).toEqual(["B"]);
});

test("a held commit is stored when it is let go, and is degraded meanwhile", async () => {
  const storage = createMemoryStorage();
  const release = storage.hold();
  const commit = storage.commit({ aliveAt: 1 });

  expect(storage.health().state).toBe("degraded");
  expect((await storage.load()).aliveAt).toBeUndefined();
  release();
  await commit;

  expect((await storage.load()).aliveAt).toBe(1);
});
