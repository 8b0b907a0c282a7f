import { expect, test } from "bun:test";
import { join } from "node:path";
import { temporaryDirectory } from "../../src/api/web/web-harness.ts";
import { run } from "../support/run.ts";
import { program } from "../support/server.ts";

const LISTEN = "--cluster.listen-address=127.0.0.1:0";
const MESH = "unable to initialize gossip mesh: ";
const TLS = "unable to initialize TLS transport configuration for gossip mesh: ";

// What the real program ends with.
test.concurrent.each([
  [["--cluster.listen-address=foo"], `${MESH}invalid listen address: address foo: missing port in address`],
  [
    ["--cluster.listen-address=127.0.0.1:abc"],
    `${MESH}address 127.0.0.1:abc: invalid port: strconv.Atoi: parsing "abc": invalid syntax`,
  ],
  [
    [LISTEN, "--cluster.advertise-address=foo:12"],
    `${MESH}create memberlist: failed to get final advertise address: failed to parse advertise address "foo"`,
  ],
  [
    [LISTEN, "--cluster.peer=foo"],
    `${MESH}resolve peers: split host/port for peer foo: address foo: missing port in address`,
  ],
  [[LISTEN, "--cluster.tls-config=none.yml"], `${TLS}open none.yml: no such file or directory`],
  // Read although there is no cluster.
  [
    ["--cluster.listen-address=", "--cluster.tls-config=empty.yml"],
    `${TLS}missing 'tls_server_config' entry in the TLS configuration`,
  ],
  [
    [LISTEN, "--cluster.tls-config=nothing.yml"],
    `${MESH}tls transport: invalid TLS server config: TLS config is not present`,
  ],
])(
  "%j",
  async (args, expected) => {
    using directory = temporaryDirectory();
    directory.write("alertmanager.yml", "route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n");
    directory.write("empty.yml", "{}\n");
    directory.write("nothing.yml", "tls_server_config: {}\n");

    const { code, stderr } = await run(
      [program, `--storage.path=${join(directory.path, "data")}`, "--web.listen-address=127.0.0.1:0", ...args],
      { cwd: directory.path },
    );

    expect(code).toBe(1);
    expect(stderr.trimEnd().split("\n").at(-1)).toEndWith(
      `msg="alertmanager exited with error" err=${expected.includes('"') ? JSON.stringify(expected) : `"${expected}"`}`,
    );
  },
  60_000,
);
