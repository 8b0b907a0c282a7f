import { expect, test } from "bun:test";
import { request } from "../support/api.ts";
import { startServer } from "../support/server.ts";

const config = "route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n";

// Upstream refuses these two forms, its own operator writes them (field: monitoring.coreos.com/v1 Alertmanager).
test.concurrent.each([["--web.timeout=30"], ["--silences.max-per-silence-bytes=65536"]])(
  "%s",
  async (flag) => {
    await using server = await startServer({ config, args: [flag] });
    expect((await request(server, "GET", "/-/ready")).status).toBe(200);
  },
  60_000,
);
