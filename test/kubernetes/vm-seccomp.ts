// Runs a command that may use no system calls but those in its first argument, separated by commas, as systemd's SystemCallFilter has
// it: the others fail with EPERM.
import { dlopen, FFIType } from "bun:ffi";

const ERRNO_EPERM = 0x0005_0001;
const ALLOW = 0x7fff_0000;

const { symbols } = dlopen("libseccomp.so.2", {
  seccomp_init: { args: [FFIType.u32], returns: FFIType.ptr },
  seccomp_syscall_resolve_name: { args: [FFIType.cstring], returns: FFIType.i32 },
  seccomp_rule_add_array: {
    args: [FFIType.ptr, FFIType.u32, FFIType.i32, FFIType.u32, FFIType.ptr],
    returns: FFIType.i32,
  },
  seccomp_load: { args: [FFIType.ptr], returns: FFIType.i32 },
});

const [, , calls = "", program = "", ...args] = process.argv;
const filter = symbols.seccomp_init(ERRNO_EPERM);
for (const name of calls.split(",")) {
  const number = symbols.seccomp_syscall_resolve_name(Buffer.from(`${name}\0`));
  // One of another architecture has a negative number.
  if (number >= 0) symbols.seccomp_rule_add_array(filter, ALLOW, number, 0, null);
}
const failed = symbols.seccomp_load(filter);
if (failed !== 0) throw new Error(`the filter cannot be loaded: ${failed}`);
process.execve?.(program, [program, ...args], process.env as Record<string, string>);
