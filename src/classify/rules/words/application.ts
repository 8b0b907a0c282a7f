import { FAILED } from "./vocabulary.ts";
import type { WordRule } from "./word-rule.ts";

const BUSINESS =
  "order|orders|payment|payments|checkout|checkouts|cart|carts|basket|sale|sales|revenue|conversion|" +
  "conversions|transaction|transactions|signup|signups|registration|registrations|login|logins|purchase|" +
  "purchases|booking|bookings|invoice|invoices|billing|shipment|shipments|subscription|refund|refunds|" +
  "customer|customers|user|users|donation|quote|quotes|trade|trades|call|calls|bestell*|zahlung*|betaling*|" +
  "paiement*|commande|commandes|pago|pagos|pedido|pedidos|pagamento|pagamenti|ordini|odeme|siparis|оплат*|" +
  "платеж*|заказ*|订单|支付|注文|決済|주문|결제";

export const requestsByWords: readonly WordRule[] = [
  {
    name: "failing-requests",
    category: "application",
    severity: "warning",
    confidence: 0.7,
    words: [
      "400|401|403|404|429|500|502|503|504|5xx*|4xx*|500s|502s|503s|504s|http5xx*|http4xx*|http500|http502|" +
        "http503|errorresponses",
      "error|errors|errorrate|errorratio|errored|failure|failures|failed|exception|exceptions|success rate|" +
        "rates|ratio|percent|percentage|high|higher|spike|low|api|http|https|grpc|rpc|request|requests|response|" +
        "responses|service|endpoint|endpoints|backend|upstream|budgetless !network|interface|interfaces|packet|" +
        "packets|dns|crc|ecc|edac|memory|disk|disks|port|nic|budget|errorbudget*|certificate*|backup*|receive|" +
        "transmit|kernel|hardware|probe|probes|healthcheck*|calico*|cilium*",
      "errorrate*|errorratio*|higherrorrate|errorcount|exceptionrate|exceptions|exception|unhandled|uncaught|" +
        "stacktrace|segfault|coredump|panic|panics !kernel|network|dns|packet|disk|interface",
    ],
    reason: "Requests or calls fail.",
    recommendations: [
      "Find the route and the error that is new, and compare with the last rollout.",
      "Check what the service depends on.",
    ],
  },
];

export const applicationByWords: readonly WordRule[] = [
  {
    name: "business-stopped",
    category: "application",
    severity: "critical",
    confidence: 0.65,
    words: [
      `${BUSINESS} no|zero|none|stopped|halted|missing|stalled|notreceived|impossible|stop|stops !consumer*|anomaly`,
    ],
    reason: "What users should do all the time is not happening any more.",
    recommendations: [
      "Try it yourself as a user does.",
      "Look at the last rollout, and at partners such as payment providers.",
    ],
  },
  {
    name: "application",
    category: "application",
    severity: "warning",
    confidence: 0.6,
    words: [
      BUSINESS,
      `${FAILED} !${"node|host|server|hardware"}`,
      "job|jobs|task|tasks|worker|workers|etl|dag|dags|airflow*|dagster|spark*|flink*|import|imports|importer|" +
        "export|exports|sync|synchronisation|feed|feeds|batch|workflow*|email|emails|mail|mails|smtp|sms|push|" +
        "webhook|webhooks|session|sessions|api|apis|app|apps|application*|service|services|microservice*|lambda*|" +
        "function|functions|frontend|backend|mobile|web|website|http|request|requests|provider|partner|upstream|" +
        "ratelimit*|ratelimited|upload|uploads|data|dataquality|dataset|datasets|freshness|model|models|inference|" +
        "llm|drift|anomaly|anomalies|websocket*|cache|caches|cachehit*|cachemiss*|tenant|tenants|telemetry|search|" +
        "recommend*|content|video|stream|streams|crash|crashes|crashed|crashing|bug|deadjob|deadjobs|stale|" +
        "staleness|outdated|toold|notupdating|notupdated|lastsuccessful*|toolongago|notrunrecently|record|records|" +
        "event|events|message|messages|output|deadlock|nginx*|haproxy*|traefik*|envoy*|istio*|linkerd*|apache|" +
        "tomcat|php*|jvm*|java|nodejs|python|ruby|rails|django|sidekiq*|celery*|gunicorn|uwsgi|wordpress|" +
        "nextcloud|gitlab*|jira|confluence|keycloak",
      "anwendung*|aplicacion*|aplicacao|aplikacj*|applicazione|uygulama|приложени*|应用|アプリ*|애플리케이션",
    ],
    reason: "An application or the work it does gives errors or unusual figures.",
    recommendations: [
      "Look at its log for the error that is new, and at its last rollout.",
      "Check what it depends on.",
    ],
  },
];
