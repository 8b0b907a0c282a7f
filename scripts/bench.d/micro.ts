// Called by `scripts/bench micro`: single parts, timed in this process. Medians of many runs after a warm-up.
import { labelSetFromObject, EMPTY_LABELS } from "../../src/core/model/labels.ts";
import type { NotifiedAlert } from "../../src/core/model/notification.ts";
import { parseTimestamp, ZERO_TIME } from "../../src/core/model/timestamp.ts";
import { notificationData, parseTemplates } from "../../src/template/index.ts";
import { alertJson } from "./alerts.ts";

const WARM_UP = 50;
const RUNS = 200;

/** Median of one run, ms. */
function median(run: () => unknown): number {
  for (let i = 0; i < WARM_UP; i++) run();
  const took = Array.from({ length: RUNS }, () => {
    const begin = performance.now();
    run();
    return performance.now() - begin;
  });
  return took.sort((a, b) => a - b)[RUNS / 2] ?? 0;
}

function firing(index: number): NotifiedAlert {
  const time = "2026-01-01T00:00:00.000Z";
  const posted = JSON.parse(alertJson(index, time, time)) as Record<"labels" | "annotations", Record<string, string>>;
  const at = parseTimestamp(time);
  return {
    labels: labelSetFromObject(posted.labels),
    annotations: labelSetFromObject(posted.annotations),
    startsAt: at,
    endsAt: ZERO_TIME,
    updatedAt: at,
    generatorURL: "http://prometheus.example.com/graph",
    timeout: false,
    status: "firing",
  };
}

const templates = parseTemplates([]);
const source = {
  receiver: "mail",
  alerts: Array.from({ length: 64 }, (_, index) => firing(index)),
  groupLabels: labelSetFromObject({ alertname: "KubePodCrashLooping" }),
  routeLabels: EMPTY_LABELS,
  reason: "first notification" as const,
  externalURL: "http://alertmanager.example.com",
};
const email = median(() => templates.html('{{ template "email.default.html" . }}', notificationData(source)));
console.log(`default e-mail with 64 alerts    ${email.toFixed(2)} ms   goal < 5 ms   ${email < 5 ? "met" : "MISSED"}`);

await import("./classify-micro.ts");
