import { DATABASE, DOWN, FAILED, FULL } from "./vocabulary.ts";
import type { WordRule } from "./word-rule.ts";

export const databaseByWords: readonly WordRule[] = [
  {
    name: "database-down",
    category: "database",
    severity: "critical",
    confidence: 0.75,
    words: [
      `${DATABASE} ${DOWN} !exporter|scale*|slow*`,
      `${DATABASE} corrupt*|corruption|readonly|noleader|noprimary|nomaster|splitbrain|wraparound|notready|` +
        "cannotconnect|stopped|crash|crashed|crashing|crashloop|red|quorum|dataloss|missingmaster|missingprimary",
      `${DATABASE} connect*|connection|connections|verbindung|connexion|conexion|conexao|接続|连接|连接失败|연결 ` +
        `${FAILED}|refused|lost`,
      `${DATABASE} ${FULL} !connection*|pool*|queue*|memory|heap|soon|predicted|predict|disk|will`,
      "tablespace full|exhausted|critical",
    ],
    reason: "A database cannot be used, or not be written to.",
    recommendations: [
      "See which of its nodes answer, and what its log says last.",
      "Check disk space before restarting it.",
    ],
  },
  {
    name: "database-change",
    category: "database",
    severity: "info",
    confidence: 0.65,
    words: [
      `failover|switchover|promotion completed|finished|succeeded|success|done|complete|ok ${DATABASE}|cluster|` +
        "primary|replica|failover|switchover",
      `${DATABASE} restarted|rebooted|configurationchanged|promoted|upgraded`,
    ],
    reason: "A database has changed its state; by its name nothing is wrong with it now.",
    recommendations: ["Find out why, if nobody planned it."],
  },
  {
    name: "database",
    category: "database",
    severity: "warning",
    confidence: 0.7,
    words: [
      `${DATABASE} !bluetooth`,
      "slowquery|slowqueries|longrunningquery|longrunningqueries|longrunningtransaction*|deadlock|deadlocks|" +
        "tablespace*|vacuum*|autovacuum|deadtuples|wraparound|xid|replicationslot*|replicationlag*|replicalag*|" +
        "slavelag|binlog*|redolog|undolog|rollback|rollbacks",
      "query|queries|transaction|transactions|table|tables|index|replication|replica|replicas|shard|shards slow|" +
        "long|longrunning|bloat|locked|locks|lag|lagging|unassigned|behind|broken|unhealthy !kube*|deployment*|" +
        "statefulset*|replicaset*|hpa|dns*|pod|pods",
      "connectionpool*|connpool*|dbpool|jdbc*|odbc",
      "cacheeviction*|evictions|keyspace|hitratio|primary|standby eviction*|rate|keys|memcache*|lag|missing",
    ],
    reason: "A database needs attention: replication, connections, statements, space or memory.",
    recommendations: [
      "Look at what runs and waits in it.",
      "For replication compare both ends; for connections find the client that holds them.",
    ],
  },
];
