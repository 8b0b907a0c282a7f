import type { Subprocess } from "bun";
import { dirname, join } from "node:path";
import { readFileSync } from "node:fs";
import type { PluginSettings } from "../config/plus/plugins.ts";
import { openChannel } from "./channel.ts";
import {
  ANSWER_LIMIT,
  CALL_LIMIT,
  CHANNEL_FD,
  fromPlugin,
  PLUGIN_COMMAND,
  type FromPlugin,
  type ToPlugin,
} from "./protocol.ts";

/** What a started process tells. Nothing is told any more once it has been ended by `kill`. */
export interface ProcessEvents {
  onMessage(message: FromPlugin): void;
  /** Once, with why: it has ended, or can no longer be talked to. */
  onEnd(reason: string): void;
}

/** The process of a plugin. */
export interface PluginProcess {
  readonly stdout: ReadableStream<Uint8Array>;
  readonly stderr: ReadableStream<Uint8Array>;
  /** Resolves when the process is gone. */
  readonly gone: Promise<void>;
  /** @throws Error for a message that is too long */
  send(message: ToPlugin): void;
  /** Resident bytes; undefined where the system does not tell. */
  memory(): number | undefined;
  /** Asks it and all it started to end. */
  terminate(): void;
  /** Ends it and all it started. */
  kill(): void;
}

/** Starts the process of a plugin. @throws Error where it cannot be started */
export type Launch = (settings: PluginSettings, events: ProcessEvents) => PluginProcess;

/** How to call this very program, even where another file has taken its place since it was started. */
function ownCommand(): readonly string[] {
  if (!import.meta.dir.startsWith("/$bunfs/")) return [process.execPath, join(import.meta.dir, "../main.ts")];
  return [process.platform === "linux" ? "/proc/self/exe" : process.execPath];
}

/** @param command how to call the program; without it, as this process was */
export function createLaunch(command: readonly string[] = ownCommand()): Launch {
  return ({ path, memory }, events) => {
    let told = false;
    const end = (reason: string) => {
      if (told) return;
      told = true;
      events.onEnd(reason);
    };
    const child = Bun.spawn([...command, PLUGIN_COMMAND, path], {
      argv0: "alertmanager",
      cwd: dirname(path),
      env: environment(memory),
      stdio: ["ignore", "pipe", "pipe", "pipe"],
      // In a group of its own, so that all it starts can be ended with it, and a Ctrl-C is not meant for it.
      detached: true,
      onExit: (_, code, signal) => end(signal === null ? `it exited with ${code}` : `it was ended by ${signal}`),
    });
    const channel = openChannel({
      fd: child.stdio[CHANNEL_FD] as number,
      sendLimit: CALL_LIMIT,
      receiveLimit: ANSWER_LIMIT,
      onMessage(message) {
        const checked = fromPlugin(message);
        if (!told) events.onMessage(checked);
      },
      // Closed without an error, its exit tells more.
      onEnd: (error) => error !== undefined && end(`it sent ${error.message}`),
    });
    return {
      stdout: child.stdout,
      stderr: child.stderr,
      gone: child.exited.then(() => undefined),
      send: channel.send,
      memory: () => residentBytes(child.pid),
      terminate: () => signal(child, "SIGTERM"),
      kill() {
        told = true;
        channel.close();
        signal(child, "SIGKILL");
      },
    };
  };
}

/** To the whole group. One that has ended has none, and its number may be another's by now. */
function signal(child: Subprocess, name: NodeJS.Signals): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, name);
  } catch {
    // It ended just now.
  }
}

function environment(memory: number): Record<string, string> {
  return {
    // The process ends with the server, also when that is killed.
    BUN_FEATURE_FLAG_NO_ORPHANS: "1",
    // Nothing is written to disk.
    BUN_RUNTIME_TRANSPILER_CACHE_PATH: "0",
    // Collects garbage as a machine of that size would have to.
    BUN_JSC_forceRAMSize: String(Math.floor(memory * 0.75)),
  };
}

function residentBytes(pid: number): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s+([0-9]+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}
