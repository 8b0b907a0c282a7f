import { DOWN, LATE, MACHINE, NOT_REALLY_DOWN } from "./vocabulary.ts";
import type { WordRule } from "./word-rule.ts";

export const objectivesByWords: readonly WordRule[] = [
  {
    name: "latency-objective",
    category: "performance",
    severity: "warning",
    confidence: 0.7,
    words: ["slo|sla|errorbudget*|objective|burnrate latency|slow|response|responsetime*|duration|p95|p99|time"],
    reason: "A service is slower than its objective allows.",
    recommendations: ["See which requests are slow, and since when."],
  },
  {
    name: "objective",
    category: "availability",
    severity: "warning",
    confidence: 0.7,
    words: ["slo|slos|sla|slas|errorbudget*|burnrate|budgetburn*|burn !kube*|calories|cpu"],
    reason: "A service uses up the errors its objective allows.",
    recommendations: [
      "See since when, and for which requests.",
      "Compare with the last rollout and with what the service depends on.",
    ],
  },
];

export const availabilityByWords: readonly WordRule[] = [
  {
    name: "host-down",
    category: "infrastructure",
    severity: "critical",
    confidence: 0.75,
    words: [
      `${MACHINE} ${DOWN}|crashed !exporter|${NOT_REALLY_DOWN}|service|backend|proxy|target|healthy|api|web|name`,
    ],
    reason: "A machine does not answer; everything that ran on it is gone until it is back or replaced.",
    recommendations: [
      "Check whether it is the machine or only the way to it.",
      "See what ran on it and whether others have taken over.",
    ],
  },
  {
    name: "single-device-silent",
    category: "availability",
    severity: "warning",
    confidence: 0.6,
    words: [
      "sensor|sensors|camera|cameras|printer|printers|device|devices|meter|meters|tracker|kiosk|terminal|" +
        `scanner|thermostat|plc|gateway ${DOWN}|silent|nodata|lost !heartbeat*|api`,
    ],
    reason: "One device of many is not heard of.",
    recommendations: ["Check its power and its connection."],
  },
  {
    name: "down",
    category: "availability",
    severity: "critical",
    confidence: 0.7,
    words: [
      `${DOWN} !${NOT_REALLY_DOWN}|thirdparty|vendor|provider|partner|planned|tear|markdown|touchdown|peer|` +
        "deadjob|deadjobs|deadtuples|deadletter*",
      `heartbeat|heartbeats|pulse|ping|keepalive|signoflife ${LATE}`,
      "nohealthy*|allunhealthy|allinstancesdown|zerohealthy|nohealthyinstances|noinstances|noreplicas|nobackend|" +
        "nobackends|noendpoints|zeroinstances",
      "healthcheck*|probe|probes|readiness|liveness|smokecheck|syntheticcheck|synthetic fail*|failed|failing|" +
        "failure|red|error",
    ],
    reason: "Something does not answer at all.",
    recommendations: [
      "Look at its instances, their logs and the last rollout.",
      "Check what it depends on, and the network between.",
    ],
  },
  {
    name: "restarted",
    category: "availability",
    severity: "warning",
    confidence: 0.6,
    words: ["restarted|restarting|restarts|restartingtoooften|respawn* !reboot*"],
    reason: "Something was restarted, and was away for a moment.",
    recommendations: ["Find out who restarted it: somebody, a supervisor, or a crash."],
  },
  {
    name: "availability",
    category: "availability",
    severity: "warning",
    confidence: 0.6,
    words: [
      "probe|probes|blackbox*|endpoint|endpoints|target|targets|uptime|availability|unhealthy|healthcheck*|" +
        "healthy|synthetic|thirdparty|reachability",
      "outage|down|unavailable thirdparty|vendor|provider|partner|upstream",
      "backend|backends|upstream|upstreams|loadbalancer|lb unhealthy|degraded|missing|ejected",
      "verfugbarkeit|disponibilite|disponibilidad|disponibilidade|доступность|可用性|稼働率|가용성",
    ],
    reason: "Something is reached only in part, or its health check complains.",
    recommendations: ["See which instances are affected, and ask one of them directly."],
  },
];
