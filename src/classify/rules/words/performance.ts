import type { WordRule } from "./word-rule.ts";

export const performanceByWords: readonly WordRule[] = [
  {
    name: "performance",
    category: "performance",
    severity: "warning",
    confidence: 0.7,
    words: [
      "latency|latencies|slow|slower|slowly|slowness|slowdown|slowrequest*|slowresponse*|responsetime*|" +
        "responsetimes|requestduration*|p50|p75|p90|p95|p99|p999|percentile|lag|lags|delay|delays|delayed|load|" +
        "loadavg|loadaverage|highload|gc|gcpause*|garbage|pause|pauses|throughput|backpressure|steal|jitter|apdex|" +
        "performance|stall|stalls|stalled|congestion|contention|hang|hanging|hangs|sluggish|degradation|" +
        "bottleneck|hitratio*|hitrate*|cachehit*|cachemiss*|missratio|overload|overloaded|contextswitch*|" +
        "noisyneighbour|noisyneighbor|noisy !balancer|loadbalancer*|failed|failure|download|upload|" +
        "workload|reload|config",
      "duration|time|times|response|request|requests|processing|render|rendering|query|startup|page|pageload|" +
        "ttfb|lcp high|higher|long|longer|toolong|exceeded|above|increased|slow|slo|objective|budget|duration|" +
        "elevated !timetolive|uptime",
      "timeout|timeouts|timedout|deadlineexceeded",
      "download|downloads|upload|uploads slow|speed|longer|rate",
      "langsam*|verzogerung*|antwortzeit*|lent|lente|lenteur*|tempsdereponse|lento|lenta|lentitud|lentezza|" +
        "tiempoderespuesta|tempoderesposta|tempidirisposta|latencia|latence|latenza|traag|trage|opoznien*|yavas|" +
        "gecikme|медлен*|задержк*|времяответа|нагрузк*|响应时间|响应慢|延迟|缓慢|遅延|レスポンス|レイテンシ|応答時間|응답시간|지연|느림",
    ],
    reason: "It works, but slowly, or waits for something.",
    recommendations: [
      "See which requests or jobs are slow, and since when.",
      "Look at what they wait for: database, other services, locks, CPU, disks.",
    ],
  },
];
