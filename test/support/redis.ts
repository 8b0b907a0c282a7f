import { randomBytes } from "node:crypto";
import { canUseContainers } from "./postgres-container.ts";
import { freePort } from "./port.ts";
import { makeCertificate } from "./redis-certificate.ts";
import { containerPlace } from "./redis-container.ts";
import { givenRedis } from "./redis-given.ts";
import { canRunLocally, localPlace } from "./redis-local.ts";
import { eventually } from "./wait.ts";

/** One redis-server, wherever it runs. It keeps its address over `stop` and `start`, and forgets its data. */
export interface RedisProcess {
  start(): Promise<void>;
  /** At once, as if it had crashed. */
  stop(): Promise<void>;
  /** It stands still: connections stay open, and nobody answers. */
  pause(): Promise<void>;
  resume(): Promise<void>;
}

/** Where processes are started: this machine or a container. */
export interface RedisPlace {
  /** The address a process in it must listen on to be reached at 127.0.0.1. */
  readonly bind: string;
  /** Runs `redis-server redis.conf ARGUMENTS` in a directory that holds the files. */
  process(files: Readonly<Record<string, string>>, args?: readonly string[]): Promise<RedisProcess>;
  remove(): Promise<void>;
}

export interface TestRedisOptions {
  readonly password?: string;
  /** Only TLS is answered; `caFile` is whom to trust. */
  readonly tls?: boolean;
  /** A master, a replica and three sentinels that replace the one by the other. */
  readonly sentinel?: boolean;
}

/** A Redis of the test's own, gone when disposed of. `stop`, `pause` and what undoes them are about the (first) master. */
export interface TestRedis extends RedisProcess, AsyncDisposable {
  /** `redis://` or `rediss://`, with the password; of the first master where there are sentinels. */
  readonly url: string;
  /** PEM. */
  readonly caFile: string | undefined;
  /** `host:port` of each. */
  readonly sentinels: readonly string[];
  readonly masterName: string;
  /** Runs a command on a connection beside those under test. */
  command(name: string, ...args: readonly string[]): Promise<unknown>;
  /** Empties it. */
  flush(): Promise<void>;
}

const HOW = [
  "no Redis to test with; one of these is needed:",
  "- TEST_REDIS_URL: the redis:// URL of a server whose database may be emptied (not for tests of TLS, passwords or Sentinel)",
  "- a container runtime (Docker, Podman), in which redis:6-alpine is started",
  "- the program redis-server in PATH (Debian, Ubuntu: apt-get install redis-server)",
].join("\n");

const MASTER = "test-master";
const SENTINELS = 3;

/**
 * A Redis server that ends with this process, however that ends.
 *
 * @throws Error saying what is needed when there is no way to have one
 */
export async function startRedis(options: TestRedisOptions = {}): Promise<TestRedis> {
  const given = process.env["TEST_REDIS_URL"] ?? "";
  const plain = options.password === undefined && options.tls !== true && options.sentinel !== true;
  if (given !== "" && plain) return givenRedis(given);

  const wanted = options.sentinel === true ? 2 + SENTINELS : 1;
  const ports = await Promise.all(Array.from({ length: wanted }, freePort));
  const place = await findPlace(ports);
  try {
    return await startIn(place, ports, options);
  } catch (error) {
    await place.remove();
    throw error;
  }
}

async function findPlace(ports: readonly number[]): Promise<RedisPlace> {
  if (await canUseContainers()) return containerPlace(ports);
  if (canRunLocally()) return localPlace();
  throw new Error(HOW);
}

