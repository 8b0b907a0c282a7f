import { expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { freePort } from "../support/port.ts";
import { run } from "../support/run.ts";
import { program, Server } from "../support/server.ts";

const config = "route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n";

/** A server in whose working directory our own settings lie, which take a value from the environment. */
async function inDirectory(files: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) {
  const server = new Server({ config, args: ["--plus.config.file=plus.yml"], env }, await freePort());
  writeFileSync(join(server.directory, "plus.yml"), "publishing:\n  fallback: ${FALLBACK_RECEIVER:-nobody}\n");
  for (const [name, text] of Object.entries(files)) writeFileSync(join(server.directory, name), text);
  return server;
}

const dotEnv = [".env", ".env.local", ".env.production", ".env.production.local", ".env.development"];

test.concurrent(
  "a .env file in the working directory sets nothing; the environment does",
  async () => {
    await using ignoring = await inDirectory(
      Object.fromEntries(dotEnv.map((name) => [name, "FALLBACK_RECEIVER=nosuch\nBUN_OPTIONS=--nosuch\n"])),
    );
    await ignoring.start();

    await using told = await inDirectory({}, { FALLBACK_RECEIVER: "nosuch" });
    told.spawn();
    expect(await told.exited()).toBe(1);
    expect(told.log()).toContain('receiver \\"nosuch\\" is not in the configuration');
  },
  60_000,
);

test.concurrent(
  "no file of Bun's in the working directory is read",
  async () => {
    await using server = await inDirectory({
      "bunfig.toml": 'preload = ["./preload.ts"]\n',
      "preload.ts": 'await Bun.write(`${import.meta.dir}/preloaded`, "");\n',
      "script.ts": "",
    });
    const preloaded = join(server.directory, "preloaded");
    await server.start();
    expect((await run([join(dirname(program), "amtool"), "--version"], { cwd: server.directory })).code).toBe(0);
    expect(existsSync(preloaded)).toBeFalse();

    // Bun itself reads it, so the file is good.
    expect(await run([process.execPath, "script.ts"], { cwd: server.directory })).toMatchObject({ code: 0 });
    expect(existsSync(preloaded)).toBeTrue();

    await server.stop();
    for (const name of ["bunfig.toml", "package.json", "tsconfig.json"]) {
      writeFileSync(join(server.directory, name), "{ this is none");
    }
    await server.start();
  },
  60_000,
);
