import { afterAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { alertOf } from "../fixtures.ts";
import { createSqliteStorage } from "./index.ts";
import { openWriter } from "./port.ts";
import type { OpenPort, WriterPort } from "./port.ts";

const directory = await mkdtemp(join(tmpdir(), "worker-"));
afterAll(() => rm(directory, { recursive: true }));

test("a worker that dies is replaced, and the new one can use the database", async () => {
  const ports: WriterPort[] = [];
  const openPort: OpenPort = (events) => {
    const port = openWriter(events);
    ports.push(port);
    return port;
  };
  const storage = await createSqliteStorage({ directory, openPort });
  await storage.commit({ alerts: [alertOf({ alertname: "before" })] });

  // Nothing the worker can make sense of, so that it dies of an exception.
  ports[0]?.send(undefined as unknown as string);
  await storage.commit({ alerts: [alertOf({ alertname: "lost?" })] }).catch(() => undefined);
  await storage.commit({ alerts: [alertOf({ alertname: "after" })] });

  expect(ports.length).toBeGreaterThan(1);
  expect(storage.health().state).toBe("ok");
  const names = (await storage.load()).alerts.map((alert) => alert.labels.get("alertname"));
  expect(names).toContain("before");
  expect(names).toContain("after");
  await storage.close();
});
