import { FULL, HIGH } from "./vocabulary.ts";
import type { WordRule } from "./word-rule.ts";

const RESOURCE =
  "cpu|cpus|vcpu*|cpuusage|processor|processors|prozessor*|processeur|procesador|processador|processore|" +
  "memory|mem|ram|oom*|swap|" +
  "heap|nonheap|rss|memoryleak|memleak|filedescriptor*|fd|fds|openfiles|openfile|inotify|thread|threads|" +
  "threadpool*|goroutine*|" +
  "quota|quotas|throttl*|throttling|overcommit*|gpu|gpus|vram|pids|zombie*|semaphore*|hugepages|entropy|" +
  "arbeitsspeicher|speicherauslastung|memoire|memoria*|geheugen|pamiec|bellek|памят*|процессор*|озу|内存|处理器|メモリ*|메모리";

export const resourceByWords: readonly WordRule[] = [
  {
    name: "resource",
    category: "resource",
    severity: "warning",
    confidence: 0.7,
    words: [
      `${RESOURCE} !steal|iowait|wait|ecc|edac|dimm|temperature|temp|fan|correctable|uncorrectable|parity|slot`,
      "resource|resources|capacity|pool|pools|workers|slots|concurrency|connections|sessions|limit|limits|" +
        "utilisation|utilization|auslastung|saturation " +
        `${FULL}|${HIGH}|saturated|starv*|near|nearing|approaching|reached|reaching|hit|exceed*|exceeded|maxed|` +
        "atcapacity|limit|low|critical|depleted|insufficient|used !rate|error|errors|interface|link|api|upstream",
      "leak|leaks|leaking !data|secret|secrets|token|water|security|credential*",
      "busyprocess*|listenqueue|maxchildren*|toobusy|phpfpm* busy|full|max|reached|listenqueue|toobusy|" +
        "exhausted|children|processes|overload",
      "outofmemory|exhausted|exhaustion|starvation|starved|overcommitted|underutilized|overutilized|maxedout",
    ],
    reason: "Something finite runs out: CPU, memory, threads, descriptors or a quota.",
    recommendations: ["Find what uses most, and whether that is new.", "Raise the limit only when growth is expected."],
  },
];
