import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import { stampOf, WebConfigFile } from "./config-file.ts";
import { temporaryDirectory } from "./web-harness.ts";

const directory = temporaryDirectory();
afterAll(() => directory[Symbol.dispose]());

test("a file written a moment ago has no stamp: the next write may bear the same time", () => {
  expect(stampOf(directory.write("new.yml", ""))).toBeUndefined();
});

test("a file that has lain has the same stamp until it changes, and one that is away has none", () => {
  const stamp = stampOf(import.meta.path);
  expect(stamp).toBeString();
  expect(stampOf(import.meta.path)).toBe(stamp as string);
  expect(stampOf(join(directory.path, "none.yml"))).toBeUndefined();
});

test("paths are resolved against the directory of the file", () => {
  const file = new WebConfigFile(
    directory.write("paths.yml", "tls_server_config: {cert_file: a/b.crt, key_file: /c.key}\n"),
  );
  const { cert_file, key_file, client_ca_file } = file.current().tls_server_config;
  expect([cert_file, key_file, client_ca_file]).toEqual([join(directory.path, "a/b.crt"), "/c.key", ""]);
});
