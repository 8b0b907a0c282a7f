// Databases, caches and search engines, and their backups.
import type { Family } from "./family.ts";

export const databases: readonly Family[] = [
  {
    name: "database-backups",
    category: "operations",
    reason: "A backup failed, is missing or takes too long; the next restore would lose more than planned.",
    recommendations: [
      "Look at the log of the last run and repeat it.",
      "See how old the last good backup is, and try to restore from it.",
      "Check space and permissions at the target.",
    ],
    critical: `
      BackupMissing BackupVerificationFailed CNPGBackupFailed MgobBackupFailed NoRecentBackup RedisMissingBackup
      VeleroBackupFailure VeleroHighRestoreFailureRate VeleroNoNewBackup VeleroUpStatus`,
    warning: `
      BackupDurationHigh BackupFailed BackupFailure BackupJobFailed BackupNotRunning BackupStale BackupTooOld
      BorgBackupFailed DatabaseBackupFailed EtcdBackupFailed K8upBackupFailed KastenBackupFailed
      LastFailedArchiveTime MySQLBackupFailed PgBackRestFailed PostgresBackupFailed ResticBackupFailed
      ResticCheckFailed RestoreFailed SnapshotFailed VeleroBackupFailures VeleroBackupPartialFailures
      VeleroBackupPartiallyFailed VeleroHighBackupDuration VeleroScheduleFailed VeleroUnsuccessfulBackup
      VolumeSnapshotFailed WALArchivingFailed`,
  },
  {
    name: "postgresql",
    category: "database",
    reason:
      "PostgreSQL or what stands in front of it is down, replicating late, out of connections or in need of care.",
    recommendations: [
      "Look at its log and at what is running and waiting: pg_stat_activity, pg_locks.",
      "For replication look at the slots and at the space of the write-ahead log.",
      "For connections find the client that leaks them.",
    ],
    critical: `
      CNPGClusterHACritical CNPGClusterOffline PatroniClusterUnlocked PatroniHasNoLeader
      PGBouncerHighSaturationCritical PgbouncerMaxConnections PGDatabaseXidAge PostgresDown
      PostgresHasReplicationSlotUsed PostgresInstanceDown PostgresqlCommitRateLow PostgreSQLDown
      PostgresqlNotEnoughConnections PostgresqlRestarted PostgresqlTooManyLocksAcquired
      PostgresReplicationSlotInactive PostgresReplicationStopped PostgresTablesNotVaccumed`,
    warning: `
      BackendsWaiting CNPGClusterHighConnectionsWarning CNPGClusterHighReplicationLag
      CNPGClusterInstancesOnSameNode CNPGClusterLowDiskSpaceWarning CNPGClusterZoneSpreadWarning
      DatabaseDeadlockConflicts LongRunningTransaction PgbouncerActiveConnections PgbouncerDown PgbouncerErrors
      PGBouncerHighNumberWaitingConnections PGBouncerHighWaitTime PGBouncerServerSaturationWarning PGReplication
      PostgresAcquiredTooManyLocks PostgresDeadlocks PostgresHasHighDeadLocks PostgresHasTooManyRollbacks
      PostgresHighConnections PostgresLongRunningQueries PostgreSQLCacheHitRatio PostgresqlDeadLocks
      PostgreSQLHighConnections PostgresqlHighRateDeadlock PostgresqlHighRateStatementTimeout
      PostgresqlHighRollbackRate PostgresqlInvalidIndex PostgresqlLowXidConsumption
      PostgreSQLMaxConnectionsReached PostgresqlPromotedNode PostgreSQLQPS PostgresqlReplicationLag
      PostgreSQLSlowQueries PostgresqlSplitBrain PostgresqlSslCompressionActive PostgresqlTableNotAutoAnalyzed
      PostgresqlTableNotAutoVacuumed PostgresqlTooManyConnections PostgresqlTooManyDeadTuples
      PostgresqlUnusedReplicationSlot PostgresqlWaleReplicationStopped PostgresReplicationLag
      PostgresReplicationLaggingMore1Hour PostgresReplicationRoleChanged PostgresSlowQueries
      PostgresTooManyCheckpointsRequested PostgresTooManyConnections ReplicaFailingReplication`,
    info: `
      PostgresqlConfigurationChanged`,
  },
  {
    name: "mysql",
    category: "database",
    reason: "A relational database is down, replicating late, locked up or near one of its limits.",
    recommendations: [
      "Look at its log and at the running and waiting statements.",
      "For replication compare both ends and look at the last error.",
      "For space or connections find what grew.",
    ],
    critical: `
      GaleraClusterDown MariaDBDown MSSQLDown MSSQLHighReadStallTime MSSQLHighWriteStallTime MySqlDown
      MySQLHeartbeatLag MySQLReplicationNotRunning MySQLReplicationStopped MysqlSlaveIoThreadNotRunning
      MySQLSlaveNotRunning MysqlSlaveReplicationLag MysqlSlaveSqlThreadNotRunning OracleDBDown
      OracledbReachingProcessLimit OracledbReachingSessionLimit OracledbTablespaceReachingCapacity OracleDown
      SapHanaHighCpuUtilization SapHanaHighDiskUtilization SapHanaHighMemoryUsage SapHanaHighPhysicalMemoryUsage
      SapHanaHighReplicationShippingTime SapHanaHighSqlExecutionTime SapHanaReplicationStatusError SQLServerDown`,
    warning: `
      GaleraNodeOutOfSync MSSQLHighNumberOfDeadlocks MSSQLModerateReadStallTime MSSQLModerateWriteStallTime
      MySQLDeadlocks MySQLGaleraDonorFallingBehind MySQLGaleraNotReady MySQLGaleraOutOfSync MySQLHighConnections
      MysqlHighThreadsRunning MysqlInnodbForceRecoveryIsEnabled MysqlInnodbHistory_lenTooLong
      MysqlInnodbLogWaits MysqlReplicationLag MySQLReplicationLagging MySQLSlowQueries MySQLTooManyConnections
      MysqlTooManyOpenFiles OracleDbHighUserRollbacks OracleDbTooManyActiveSessions
      SapHanaMemAllocLimitBelowRecommendation SqlServerDeadlock`,
    info: `
      MysqlHighQps MysqlRestarted`,
  },
  {
    name: "nosql",
    category: "database",
    reason: "A data store is down, has lost replicas, or runs into one of its limits.",
    recommendations: [
      "See which nodes are up and what the store says of its own health.",
      "For replication look for a slow or missing member.",
      "For memory or disk find the keys or tables that grew.",
    ],
    critical: `
      AerospikeDeadPartitions AerospikeNamespaceHighDiskUsage AerospikeNamespaceRejectingWrites
      AerospikeNodeHighMemoryUsage AerospikeUnavailablePartitions BlockedCompactionTasksFound CassandraDown
      CassandraNodeDown CassandraNodeIsUnavailable ClickhouseDiskSpaceCriticalOnDefault
      ClickhouseDistributedRejectedInserts ClickHouseDown ClickhouseMemoryUsageCritical
      ClickhouseNoAvailableReplicas ClickhouseNodeDown ClickhouseNoLiveReplicas ClickHouseRejectedInserts
      ClickhouseReplicaErrors ClickHouseReplicasInReadOnly ClickHouseServerDown
      ClickhouseZookeeperHardwareException ClickHouseZookeeperSessions CockroachClusterDiskLow CockroachDBDown
      CockroachStoreDiskLow CockroachUnavailableRanges CouchbaseHighCPUUsage CouchbaseHighMemoryUsage
      Couchdb5xxErrorRatioHigh CouchdbAtomMemoryUsageCritical CouchdbCriticalLogEntries CouchDBDown
      CouchDBHigh5xxResponseCodes CouchDBHighRequestLatency CouchdbNodeDown CouchdbOpenDatabasesCritical
      CouchdbOpenOsFilesCritical CouchdbReplicationClusterUnstable CouchdbReplicatorFailedToStart
      CouchDBReplicatorJobsCrashing CouchdbReplicatorManagerDied CouchdbReplicatorQueueProcessDied
      CouchdbReplicatorReaderProcessDied CouchdbTemporaryViewReadRateCritical CouchDBUnhealthyCluster
      DynamoDBUnavailable InfluxDBCriticalTaskHighFailureRate InfluxDBHighAverageAPIRequestLatency
      InfluxDBHighBusyWorkerPercentage InfluxDBHighHeapMemoryUsage MemcachedConnectionLimitApproaching
      MemcachedDown MongoDBDown MongodbReplicaMemberUnhealthy MongodbReplicationHeadroom
      MongodbReplicationStatus10 MongodbReplicationStatus3 MongodbReplicationStatus6 MongodbReplicationStatus8
      MongodbReplicationStatus9 MongoDown Neo4jDown RedisClusterDown RedisClusterFlapping
      RedisDisconnectedSlaves RedisDown RedisMasterDown RedisMissingMaster RedisReplicationBroken
      RedisSentinelDown RedisTooManyMasters ScyllaDBDown ScyllaNodeDown TiDBDown UnavailableWriteRequestsFound
      ValkeyDown`,
    warning: `
      AerospikeHighClientReadErrorRate AerospikeHighClientUDFErrorRate AerospikeHighClientWriteErrorRate
      CassandraAuthenticationFailures CassandraCacheHitRateKeyCache CassandraCompactionTaskPending
      CassandraHintsCount CassandraManyCompactionTasksArePending CassandraRepairBlockedTasks
      CassandraRepairPendingTasks CassandraViewwriteLatency ClickhouseDelayedInsertQueries
      ClickHouseDelayedInserts ClickhouseDiskSpaceLowOnBackups ClickhouseDiskSpaceLowOnDefault
      ClickhouseHighNetworkUsage ClickhouseHighTcpConnections ClickhouseInterserverConnectionIssues
      ClickhouseMemoryUsageWarning ClickhouseRejectedInsertQueries ClickHouseReplicationLag
      ClickHouseReplicationQueueBackingUp ClickhouseZookeeperConnectionIssues CockroachHighOpenFDCount
      CockroachInstanceFlapping CockroachLivenessMismatch CockroachNodeDown CockroachNoLeaseRanges
      CockroachVersionMismatch CouchbaseInvalidRequestVolume CouchbaseMemoryEvictionRate
      CouchdbFileDescriptorsHigh CouchDBHigh4xxResponseCodes CouchdbMangoDocsExaminedHigh
      CouchdbMangoQueriesFailedDueToInvalidIndex CouchdbMangoQueriesScanningTooManyDocs
      CouchDBManyReplicatorJobsPending CouchDBModerateRequestLatency CouchdbReplicationReadFailures
      CouchDBReplicatorChangesQueuesDying CouchDBReplicatorOwnersCrashing CouchDBReplicatorWorkersCrashing
      DynamoDBThrottled DynamoDBThrottledRequests HBaseDeadRegionServer HBaseHighHeapMemUsage
      HBaseHighMasterAuthFailRate HBaseHighRSAuthFailRate HBaseOldRegionsInTransition HighPendingCompactionTasks
      HintsStoredOnNode InfluxDBSlowAverageIQLExecutionTime InfluxDBWarningTaskHighFailureRate
      MemcachedConnectionsRejected MemcachedEvictions MemcachedHighEvictionRate MemcachedOutOfMemoryErrors
      MongoDBAtlasCollExclusiveDeadlocks MongoDBAtlasCollIntentExclDeadlocks
      MongoDBAtlasCollIntentSharedDeadlocks MongoDBAtlasCollSharedDeadlocks MongoDBAtlasDBExclusiveDeadlocks
      MongoDBAtlasDBIntentExclDeadlocks MongoDBAtlasDBIntentSharedDeadlocks MongoDBAtlasDBSharedDeadlocks
      MongoDBAtlasDiskSpaceLow MongoDBAtlasElectionTimeouts MongoDBAtlasSlowHardwareIO
      MongoDBAtlasSlowNetworkRequests MongodbCursorsTimeouts MongoDBHighConnections MongodbNumberCursorsOpen
      MongodbReadRequestsQueueingUp MongodbReplicasetLag MongoDBReplicationLag MongodbTooManyConnections
      MongodbVirtualMemoryUsage MongodbWriteRequestsQueueingUp RedisHighLatency RedisHighMemory RedisKeyEviction
      RedisMemoryHigh RedisNotEnoughConnections RedisOutOfConfiguredMaxmemory RedisOutOfSystemMemory
      RedisRejectedConnections RedisReplicationLag RedisSlowLog RedisTooManyClients RedisTooManyConnections`,
    info: `
      ClickhouseAccessDeniedErrors ClickhouseAuthenticationFailures CouchdbProcessRestarted
      MemcachedItemsTooLarge`,
  },
  {
    name: "search-engines",
    category: "database",
    reason: "A search engine has lost shards or nodes, or runs out of heap, disk or time.",
    recommendations: [
      "Look at cluster health and at why shards are not assigned.",
      "Check disk watermarks and heap of each node.",
      "Restore missing nodes before touching indices.",
    ],
    critical: `
      ApacheSolrHighCPUUsageCritical ApacheSolrHighHeapMemoryUsageCritical ElasticClusterRed
      ElasticsearchClusterNotHealthy ElasticsearchClusterRed ElasticsearchDiskOutOfSpace ElasticsearchDown
      ElasticsearchHealthyDataNodes ElasticsearchHealthyNodes ElasticsearchHeapUsageTooHigh
      ElasticsearchUnassignedShards ESClusterRed OpenSearchDown OpenSearchHighHeapMemoryUsage
      OpenSearchHighNodeCpuUsage OpenSearchHighNodeDiskUsage OpensearchIsUnhealthy OpenSearchRedCluster SolrDown
      SolrLowLiveNodeCount SolrReplicationErrors SolrUpdateErrors`,
    warning: `
      ApacheSolrHighCoreErrors ApacheSolrHighCPUUsageWarning ApacheSolrHighDocumentIndexing
      ApacheSolrHighHeapMemoryUsageWarning ApacheSolrLowCacheHitRatio ApacheSolrZookeeperChangeInEnsembleSize
      ElasticClusterYellow ElasticsearchBulkRequestsRejectionJumps ElasticsearchClusterYellow
      ElasticsearchDiskLowWatermarkReached ElasticsearchDiskSpaceLow ElasticsearchHeapUsageWarning
      ElasticsearchHighIndexingLatency ElasticsearchHighIndexingRate ElasticsearchHighMemory
      ElasticsearchHighQueryLatency ElasticsearchHighQueryRate ElasticsearchInitializingShardsTooLong
      ElasticsearchJVMHeapUseHigh ElasticsearchNodeDiskWatermarkReached ElasticsearchNoNewDocuments
      ElasticsearchPendingTasks ElasticsearchProcessCPUHigh ElasticsearchRelocatingShardsTooLong
      ElasticsearchSlowIndexing MeilisearchHttpResponseTime MeilisearchIndexIsEmpty
      OpensearchCircuitbreakerTripped OpensearchHasInactiveShards OpensearchHasPendingTasks
      OpensearchHighHeapUsage OpensearchIndexingIsThrottled OpenSearchModerateIndexLatency
      OpenSearchModerateRequestLatency OpenSearchUnstableShardReallocation OpenSearchUnstableShardUnassigned
      OpenSearchYellowCluster SolrQueryErrors`,
    info: `
      ElasticsearchInitializingShards ElasticsearchRelocatingShards`,
  },
  {
    name: "big-data",
    category: "database",
    reason: "A database or a cluster that works on data is down, slow, or cannot take more work.",
    recommendations: [
      "See whether it answers at all, and which of its nodes are missing.",
      "Look at what runs and waits: statements, jobs, connections.",
    ],
    critical: `
      DatabaseConnectionFailed DatabaseDown DatabaseUnavailable DatabaseUnreachable DBDown
      HadoopHDFSHighVolumeFailures HadoopHDFSMissingBlocks HadoopHighDeadDataNodes HadoopHighNodeManagerCPUUsage
      HadoopHighNodeManagerMemoryUsage HadoopHighResourceManagerMemoryUsage
      HadoopHighResourceManagervCoreCPUUsage HadoopMapReduceTaskFailures HadoopNameNodeDown
      HadoopResourceManagerDown PrestoHighBlockedNodes PrestoHighFailedQueriesCritical
      PrestoHighInsufficientResources PrestoHighTaskFailuresCritical`,
    warning: `
      ConnectionPoolExhausted DatabaseConnectionPoolExhausted DatabaseConnectionsHigh DatabaseLocks
      DatabaseReplicationLag DatabaseSlow DatabaseSlowQueries DBSlow DeadlocksDetected
      DjangoHighHttp4xxErrorRate DjangoHighHttp5xxErrorRate DjangoMigrationsUnapplied HadoopDataNodeOutOfService
      HadoopHbaseRegionCountHigh HadoopHbaseRegionServerHeapLow HadoopHbaseWriteRequestsLatencyHigh
      HadoopHdfsDiskSpaceLow HadoopLowHDFSCapacity HadoopResourceManagerMemoryHigh
      HadoopYarnContainerAllocationFailures HighDatabaseConnections HikariPoolExhausted
      PrestoHighFailedQueriesWarning PrestoHighQueuedTaskCount PrestoHighTaskFailuresWarning SlowQueries
      SlowQuery`,
    info: `
      DjangoDatabaseException`,
  },
  {
    name: "coordination",
    category: "availability",
    reason: "A service that others find each other or agree through has lost its leader or members.",
    recommendations: ["See which members are up and whether they have a leader.", "Bring members back one at a time."],
    critical: `
      ConsulAgentUnhealthy ConsulMaster ConsulMissingMasterNode ConsulPeers ConsulServiceHealthcheckFailed
      ConsulUp ZookeeperDown ZookeeperMissingLeader ZookeeperTooManyLeaders`,
    warning: `
      ZookeeperNotOk`,
  },
];