async function startIn(place: RedisPlace, ports: readonly number[], options: TestRedisOptions): Promise<TestRedis> {
  const [port = 0, replicaPort = 0, ...sentinelPorts] = ports;
  const { password, tls } = options;
  const certificate = tls === true ? await makeCertificate() : undefined;
  const files: Record<string, string> =
    certificate === undefined ? {} : { "server.crt": certificate.crt, "server.key": certificate.key };

  const settings = (own: number) => [
    `bind ${place.bind}`,
    "protected-mode no",
    ...(tls === true
      ? [`port 0`, `tls-port ${own}`, "tls-cert-file server.crt", "tls-key-file server.key", "tls-auth-clients no"]
      : [`port ${own}`]),
    ...(tls === true ? ["tls-ca-cert-file server.crt", "tls-replication yes"] : []),
  ];
  const server = (own: number) => [
    ...settings(own),
    'save ""',
    "appendonly no",
    "repl-diskless-sync yes",
    "repl-diskless-sync-delay 0",
    ...(password === undefined ? [] : [`requirepass ${quote(password)}`, `masterauth ${quote(password)}`]),
  ];

  const master = await place.process({ ...files, "redis.conf": server(port).join("\n") });
  await master.start();
  const auth = password === undefined ? "" : `:${encodeURIComponent(password)}@`;
  const address = (own: number) => `${tls === true ? "rediss" : "redis"}://${auth}127.0.0.1:${own}`;
  const ask = (own: number, name: string, ...args: readonly string[]) =>
    command(address(own), certificate?.crt, name, args);
  await eventually("Redis answers", async () => (await ask(port, "PING")) === "PONG", { everyMs: 5 });

  const redis: TestRedis = {
    url: address(port),
    caFile: certificate?.crtFile,
    sentinels: sentinelPorts.map((own) => `127.0.0.1:${own}`),
    masterName: MASTER,
    async start() {
      await master.start();
      await eventually("Redis answers", async () => (await ask(port, "PING")) === "PONG", { everyMs: 5 });
    },
    stop: () => master.stop(),
    pause: () => master.pause(),
    resume: () => master.resume(),
    command: (name, ...args) => ask(port, name, ...args),
    async flush() {
      await ask(port, "FLUSHALL");
    },
    async [Symbol.asyncDispose]() {
      await place.remove();
      certificate?.remove();
    },
  };
  if (sentinelPorts.length > 0) await startSentinels();
  return redis;

  async function startSentinels(): Promise<void> {
    const replica = await place.process({
      ...files,
      "redis.conf": [...server(replicaPort), `replicaof 127.0.0.1 ${port}`].join("\n"),
    });
    await replica.start();
    await eventually("the replica follows", async () =>
      String(await ask(replicaPort, "INFO", "replication")).includes("master_link_status:up"),
    );
    for (const own of sentinelPorts) {
      const sentinel = await place.process(
        {
          ...files,
          "redis.conf": [
            ...settings(own),
            // Else each finds its own address, which in a container is not the one it is reached at.
            "sentinel announce-ip 127.0.0.1",
            `sentinel myid ${randomBytes(20).toString("hex")}`,
            `sentinel monitor ${MASTER} 127.0.0.1 ${port} 2`,
            `sentinel down-after-milliseconds ${MASTER} 500`,
            `sentinel failover-timeout ${MASTER} 2000`,
            ...(password === undefined
              ? []
              : [
                  `requirepass ${quote(password)}`,
                  `sentinel sentinel-pass ${quote(password)}`,
                  `sentinel auth-pass ${MASTER} ${quote(password)}`,
                ]),
          ].join("\n"),
        },
        ["--sentinel"],
      );
      await sentinel.start();
    }
    const knows = async (own: number): Promise<boolean> => {
      const text = JSON.stringify(await ask(own, "SENTINEL", "MASTER", MASTER));
      return /"num-other-sentinels":"?2|"num-other-sentinels","2"/.test(text) && /"num-slaves"[:,]"1"/.test(text);
    };
    await eventually("the sentinels know each other", async () =>
      (await Promise.all(sentinelPorts.map(knows))).every(Boolean),
    );
  }
}

/** As redis.conf wants a value with blanks in it. */
const quote = (text: string) => `"${text.replaceAll(/["\\]/g, "\\$&")}"`;

/** One command on a connection of its own. */
async function command(url: string, ca: string | undefined, name: string, args: readonly string[]): Promise<unknown> {
  const client = new Bun.RedisClient(url, {
    autoReconnect: false,
    enableOfflineQueue: false,
    connectionTimeout: 1000,
    ...(ca === undefined ? {} : { tls: { ca } }),
  });
  try {
    await client.connect();
    return await client.send(name, [...args]);
  } finally {
    client.close();
  }
}
