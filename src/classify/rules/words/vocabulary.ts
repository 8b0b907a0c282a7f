// What several rules speak of, as alternatives of a word pattern. Accents are left out, as they are of names.

/** Something is not there at all, in the languages alerts are written in. */
export const DOWN =
  "down|dead|unavailable|unavailability|unreachable|offline|outage|disconnected|notreachable|notresponding|" +
  "notrunning|" +
  "unresponsive|inaccessible|isdown|ausfall|ausgefallen|nichterreichbar|unerreichbar|nichtverfugbar|indisponib*|" +
  "horsservice|enpanne|injoignable|caido|caida|nodisponible|noresponde|indisponivel|foradoar|irraggiungibile|" +
  "nonraggiungibile|nonrisponde|onbereikbaar|uitgevallen|niedostepn*|niedziala|erisilemiyor|coktu|недоступ*|" +
  "неработает|" +
  "неотвечает|упал|упала|упало|不可用|宕机|无法访问|停机|服务中断|ダウン|停止|応答なし|接続不可|다운|중단|장애|응답없음";

/** `down` that is a direction, a speed or a remainder. */
export const NOT_REALLY_DOWN =
  "scaledown|scaleddown|scalingdown|scale|scaled|scaling|slowdown|slow|slowing|countdown|cooldown|drilldown|" +
  "stepdown|winddown|spindown";

export const FAILED =
  "failed|failing|fail|fails|failure|failures|error|errors|erroring|broken|stuck|aborted|rejected|errored|" +
  "notworking|crash|crashed|" +
  "crashing|unsuccessful|fehlgeschlagen|fehler|echec|echoue|erreur|erreurs|fallo|fallido|fallida|errores|" +
  "falha|falhou|fallito|" +
  "fallita|errore|mislukt|fout|blad|bledy|nieudan*|basarisiz|hata|ошибк*|сбой|неудач*|失败|错误|失敗|エラー|실패|오류|에러";

export const FULL =
  "full|filling|fill|fills|fillingup|filled|outof|exhausted|exhaustion|nospace|nearfull|almostfull|" +
  "nearlyfull|runningout|runout|" +
  "voll|plein|pleine|sature|lleno|llena|cheio|cheia|pieno|piena|vol|pelny|pelna|doluyor|doldu|dolu|" +
  "переполнен*|заполнен*|満杯|已满|가득";

export const LATE =
  "missing|missed|late|lost|stopped|failed|failing|failure|no|notreceived|notseen|timeout|timedout|absent|" +
  "stale|delay|delayed|expired|" +
  "overdue|gone|old|dead|down|silent|skipped|lag|interrupted|without|gap";

export const HIGH =
  "high|higher|elevated|increase|increased|increasing|spike|surge|toohigh|excessive|above|toomany|exceeded|large";

export const DATABASE =
  "database*|databases|db|dbs|postgres*|postgre|pg|pgsql|pgbouncer*|pgpool*|patroni*|cnpg*|mysql*|mariadb*|" +
  "percona*|galera*|innodb|" +
  "proxysql|vitess|mongo*|redis*|valkey*|keydb|memcache*|elastic*|elasticsearch*|opensearch*|solr*|" +
  "cassandra*|scylla*|couchdb*|" +
  "couchbase*|cockroach*|clickhouse*|influx*|timescale*|oracle*|oracledb|mssql*|sqlserver*|sql|db2|sybase|" +
  "saphana|tidb|tikv|neo4j*|" +
  "dynamodb*|aurora|rds|cloudsql|spanner|bigquery|snowflake|redshift|firestore|cosmosdb|hbase|druid|trino|" +
  "arangodb|questdb|meilisearch|" +
  "hikari*|datenbank*|basededonnees|bdd|basededatos|bancodedados|bancadati|basididati|bazadanych|veritabani|" +
  "базаданных|базыданных|" +
  "бд|субд|数据库|データベース|데이터베이스|db接続";

export const BROKER =
  "kafka*|rabbit*|rabbitmq*|nats*|jetstream*|pulsar*|activemq*|artemis|sqs|sns|pubsub|kinesis|eventhub*|" +
  "servicebus|mqtt*|mosquitto|" +
  "emqx|nsq|ibmmq|amqp*|redpanda*|broker|brokers|messagequeue|messagebus";

export const MACHINE =
  "node|nodes|host|hosts|server|servers|machine|machines|vm|vms|virtualmachine*|hypervisor*|esxi*|instance|" +
  "instances|baremetal|blade|" +
  "workstation|appliance|droplet|ec2|rechner|serveur|servidor|servidores|сервер|服务器|主机|サーバ|サーバー|서버|sunucu|hostdown";
