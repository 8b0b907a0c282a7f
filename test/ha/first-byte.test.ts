import { expect, test } from "bun:test";
import { createServer, connect, type Server as TcpServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { postAlerts } from "../support/api.ts";
import { startPostgres } from "../support/postgres.ts";
import { makeCertificate } from "../support/redis-certificate.ts";
import { startReplicas } from "../support/replicas.ts";
import { fromNow } from "../support/time.ts";
import { eventually, pause } from "../support/wait.ts";

/** Longer than a claim holds (10 s), and than another server needs to notice. */
const PAST_THE_CLAIM = 40_000;

/** Hands connections on to a port, but holds the first one back until told: it is accepted, and nothing passes. */
class Gate implements AsyncDisposable {
  readonly connections: Socket[] = [];
  #server: TcpServer | undefined;
  #held: (() => void) | undefined;

  async open(to: number): Promise<number> {
    const server = createServer((socket) => {
      this.connections.push(socket);
      const pass = () => {
        const onward = connect(to, "127.0.0.1");
        socket.pipe(onward).pipe(socket);
        for (const end of [socket, onward]) end.on("error", () => end.destroy());
      };
      socket.on("error", () => socket.destroy());
      if (this.connections.length === 1) this.#held = pass;
      else pass();
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return (server.address() as AddressInfo).port;
  }

  release(): void {
    this.#held?.();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.connections) socket.destroy();
    this.#server?.close();
  }
}

test("a server stopped past its claim between connecting and the first byte sends nothing when it is woken", async () => {
  const certificate = await makeCertificate();
  const received: { name: string; key: string | null }[] = [];
  const hook = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    tls: { cert: certificate.crt, key: certificate.key },
    async fetch(request) {
      const { groupLabels } = (await request.json()) as { groupLabels: Record<string, string> };
      received.push({ name: groupLabels["alertname"] ?? "", key: request.headers.get("idempotency-key") });
      return new Response();
    },
  });
  await using gate = new Gate();
  const port = await gate.open(hook.port as number);
  await using postgres = await startPostgres();
  await using replicas = await startReplicas({
    config: `
route: {receiver: hook, group_by: [alertname], group_wait: 100ms, group_interval: 1m}
receivers:
  - name: hook
    webhook_configs:
      - url: https://127.0.0.1:${port}/
        http_config: {tls_config: {insecure_skip_verify: true}}
`,
    postgres,
    count: 2,
  });
  try {
    const [first] = replicas.members;
    await postAlerts(first as NonNullable<typeof first>, { labels: { alertname: "held" }, endsAt: fromNow(600_000) });
    await eventually("one of them connects", () => gate.connections.length === 1);
    const owner = await eventually("it has claimed the flush", async () => {
      for (const server of replicas.members) {
        const text = await (await fetch(`${server.url}/metrics`)).text();
        if (/^alertmanager_plus_claimed_flushes_total 1$/m.test(text)) return server;
      }
      return undefined;
    });
    owner.signal("SIGSTOP");
    try {
      await eventually("the other one takes over and tells", () => received.length === 1, { withinMs: PAST_THE_CLAIM });
      // The way is free now, and the owner's TLS handshake goes on once it is awake.
      gate.release();
      await pause(500);
    } finally {
      owner.signal("SIGCONT");
    }
    await pause(4000);
    expect(received).toHaveLength(1);
    expect(received[0]?.name).toBe("held");
    expect((await fetch(`${owner.url}/-/ready`)).status).toBe(200);
  } finally {
    await hook.stop(true);
  }
}, 120_000);
