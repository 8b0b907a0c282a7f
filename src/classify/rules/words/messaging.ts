import { BROKER, DOWN, FULL } from "./vocabulary.ts";
import type { WordRule } from "./word-rule.ts";

export const messagingByWords: readonly WordRule[] = [
  {
    name: "lost-messages",
    category: "application",
    severity: "warning",
    confidence: 0.65,
    words: ["dropped|dropping|drops|discarded|rejected message|messages|record|records|event|events"],
    reason: "Messages or records are dropped on their way.",
    recommendations: ["See who drops them and why: full buffers, broken records, a receiver that is away."],
  },
  {
    name: "coordination-down",
    category: "availability",
    severity: "critical",
    confidence: 0.7,
    words: [`zookeeper*|consul* ${DOWN}|quorum|quorumlost|noleader|lost`],
    reason: "What others find each other or agree through has lost its leader or members.",
    recommendations: ["See which members are up and whether they have a leader."],
  },
  {
    name: "dead-letters",
    category: "application",
    severity: "warning",
    confidence: 0.7,
    words: [
      "deadletter*|deadletters|dlq|poisonmessage*",
      `${BROKER} unroutable|underreplicated*|connecttask*|connector|connectors|noconsumer*|isr|rebalanc*|redeliver*`,
    ],
    reason: "Messages could not be processed, or not be delivered as they should.",
    recommendations: [
      "Read one of the messages: it says what could not be processed.",
      "Look at the log of the consumer.",
    ],
  },
  {
    name: "broker-down",
    category: "availability",
    severity: "critical",
    confidence: 0.75,
    words: [
      `${BROKER} ${DOWN} !exporter|consumer*|scale*|slow*`,
      `${BROKER} noleader|nocontroller|noactivecontroller|offline|partitioned|networkpartition|splitbrain|` +
        "underminisr*|readonly|quorum|stopped",
    ],
    reason: "A broker or a part of it cannot be used; producers block or lose messages.",
    recommendations: ["See which brokers are up and whether there is a leader."],
  },
  {
    name: "broker-limits",
    category: "resource",
    severity: "warning",
    confidence: 0.65,
    words: [`${BROKER} memory|mem|cpu|filedescriptor*|fd|connections|sockets|heap|channels|subscriptions`],
    reason: "A broker is near one of its limits.",
    recommendations: ["See what holds memory or connections: unconsumed messages, leaking clients."],
  },
  {
    name: "broker-storage",
    category: "storage",
    severity: "warning",
    confidence: 0.65,
    words: [`${BROKER} disk*|diskspace|space|storage|volume|${FULL} !queue*|lag|backlog|deadletter*`],
    reason: "The storage of a broker fills up.",
    recommendations: ["Shorten retention or add space."],
  },
  {
    name: "broker-slow",
    category: "performance",
    severity: "warning",
    confidence: 0.65,
    words: [`${BROKER} latency|slow|duration|throughput`],
    reason: "Producing or consuming takes long.",
    recommendations: ["Compare the broker's disks and threads with its load."],
  },
  {
    name: "backlog",
    category: "performance",
    severity: "warning",
    confidence: 0.7,
    words: [
      "backlog*|consumerlag*|consumergrouplag*|lagging !replica*|replication*|slave",
      `${BROKER}|queue|queues|consumer|consumers|topic|topics|stream|subscription|sidekiq|celery|resque|worker ` +
        "lag|backlog|behind|piling|depth|size|length|growing|grows|growth|pending|messages|oldest|age|stuck|" +
        "unacked|unack|ready|slow|toomany|high|full|filling|large|long|waiting|notdraining|count",
      "warteschlange*|filedattente|cola|colas|fila|filas|coda|wachtrij|kolejka|kuyruk|очеред*|队列|积压|キュー|滞留|큐|대기열",
    ],
    reason: "Work piles up: it comes faster than it is done.",
    recommendations: [
      "See whether consumers run, and whether one of them hangs.",
      "Compare the rates in and out: more load, or slower work.",
    ],
  },
  {
    name: "broker",
    category: "application",
    severity: "warning",
    confidence: 0.6,
    words: [BROKER],
    reason: "A message broker or its clients need attention.",
    recommendations: ["Look at the broker's log and at the topic or queue that is named."],
  },
];
