import { expect, test } from "bun:test";
import { renameSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { join } from "node:path";
import { takeActivatedDescriptors } from "./systemd.ts";
import { temporaryDirectory } from "./web-harness.ts";

test("the variables count for the process they name, and are taken away", () => {
  const env = { LISTEN_PID: "7", LISTEN_FDS: "2", LISTEN_FDNAMES: "a:b", PATH: "/bin" };
  expect(takeActivatedDescriptors(env, 7)).toEqual([3, 4]);
  expect(env as object).toEqual({ PATH: "/bin" });
  expect(takeActivatedDescriptors({ LISTEN_PID: "7", LISTEN_FDS: "2" }, 8)).toEqual([]);
  expect(takeActivatedDescriptors({ LISTEN_PID: "7", LISTEN_FDS: "x" }, 7)).toEqual([]);
  expect(takeActivatedDescriptors({}, 7)).toEqual([]);
});

/** Binds a socket as systemd does and starts the child with it as descriptor 3, in the way systemd tells of it. */
async function activate(where: { port: number; host: string } | { path: string }) {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(where, resolve));
  const { fd } = (server as unknown as { readonly _handle: { readonly fd: number } })._handle;
  const command = `LISTEN_PID=$$ LISTEN_FDS=1 exec "${process.execPath}" "${join(import.meta.dir, "systemd-child.ts")}"`;
  const child = Bun.spawn(["sh", "-c", command], { stdio: ["ignore", "pipe", "inherit", fd] });
  const reader = child.stdout.getReader();
  let log = "";
  while (!log.includes("TLS is disabled")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the child ended: ${log}`);
    log += Buffer.from(value).toString();
  }
  const address = server.address() as AddressInfo;
  // From now on only the child listens. The path of a unix socket would go with the server that made it.
  if ("path" in where) renameSync(where.path, `${where.path}.kept`);
  server.close();
  return {
    log,
    address,
    async [Symbol.asyncDispose]() {
      child.kill();
      await child.exited;
    },
  };
}

test("a socket of systemd's is served", async () => {
  await using child = await activate({ host: "127.0.0.1", port: 0 });
  const { port } = child.address;
  expect(child.log).toContain(`msg="Listening on" address=127.0.0.1:${port}`);
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe("127.0.0.1 unset");
}, 60_000);

test("a unix socket of systemd's is served", async () => {
  using directory = temporaryDirectory();
  const path = join(directory.path, "am.sock");
  await using child = await activate({ path });
  expect(child.log).toContain(`msg="Listening on" address=${path}`);
  expect(await (await fetch("http://x/", { unix: `${path}.kept` })).text()).toBe(" unset");
}, 60_000);

test("without a socket there is nothing to serve", async () => {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "systemd-child.ts")], { stdout: "pipe" });
  expect(await new Response(child.stdout).text()).toContain(
    "alertmanager/app: no socket activation file descriptors found",
  );
  expect(await child.exited).toBe(1);
}, 60_000);
