import { afterAll, beforeAll, expect, test } from "bun:test";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { getAlerts, postAlerts, request } from "../support/api.ts";
import { freePort } from "../support/port.ts";
import { run } from "../support/run.ts";
import { program, startServer } from "../support/server.ts";
import { eventually } from "../support/wait.ts";
import { PROJECT } from "./image-dockerfile.ts";
import { allowedSystemCalls, commandLine, settingsOf, UNITS } from "./vm-unit.ts";

const analyze = Bun.which("systemd-analyze");
if (analyze === null) console.log("vm: the units are not checked, there is no systemd-analyze command");
const whyNoFilter =
  analyze === null
    ? "there is no systemd-analyze command"
    : Bun.spawnSync(["sh", "-c", "ldconfig -p | grep -q libseccomp.so.2"]).exitCode !== 0
      ? "there is no libseccomp"
      : undefined;
if (whyNoFilter !== undefined) console.log(`vm: the system call filter is not tried, ${whyNoFilter}`);

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "alertmanager-test-vm-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test.skipIf(analyze === null)("systemd finds nothing wrong with the units, and little that is left open", async () => {
  const service = readFileSync(join(UNITS, "alertmanager.service"), "utf8");
  const here = service.replaceAll("/usr/local/bin", dirname(program));
  writeFileSync(join(directory, "alertmanager.service"), here);
  copyFileSync(join(UNITS, "alertmanager.socket"), join(directory, "alertmanager.socket"));
  const files = ["alertmanager.service", "alertmanager.socket"].map((name) => join(directory, name));
  expect(await run([analyze ?? "", "verify", "--man=no", ...files])).toEqual({ code: 0, stdout: "", stderr: "" });
  const security = await run([analyze ?? "", "security", "--offline=true", "--threshold=16", files[0] ?? ""]);
  expect({ ...security, stdout: "" }).toEqual({ code: 0, stdout: "", stderr: "" });
});

test("a configuration that cannot be loaded is refused before the server is told to load it", async () => {
  const [check = "", signal] = settingsOf("ExecReload");
  expect(signal).toBe("/bin/kill -HUP $MAINPID");
  const [, ...args] = check.split(" ");
  const tryOut = (text: string) => {
    const file = join(directory, "alertmanager.yml");
    writeFileSync(file, text);
    return run([join(dirname(program), "amtool"), ...args.slice(0, -1), file]);
  };
  expect((await tryOut(readFileSync(join(PROJECT, "packaging/alertmanager.yml"), "utf8"))).code).toBe(0);
  expect((await tryOut("route: { receiver: nosuch }\n")).code).toBe(1);
});

test.skipIf(whyNoFilter !== undefined)(
  "the server needs no system call the unit forbids",
  async () => {
    const calls = await allowedSystemCalls();
    const filtered = [process.execPath, join(import.meta.dir, "vm-seccomp.ts"), calls.join(",")];
    await using server = await startServer({
      config: readFileSync(join(PROJECT, "packaging/alertmanager.yml"), "utf8"),
      wrapper: () => filtered,
    });
    expect(readFileSync(`/proc/${server.pid}/status`, "utf8")).toMatch(/^Seccomp:\t2$/m);
    await postAlerts(server, { labels: { alertname: "Test" } });
    expect(await getAlerts(server)).toHaveLength(1);
    expect((await request(server, "POST", "/-/reload")).status).toBe(200);
    expect(await server.stop()).toBe(0);
    expect(server.log()).not.toMatch(/level=(WARN|ERROR)/);
    // What is forbidden is: it is a filter.
    expect((await run([...filtered, Bun.which("nice") ?? "", "-n", "5", "true"])).stderr).toContain("not permitted");
  },
  60_000,
);

const activate = Bun.which("systemd-socket-activate");
if (activate === null) console.log("vm: systemd's own activation is not tried, there is no systemd-socket-activate");

test.skipIf(activate === null)(
  "the first connection to the socket that systemd's own program holds starts the server",
  async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const stored = join(directory, "activated");
    const log = join(directory, "activated.log");
    const child = Bun.spawn([activate ?? "", `--listen=${address}`, program, ...wordsFor(stored)], {
      stdio: ["ignore", Bun.file(log), Bun.file(log)],
    });
    try {
      const server = { url: `http://${address}` };
      await eventually("it is ready", async () => (await request(server, "GET", "/-/ready")).status === 200);
      await postAlerts(server, { labels: { alertname: "Test" } });
      expect(await getAlerts(server)).toHaveLength(1);
      child.kill("SIGTERM");
      expect(await child.exited).toBe(0);
      expect(readFileSync(log, "utf8")).toContain(`msg="Listening on" address=${address}`);
    } finally {
      child.kill("SIGKILL");
      await child.exited;
    }
  },
);

/** The arguments of the unit, with what this machine has in place of the unit's paths. */
function wordsFor(stored: string): readonly string[] {
  return commandLine()
    .slice(1)
    .map((word) =>
      word
        .replace("/var/lib/alertmanager", stored)
        .replace("/etc/alertmanager/alertmanager.yml", join(PROJECT, "packaging/alertmanager.yml")),
    );
}

// Holds the socket and starts the server again when it ends, as systemd does with the two units.
const KEEP = `while [ -d "$0" ] && ! [ -e "$0/stop" ]; do
  sh -c 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"' sh "$@" >>"$0/log" 2>&1 &
  echo $! >"$0/pid"
  wait $!
done`;

test("while the server ends and starts again on the socket systemd holds, no connection is refused", async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
  const { port } = holder.address() as AddressInfo;
  const { fd } = (holder as unknown as { readonly _handle: { readonly fd: number } })._handle;
  const words = wordsFor(join(directory, "data"));
  const keeper = Bun.spawn(["sh", "-c", KEEP, directory, program, ...words], {
    stdio: ["ignore", "inherit", "inherit", fd],
  });
  const pid = () => Number(readFileSync(join(directory, "pid"), "utf8"));
  try {
    await eventually("the server listens", () => readFileSync(join(directory, "log"), "utf8").includes("Listening on"));
    // From now on only they hold it.
    holder.close();
    const server = { url: `http://127.0.0.1:${port}` };
    await postAlerts(server, { labels: { alertname: "before" } });
    const answered: (number | string)[] = [];
    const ask = () =>
      request(server, "GET", "/-/healthy").then(
        ({ status }) => status,
        (error: { readonly code: string }) => error.code,
      );
    const over = new AbortController();
    const asking = (async () => {
      while (!over.signal.aborted) answered.push(await ask());
    })();
    for (let i = 0; i < 3; i++) {
      const killed = pid();
      process.kill(killed, "SIGTERM");
      await eventually("another one runs", () => pid() !== killed);
      await postAlerts(server, { labels: { alertname: `after-${i}` } });
    }
    over.abort();
    await asking;
    expect(answered.filter((status) => status === 200).length).toBeGreaterThan(3);
    // One that was accepted, and had not sent anything when the server ended, is closed.
    expect(answered.filter((status) => status !== 200 && status !== "ECONNRESET")).toEqual([]);
    expect(await getAlerts(server)).toHaveLength(4);
  } finally {
    writeFileSync(join(directory, "stop"), "");
    if (existsSync(join(directory, "pid"))) process.kill(pid(), "SIGKILL");
    await keeper.exited;
  }
}, 60_000);
