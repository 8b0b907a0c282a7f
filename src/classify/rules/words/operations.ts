import { FAILED } from "./vocabulary.ts";
import type { WordRule } from "./word-rule.ts";

const DELIVERY =
  "deploy|deploys|deployment|deployments|deployed|release|releases|rollout|rollouts|canary|pipeline|" +
  "pipelines|migration|migrations|upgrade|upgrades|delivery";

export const operationsByWords: readonly WordRule[] = [
  {
    name: "backup",
    category: "operations",
    severity: "warning",
    confidence: 0.75,
    words: [
      "backup|backups|backedup|velero*|restic*|borg*|borgbackup|pgbackrest*|barman*|kasten*|k8up*|xtrabackup|" +
        "mysqldump|pgdump|veeam*|bacula*|bareos",
      `snapshot|snapshots|restore|restores missing|old|toold|stale|late|outdated|overdue|count|${FAILED}`,
      "wal|archiv* archiving|archive|archiver",
      "sicherung*|datensicherung*|sauvegarde*|copiadeseguridad|respaldo*|copiadeseguranca|kopiazapasowa|yedek*|" +
        "бэкап*|резервн*|备份|バックアップ|백업",
    ],
    reason: "A backup failed, is missing or too old; the next restore would lose more than planned.",
    recommendations: ["Look at the log of the last run and repeat it.", "See how old the last good backup is."],
  },
  {
    name: "change",
    category: "operations",
    severity: "info",
    confidence: 0.65,
    words: [
      `${DELIVERY} started|starting|begin|begins|finished|completed|complete|succeeded|success|successful|` +
        "promoted|done|inprogress",
      "featureflag*|featuretoggle*",
      "maintenance|maintenancewindow|maintenancemode|wartung*|mantenimiento",
      "freeze|codefreeze|changefreeze",
      "version|config|configuration|settings|schedule changed|updated|change",
      "upgrade|update|updates available",
    ],
    reason: "By its name it tells of a change rather than of a failure.",
    recommendations: ["Keep it in mind when something else fails at the same time."],
  },
  {
    name: "delivery",
    category: "operations",
    severity: "warning",
    confidence: 0.7,
    words: [
      "argo|argocd*|argoapp*|argorollout*|flux|fluxcd*|gitops|helm|helmrelease*|kustomization*|spinnaker|" +
        "terraform*|ansible*|puppet*|chef|awx|crossplane|tekton*",
      `${DELIVERY} ${FAILED}|rolledback|rollback|paused|degraded|timeout|stalled !data|etl|kube*|order|orders|` +
        "parcel|food|sms|email|mail|message|messages|webhook|webhooks",
      `build|builds|ci|cicd ${FAILED}|slow|queue|queued|pending|waiting|red`,
      "jenkins*|gitlabrunner*|gitlabci*|runner|runners|buildkite*|teamcity*|circleci|githubactions|droneci|" +
        "bamboo|sonarqube|nexus|artifactory|harbor",
      "outofsync|notsynced !galera*|ntp*|clock|time|cluster|raid|drbd|replica|replicas|replication|blocks",
      "reconcil* error|errors|failed|failing|failure|failures|stuck|slow|duration|long|toolong|toomany|not|" +
        "notreconciling",
      "drift configuration|config|infrastructure|terraform|state",
      "pendingupdate*|pendingchange*|updatepending|notinstalled|helmfile*|helmhistory*|chart|charts|notdeployed",
      `config|configuration|konfiguration reload*|invalid|bad|mismatch|inconsistent|${FAILED}`,
    ],
    reason: "A change does not arrive: a build, a delivery or a configuration fails or waits.",
    recommendations: ["Look at the last failed run and what it says.", "If the change is wrong, take it back."],
  },
  {
    name: "monitoring",
    category: "operations",
    severity: "warning",
    confidence: 0.7,
    words: [
      "prometheus*|alertmanager*|grafana*|thanos*|mimir*|cortex*|loki*|tempo|promtail*|alloy|fluentd*|" +
        "fluentbit*|logstash*|filebeat*|metricbeat*|vector|otel*|opentelemetry*|jaeger*|zipkin|victoriametrics*|" +
        "vmagent*|vmalert*|vmstorage*|vminsert*|vmselect*|telegraf*|pushgateway*|datadog*|zabbix*|nagios*|icinga*|" +
        "newrelic*|splunk*|graylog*|kibana*|sentry*|statsd|collectd",
      "scrape|scrapes|scraping|exporter|exporters|textfilecollector|kubestatemetrics*",
      "nodata|datasource|datasourcenodata|datasourceerror|cardinality",
      "metric|metrics|telemetry|monitoring|logs|logging|log|traces|spans missing|absent|stale|lost|nodata|gap|" +
        "dropped|drop|dropping|pipeline|ingestion|ingest|shipping|forwarding|agent|down|failed|failing|lag|rate|" +
        "notreceived|forward* !space|volume",
      "textfile|textfiles",
      "rule|rules evaluation|evaluations",
      "alert|alerts|notification|notifications failed|failing|dropped|notsent|delivery|undelivered|storm|flood " +
        "!app|mobile|sms|push",
    ],
    reason: "Monitoring or logging itself does not work as it should; other alerts may be missing.",
    recommendations: ["See what goes unseen while it lasts.", "Look at the component's own log, queue and storage."],
  },
  {
    name: "schedule",
    category: "operations",
    severity: "warning",
    confidence: 0.6,
    words: [
      "cron|crond|crontab|cronjob|cronjobs|scheduledjob*|scheduledtask*|scheduler !kube*|kubernetes*|k8s*|" +
        "airflow*|dag",
      "nightly|daily|weekly|monthly|hourly missing|missed|late|failed|failure|overdue|notrun|stale|delayed|" +
        "skipped|job|report|run",
      "logrotat*|rotatelogs|housekeeping|cleanup",
    ],
    reason: "Something that runs on a schedule did not run, or failed.",
    recommendations: ["Run it by hand and look at what it says.", "See what depends on its result."],
  },
  {
    name: "paperwork",
    category: "operations",
    severity: "warning",
    confidence: 0.65,
    words: [
      "license|licenses|licence|licences|lizenz*|licencia*|licenza|subscription expir*|expir|limit|exceeded|" +
        "soon|invalid|ends|usage|users|seats|overrun|renewal",
      "license|licence|lizenz|licencia expires|expiring|expiry|expired|expiration",
      "cost|costs|spend|spending|billing|finops|kosten|cout|couts anomaly|anomalies|high|increase|exceeded|" +
        "forecast|spike|alert|overrun|threshold|unexpected|budget|daily|monthly",
      "budget exceeded|overrun|forecast|threshold|alert|cloud|limit|spent !error|errorbudget*|burn*|slo|latency|" +
        "availability",
      "domain|domains expir*|expires|expiring|expiry|expiration|renewal",
    ],
    reason: "Money, a licence or a contract needs attention; nothing is broken yet.",
    recommendations: ["Find who owns the contract or the account, and act before it ends."],
  },
];
