import { connect, createServer, type Server, type Socket } from "node:net";

/** Stands between a client and a server, and cuts the connection when told to. */
export class TcpProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #countdown: { side: "question" | "answer"; left: number } | undefined;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @param to the server's address */
  static async start(to: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
    const server = createServer((client) => proxy.#join(client, connect(to)));
    const proxy = new TcpProxy(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  /**
   * Ends the connection on which the n-th question from now on is asked (1 is the next): before it reaches the server
   * (`question`), or when the server answers, before that reaches the client (`answer`).
   */
  cut(side: "question" | "answer", n: number): void {
    this.#countdown = { side, left: n };
  }

  /** Whether what `cut` asked for is still to come; it does not any more. */
  disarm(): boolean {
    const wasArmed = this.#countdown !== undefined;
    this.#countdown = undefined;
    return wasArmed;
  }

  #join(client: Socket, server: Socket): void {
    let cutsAnswer = false;
    const end = () => {
      client.destroy();
      server.destroy();
      this.#sockets.delete(client);
    };
    this.#sockets.add(client);
    client.on("data", (data) => {
      const countdown = this.#countdown;
      if (countdown !== undefined && --countdown.left === 0) {
        this.#countdown = undefined;
        if (countdown.side === "question") return end();
        cutsAnswer = true;
      }
      server.write(data);
    });
    server.on("data", (data) => {
      if (cutsAnswer) end();
      else client.write(data);
    });
    for (const socket of [client, server]) socket.on("error", end).on("close", end);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
