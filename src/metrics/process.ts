import { readFileSync, readdirSync } from "node:fs";
import { type Family, family } from "./family.ts";
import { Counter, Gauge } from "./instruments.ts";

/** Ticks of /proc's clock a second; the same on every Linux that runs this. */
const TICKS = 100;

/**
 * The process's own figures under their standard names, read when scraped. Without /proc only those the runtime itself
 * knows are there.
 */
export function processFamilies(): readonly Family[] {
  const gauge = (name: string, help: string, read: () => number) => {
    const instrument = new Gauge();
    instrument.read = read;
    return family(name, help, "gauge", [], instrument);
  };
  const cpu = new Counter();
  const families = [
    updated(
      family("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.", "counter", [], cpu),
      () => {
        const { user, system } = process.cpuUsage();
        cpu.value = Math.round((user + system) / 1e4) / 100;
      },
    ),
    gauge("process_resident_memory_bytes", "Resident memory size in bytes.", () => process.memoryUsage.rss()),
  ];
  if (process.platform !== "linux") return families;
  const start = startTime();
  return [
    ...families,
    gauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.", () => start),
    gauge("process_open_fds", "Number of open file descriptors.", () => readdirSync("/proc/self/fd").length),
    gauge("process_max_fds", "Maximum number of open file descriptors.", () => limit("Max open files")),
    gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.", () => Number(stat()[20])),
    gauge("process_virtual_memory_max_bytes", "Maximum amount of virtual memory available in bytes.", () =>
      limit("Max address space"),
    ),
    ...networkFamilies(),
  ];
}

function updated(shown: Family, update: () => void): Family {
  return {
    ...shown,
    samples() {
      update();
      return shown.samples();
    },
  };
}

function networkFamilies(): Family[] {
  const counter = (verb: string, what: string, column: number) => {
    const bytes = new Counter();
    const shown = family(
      `process_network_${verb}_bytes_total`,
      `Number of bytes ${what} by the process over the network.`,
      "counter",
      [],
      bytes,
    );
    return updated(shown, () => {
      bytes.value = networkBytes(column);
    });
  };
  return [counter("receive", "received", 6), counter("transmit", "sent", 7)];
}

/** The fields of /proc/self/stat after the command's name, which may hold blanks itself. */
function stat(): readonly string[] {
  const text = readFileSync("/proc/self/stat", "utf8");
  return text.slice(text.lastIndexOf(")") + 2).split(" ");
}

function startTime(): number {
  const boot = /^btime (\d+)/m.exec(readFileSync("/proc/stat", "utf8"))?.[1] ?? "0";
  return Number(boot) + Number(stat()[19]) / TICKS;
}

function limit(name: string): number {
  const line = readFileSync("/proc/self/limits", "utf8")
    .split("\n")
    .find((l) => l.startsWith(name));
  const soft = line?.slice(name.length).trim().split(/\s+/)[0] ?? "";
  // What Go's client prints for "unlimited": the largest 64-bit number.
  return soft === "unlimited" ? 2 ** 64 : Number(soft);
}

/** A column of the IpExt line of /proc/self/net/netstat. */
function networkBytes(column: number): number {
  const lines = readFileSync("/proc/self/net/netstat", "utf8").split("\n");
  const values = lines.filter((l) => l.startsWith("IpExt:"))[1]?.split(" ");
  return Number(values?.[column + 1] ?? 0);
}
