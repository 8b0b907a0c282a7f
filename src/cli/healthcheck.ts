import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { connect as connectTLS } from "node:tls";
import { parseListenAddress } from "../api/web/listen-address.ts";
import { externalUrl, routePrefix } from "../server/external-url.ts";
import { optionsOf, readFlags } from "../server/flags.ts";
import type { Options } from "../server/options.ts";
import { PROCESS_TERMINAL, type Terminal } from "../kingpin/terminal.ts";

/** How long the server may take to answer, ms. */
const PATIENCE = 4000;

/**
 * `alertmanager healthcheck`, for images without a shell: asks the server that runs beside it, wherever its flags have it
 * listen. Resolves to 0 where it answers, else to 1.
 */
export async function healthcheck(terminal: Terminal = PROCESS_TERMINAL): Promise<number> {
  try {
    const args = serverArguments();
    if (args === undefined) throw new Error("no server runs here");
    const outcome = readFlags(args, "alertmanager", terminal.width);
    if (outcome.kind !== "run") throw new Error("the process beside this one is no server");
    await ask(optionsOf(outcome.values));
    return 0;
  } catch (e) {
    terminal.error(`alertmanager healthcheck: error: ${(e as Error).message}\n`);
    return 1;
  }
}

/** What follows the program's name in the command line of the first other process of this executable. */
function serverArguments(): readonly string[] | undefined {
  const own = readlinkSync("/proc/self/exe");
  const others = readdirSync("/proc").filter((name) => /^[0-9]+$/.test(name) && Number(name) !== process.pid);
  for (const pid of others.sort((a, b) => Number(a) - Number(b))) {
    try {
      if (readlinkSync(`/proc/${pid}/exe`) !== own) continue;
      const args = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(1, -1);
      // The server's words all begin with dashes; amtool and our commands have a word first.
      if (args[0] === undefined || args[0].startsWith("-")) return args;
    } catch {
      continue; // It has ended, or is somebody else's.
    }
  }
  return undefined;
}

/**
 * Any answer to `/-/healthy` will do: one of 401 comes from a server that is well and wants a password, and one that ends a
 * TLS connection for want of our certificate is well too.
 *
 * @throws Error where there is none, or one of 500 and above
 */
async function ask(options: Options): Promise<void> {
  const { text, host, port } = await parseListenAddress(options.webListenAddresses[0] ?? ":9093");
  const path = `${routePrefix(options.routePrefix, externalUrl(options.externalUrl, port)).replace(/\/$/, "")}/-/healthy`;
  const to = { host: ["", "0.0.0.0", "::"].includes(host) ? "127.0.0.1" : host, port };
  const status = await new Promise<number>((resolve, reject) => {
    const isTLS = hasTLS(options.webConfigFile);
    const socket: Socket = isTLS ? connectTLS({ ...to, rejectUnauthorized: false }) : connect(to);
    let isConnected = false;
    socket.setTimeout(PATIENCE, () => socket.destroy(new Error(`${text} does not answer within ${PATIENCE} ms`)));
    socket.on("connect", () => (isConnected = true));
    socket.on("error", (e) => (isTLS && isConnected ? resolve(0) : reject(e)));
    socket.on("close", () => reject(new Error(`${text} closes connections`)));
    socket.once("data", (data) => {
      resolve(Number(/^HTTP\/1\.[01] ([0-9]{3})/.exec(data.toString("latin1"))?.[1]));
      socket.destroy();
    });
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  });
  if (!(status < 500)) throw new Error(`${path} answered ${status}`);
}

/** Whether the file of `--web.config.file` turns TLS on. */
function hasTLS(file: string): boolean {
  return file !== "" && /^["']?tls_server_config["']?\s*:/m.test(readFileSync(file, "utf8"));
}
