import { createServer } from "node:net";

// Below Linux's range for outgoing connections (32768 and up), so that no client socket takes a port between our
// finding it free and the server's binding it, nor while a server that keeps its port is being restarted.
const LOWEST = 15_000;
const HIGHEST = 32_000;

// Processes that test at the same time take from parts of their own: else one could be given the port of a server that another
// one is just starting, or has stopped for a moment.
const PARTS = 16;
const PART = Math.floor((HIGHEST - LOWEST) / PARTS);
const worker = process.env["BUN_TEST_WORKER_ID"];

const handedOut = new Set<number>();

/** A TCP port of 127.0.0.1 on which nothing listens and which this process has not handed out before. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = anyPort();
    if (handedOut.has(port)) continue;
    handedOut.add(port);
    if (await canBind(port)) return port;
  }
}

function anyPort(): number {
  if (worker === undefined) return LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
  return LOWEST + (Number(worker) % PARTS) * PART + Math.floor(Math.random() * PART);
}

function canBind(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}
