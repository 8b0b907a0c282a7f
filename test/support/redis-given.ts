import { connect, createServer, type Server, type Socket } from "node:net";
import { freePort } from "./port.ts";
import type { TestRedis } from "./redis.ts";

/**
 * The server of TEST_REDIS_URL behind a port of our own, since it is not ours to stop: what the test stops or pauses is
 * the way there. It keeps its data meanwhile.
 */
export async function givenRedis(given: string): Promise<TestRedis> {
  const target = new URL(given);
  if (target.protocol !== "redis:") throw new Error(`TEST_REDIS_URL is a ${target.protocol}// URL; expected redis://`);
  const port = await freePort();
  const sockets = new Set<Socket>();
  let paused = false;
  let server: Server | undefined;

  function accept(near: Socket): void {
    const far = connect(Number(target.port || 6379), target.hostname);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on("data", (data) => other.write(data));
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
      if (paused) socket.pause();
    }
  }

  const client = new Bun.RedisClient(given);
  const url = new URL(given);
  url.host = `127.0.0.1:${port}`;
  const redis: TestRedis = {
    url: url.href,
    caFile: undefined,
    sentinels: [],
    masterName: "",
    async start() {
      const opened = createServer(accept);
      server = opened;
      await new Promise<void>((resolve) => opened.listen(port, "127.0.0.1", resolve));
    },
    async stop() {
      server?.close();
      server = undefined;
      for (const socket of sockets) socket.destroy();
    },
    async pause() {
      paused = true;
      for (const socket of sockets) socket.pause();
    },
    async resume() {
      paused = false;
      for (const socket of sockets) socket.resume();
    },
    command: (name, ...args) => client.send(name, [...args]),
    async flush() {
      await client.send("FLUSHDB", []);
    },
    async [Symbol.asyncDispose]() {
      await redis.stop();
      client.close();
    },
  };
  await redis.start();
  return redis;
}
