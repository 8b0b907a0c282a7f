import { existsSync } from "node:fs";

/** What makes a program believe in another time, where it is installed. */
const library = [
  "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
  "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
].find(existsSync);

export const hasFaketime = library !== undefined;

/** The environment of a program that lives so many seconds in the past. */
export function inThePast(seconds: number): Record<string, string> {
  return { LD_PRELOAD: library ?? "", FAKETIME: `-${seconds}s`, FAKETIME_DONT_FAKE_MONOTONIC: "1" };
}
