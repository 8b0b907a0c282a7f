import { afterEach, expect, test } from "bun:test";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NotWritable, replaceFile } from "./whole-file.ts";

const directories: string[] = [];
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

function directory(): string {
  const made = mkdtempSync(join(tmpdir(), "whole-file-"));
  directories.push(made);
  return made;
}

test("a file is replaced, keeps its mode, and nothing else is left", () => {
  const file = join(directory(), "a.yml");
  writeFileSync(file, "old");
  chmodSync(file, 0o640);
  // Left by a process that was killed.
  writeFileSync(join(file, "..", ".a.yml.new"), "half");
  replaceFile(file, "new");
  expect(readFileSync(file, "utf8")).toBe("new");
  expect(statSync(file).mode & 0o777).toBe(0o640);
  expect(readdirSync(join(file, ".."))).toEqual(["a.yml"]);
});

test("a symbolic link goes on leading to its file", () => {
  const at = directory();
  writeFileSync(join(at, "real.yml"), "old");
  symlinkSync("real.yml", join(at, "link.yml"));
  replaceFile(join(at, "link.yml"), "new");
  expect(lstatSync(join(at, "link.yml")).isSymbolicLink()).toBe(true);
  expect(readFileSync(join(at, "real.yml"), "utf8")).toBe("new");
});

test("a file of a ConfigMap is refused, as Kubernetes puts it there", () => {
  const at = directory();
  mkdirSync(join(at, "..2026_01_01"));
  writeFileSync(join(at, "..2026_01_01", "a.yml"), "old");
  symlinkSync("..2026_01_01", join(at, "..data"));
  symlinkSync("..data/a.yml", join(at, "a.yml"));
  expect(() => replaceFile(join(at, "a.yml"), "new")).toThrow("comes from a ConfigMap or Secret");
  expect(readFileSync(join(at, "a.yml"), "utf8")).toBe("old");
});

test("what cannot be written is said, with the file", () => {
  // A file system where nobody, root included, makes files.
  expect(() => replaceFile("/proc/version", "new")).toThrow(NotWritable);
  expect(() => replaceFile("/proc/version", "new")).toThrow("/proc/version");
  expect(() => replaceFile(join(directory(), "gone.yml"), "new")).toThrow("gone.yml");
});
