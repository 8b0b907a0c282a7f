import type { WordRule } from "./word-rule.ts";

export const noiseByWords: readonly WordRule[] = [
  {
    name: "always-firing",
    category: "operations",
    severity: "noise",
    certain: true,
    confidence: 0.9,
    words: [
      "watchdog !hardware|hw|reset|reboot|rebooted|timeout|expired|triggered|kernel|missing|down|stopped|bite|" +
        "stall|failed|failing|failure",
      "deadman*|deadmans*|deadmansswitch !missing|late|down|expired|stopped|failed|triggered",
      "alwaysfiring|alwaysfires|alwayson|alwaysfire",
      "keepalive !failed|failure|timeout|lost|missing|expired|error|errors|down|vrrp|tcp|http|session",
      "heartbeat|heartbeats !missing|missed|late|lost|stopped|failed|failing|failure|no|timeout|timedout|absent|" +
        "stale|delay|delayed|expired|overdue|gone|old|dead|down|silent|skipped|lag|interrupted|without|gap|high|" +
        "error|errors",
      "infoinhibitor|inhibitor|inhibition !failed|failing|error|errors",
    ],
    reason: "By its name it fires all the time by design: its absence would be the news.",
    recommendations: ["Send it to a service that raises the alarm when it stops arriving, and to nobody else."],
  },
  {
    name: "trial",
    category: "operations",
    severity: "noise",
    certain: true,
    confidence: 0.85,
    words: [
      "testalert*|testnotification*|testmessage|testpage|testevent|alerttest|notificationtest|testingalert*|" +
        "smoketestalert*|e2etestalert*",
      "test|testing alertmanager|amtool|grafana|pagerduty|opsgenie|webhook|receiver|alerting|notification|" +
        "notifications !failed|failing|down|failure|error",
      "dummy|fake|sample|example alert|alerts|notification|test",
      "helloworld|foobar",
      "drill|firedrill !drilldown|drillbit",
    ],
    reason: "By its name it is a trial of the alerting itself.",
    recommendations: ["Resolve it when the trial is over; route trials to a receiver of their own."],
  },
];
