// Monitoring itself: Prometheus, Alertmanager, Grafana, logs, traces, long-term metrics, exporters.
import type { Family } from "./family.ts";

export const monitoring: readonly Family[] = [
  {
    name: "prometheus-targets",
    category: "availability",
    reason: "What should be scraped does not answer: it is down, or cannot be reached from where Prometheus runs.",
    recommendations: [
      "Check whether the service itself works, or only its metrics endpoint.",
      "If many targets vanished together, look at service discovery, network policies and certificates.",
    ],
    critical: `
      EndpointDown JobDown NodeExporterDown PrometheusAllTargetsMissing PrometheusJobMissing
      PrometheusTargetMissing PrometheusTargetMissingWithWarmupTime ScrapeTargetDown TargetDown TargetMissing
      TargetsDown UpDown`,
  },
  {
    name: "node-exporter",
    category: "operations",
    reason: "An exporter gives no metrics, so what it watches goes unseen.",
    recommendations: ["Check whether the exporter runs and whether it can reach what it measures."],
    critical: `
      MetricsDown`,
    warning: `
      ExporterDown ExporterScrapeError KubeStateMetricsDown NodeExporterScrapeError`,
  },
  {
    name: "alertmanager",
    category: "operations",
    reason: "Alerts may not reach people: Alertmanager is away, of two minds, or its notifications fail.",
    recommendations: [
      "Look at the notification errors and the receiver they name.",
      "Check that all members load the same configuration and see each other.",
      "Until it is fixed, watch the alerts themselves.",
    ],
    critical: `
      AlertmanagerClusterCrashlooping AlertmanagerClusterDown AlertmanagerClusterFailedToSendAlerts
      AlertmanagerConfigInconsistent AlertmanagerDown AlertmanagerFailedReload AlertmanagerIsDown
      AlertmanagerMembersInconsistent PrometheusAlertmanagerNotificationFailing
      PrometheusErrorSendingAlertsToAnyAlertmanager PrometheusNotConnectedToAlertmanager`,
    warning: `
      AlertmanagerClusterFailedPeers AlertmanagerFailedToSendAlerts AlertmanagerNotificationsFailing
      AlertmanagerReceiversNotConfigured PrometheusAlertmanagerConfigNotSynced
      PrometheusAlertmanagerConfigurationReloadFailure PrometheusAlertmanagerJobMissing
      PrometheusErrorSendingAlertsToSomeAlertmanagers PrometheusNotConnectedToAlertmanagers
      PrometheusNotificationQueueRunningFull PrometheusNotificationsBacklog`,
  },
  {
    name: "prometheus",
    category: "operations",
    reason: "Prometheus does not collect, keep, evaluate or forward as it should; other alerts may be late or missing.",
    recommendations: [
      "Look at its log and at its status pages for targets, rules and configuration.",
      "Check its disk, memory and the number of series.",
      "If remote write lags, look at the other end.",
    ],
    critical: `
      PrometheusBadConfig PrometheusDown PrometheusIsDown PrometheusRemoteStorageFailures
      PrometheusRemoteWriteBehind PrometheusReplicationDown PrometheusRuleEvaluationFailures
      PrometheusRuleFailures PrometheusTargetEmpty PrometheusTargetSyncFailure
      PrometheusTemplateTextExpansionFailures PrometheusTsdbCheckpointCreationFailures
      PrometheusTsdbCheckpointDeletionFailures PrometheusTsdbCompactionsFailed
      PrometheusTsdbHeadTruncationsFailed PrometheusTsdbReloadFailures PrometheusTSDBWALCorruptions
      PrometheusTsdbWalTruncationsFailed`,
    warning: `
      PrometheusConfigurationReloadFailure PrometheusDuplicateTimestamps PrometheusHighCardinality
      PrometheusHighQueryLoad PrometheusKubernetesListWatchFailures PrometheusLabelLimitHit
      PrometheusLargeScrape PrometheusMissingRuleEvaluations PrometheusNotIngestingSamples
      PrometheusOutOfOrderTimestamps PrometheusRemoteWriteDesiredShards PrometheusRestarted
      PrometheusRuleEvaluationSlow PrometheusScrapeBodySizeLimitHit PrometheusScrapeFailing
      PrometheusScrapeSampleLimitHit PrometheusSDRefreshFailure PrometheusStorageFillingUp
      PrometheusTargetLimitHit PrometheusTargetScrapeDuplicate PrometheusTargetScrapingSlow
      PrometheusTimeseriesCardinality PrometheusTooManyRestarts PrometheusTSDBCompactionsFailing
      PrometheusTSDBHeadChunksFailing PrometheusTSDBReloadsFailing`,
  },
  {
    name: "prometheus-operator",
    category: "operations",
    reason: "The Prometheus operator cannot bring about what its resources ask for, so monitoring stays as it was.",
    recommendations: [
      "Look at the operator's log for the resource it stumbles over.",
      "Check recent changes of rules, monitors and Alertmanager configurations.",
    ],
    warning: `
      ConfigReloaderSidecarErrors PrometheusOperatorDown PrometheusOperatorListErrors
      PrometheusOperatorNodeLookupErrors PrometheusOperatorNotReady PrometheusOperatorReconcileErrors
      PrometheusOperatorRejectedResources PrometheusOperatorStatusUpdateErrors PrometheusOperatorSyncFailed
      PrometheusOperatorWatchErrors`,
  },
  {
    name: "grafana",
    category: "operations",
    reason: "Grafana or its agent fails, so dashboards and what they show are missing.",
    recommendations: ["Look at its log and at its data sources."],
    critical: `
      GrafanaAlloyServiceDown GrafanaDown`,
    warning: `
      DatasourceError DatasourceNoData GrafanaAlloyDown GrafanaRequestsFailing`,
  },
  {
    name: "log-pipeline",
    category: "operations",
    reason: "Logs are not taken in, kept or found as they should be.",
    recommendations: [
      "Look at the errors of the component and route that are named.",
      "Check its object storage, limits and memory.",
    ],
    critical: `
      LokiCompactorHasNotSuccessfullyRunCompaction LokiDown LokiProcessDown LokiRequestErrors LokiRequestLatency
      LokiRequestPanic LokiRequestPanics PromtailRequestErrors PromtailRequestLatency`,
    warning: `
      FilebeatDown FluentbitBackpressure FluentBitDown FluentBitNoOutputBytes FluentBitOutputErrors
      FluentdNodeDown FluentdQueueLengthBurst FluentdQueueLengthIncreasing FluentdRecordsCountsHigh
      LogDropRateHigh LogstashDown LokiProcessTooManyRestarts LokiRateLimited LokiTooManyCompactorsRunning
      PromtailDown PromtailFileMissing VectorDown`,
  },
  {
    name: "metrics-store",
    category: "operations",
    reason: "The long-term store of metrics does not take in, compact or answer as it should.",
    recommendations: [
      "Look at the log of the component that is named.",
      "Check its object storage, its ring and its limits.",
      "Samples are usually buffered for some hours: see how long that lasts.",
    ],
    critical: `
      CortexAlertmanagerInitialSyncFailed CortexAlertmanagerPartialStateMergeFailing
      CortexAlertmanagerPersistStateFailing CortexAlertmanagerReplicationFailing
      CortexAlertmanagerRingCheckFailing CortexAlertmanagerSyncConfigsFailing CortexAllocatingTooMuchMemory
      CortexBadRuntimeConfig CortexBucketIndexNotUpdated CortexCompactorHasNotSuccessfullyCleanedUpBlocks
      CortexCompactorHasNotSuccessfullyRunCompaction CortexCompactorHasNotUploadedBlocks
      CortexDistributorReachingInflightPushRequestLimit CortexDown CortexFrontendQueriesStuck
      CortexInconsistentRuntimeConfig CortexIngesterHasNotShippedBlocks
      CortexIngesterHasNotShippedBlocksSinceStart CortexIngesterHasUnshippedBlocks
      CortexIngesterReachingSeriesLimit CortexIngesterReachingTenantsLimit
      CortexIngesterTSDBCheckpointCreationFailed CortexIngesterTSDBCheckpointDeletionFailed
      CortexIngesterTSDBHeadCompactionFailed CortexIngesterTSDBHeadTruncationFailed
      CortexIngesterTSDBWALCorrupted CortexIngesterTSDBWALWritesFailed CortexIngesterUnhealthy
      CortexMemoryMapAreasTooHigh CortexNotConnectedToAlertmanager CortexNotificationErrors
      CortexNotificationsAreBeingDropped CortexQuerierHasNotScanTheBucket CortexRequestErrors
      CortexRulerFailedRingCheck CortexRulerTooManyFailedPushes CortexSchedulerQueriesStuck
      CortexStoreGatewayHasNotSyncTheBucket EtcdAllocatingTooMuchMemory MimirAlertmanagerPersistStateFailing
      MimirAlertmanagerReplicationFailing MimirAlertmanagerRingCheckFailing MimirAlertmanagerStateMergeFailing
      MimirAlertmanagerSyncConfigsFailing MimirBadRuntimeConfig MimirBucketIndexNotUpdated
      MimirCompactorHasConsecutiveFailures MimirCompactorHasNotUploadedBlocks MimirCompactorHasRunOutOfDiskSpace
      MimirCompactorNotCleaningUpBlocks MimirCompactorNotRunningCompaction MimirDistributorInflightRequestsHigh
      MimirDown MimirGoThreadsTooHighCritical MimirInconsistentRuntimeConfig
      MimirIngesterReachingSeriesLimitCritical MimirIngesterReachingTenantsLimitCritical
      MimirIngesterTsdbCheckpointCreationFailed MimirIngesterTsdbCheckpointDeletionFailed
      MimirIngesterTsdbHeadCompactionFailed MimirIngesterTsdbHeadTruncationFailed
      MimirIngesterTsdbWalWritesFailed MimirIngesterUnhealthy MimirKvStoreFailure MimirMemoryMapAreasTooHigh
      MimirReachingTcpConnectionsLimit MimirRequestErrors MimirRulerFailedRingCheck
      MimirRulerTooManyFailedPushes MimirRulerTooManyFailedQueries MimirSchedulerQueriesStuck
      MimirStoreGatewayHasNotSyncedBucket PromscaleDown PromscaleIngestHighErrorRate PromscaleIngestHighLatency
      PromscaleQueryHighErrorRate PromscaleQueryHighLatency RequestErrorsToAPI ThanosBucketReplicateErrorRate
      ThanosBucketReplicateRunLatency ThanosCompactIsDown ThanosNoRuleEvaluations
      ThanosQueryHttpRequestQueryErrorRateHigh ThanosQueryHttpRequestQueryRangeErrorRateHigh
      ThanosQueryInstantLatencyHigh ThanosQueryIsDown ThanosQueryRangeLatencyHigh
      ThanosReceiveHttpRequestErrorRateHigh ThanosReceiveHttpRequestLatencyHigh ThanosReceiveIsDown
      ThanosReceiveNoUpload ThanosRuleHighRuleEvaluationFailures ThanosRuleIsDown
      ThanosRuleQueueIsDroppingAlerts ThanosRuleSenderIsFailingAlerts ThanosSidecarBucketOperationsFailed
      ThanosSidecarIsDown ThanosSidecarNoConnectionToStartedPrometheus ThanosStoreIsDown VictoriaMetricsDown`,
    warning: `
      CortexGossipMembersMismatch CortexIngesterRestarts CortexIngesterTSDBWALTruncationFailed
      CortexKVStoreFailure CortexMemcachedRequestErrors CortexProvisioningTooManyActiveSeries
      CortexProvisioningTooManyWrites CortexQuerierHighRefetchRate CortexQueriesIncorrect CortexRequestLatency
      CortexRolloutStuck CortexRulerConfigurationReloadFailure CortexRulerMissedEvaluations
      CortexRulerTooManyFailedQueries CortexTenantHasPartialBlocks MimirAlertmanagerInitialSyncFailed
      MimirAlertmanagerInstanceHasNoTenants MimirCacheRequestErrors MimirCompactorSkippedBlocks
      MimirGossipMembersCountTooHigh MimirGossipMembersCountTooLow MimirGoThreadsTooHighWarning
      MimirIngestedDataTooFarInTheFuture MimirIngesterInstanceHasNoTenants
      MimirIngesterReachingSeriesLimitWarning MimirIngesterReachingTenantsLimitWarning
      MimirIngesterTsdbWalTruncationFailed MimirRingMembersMismatch MimirRulerInstanceHasNoRuleGroups
      MimirRulerMissedEvaluations MimirStoreGatewayNoSyncedTenants MimirStoreGatewayTooManyFailedOperations
      PromscaleCacheHighNumberOfEvictions PromscaleCompressionLow PromscaleIngestHighDataDuplication
      PromscaleMaintenanceJobFailures PromscaleMaintenanceJobNotKeepingup PromscaleMaintenanceJobRunningTooLong
      PromscalePostgreSQLSharedBuffersLow PromscaleStorageHighErrorRate PromscaleStorageHighLatency
      PromscaleStorageUnhealthy RowsRejectedOnIngestion ThanosCompactBucketHighOperationFailures
      ThanosCompactHalted ThanosCompactHasNotRun ThanosCompactHighCompactionFailures ThanosCompactIsNotRunning
      ThanosCompactMultipleRunning ThanosCompactorHalted ThanosCompactorHighCompactionFailures
      ThanosCompactorMultipleRunning ThanosQueryGrpcClientErrorRate ThanosQueryGrpcServerErrorRate
      ThanosQueryHighDNSFailures ThanosQueryOverload ThanosReceiveConfigReloadFailure
      ThanosReceiveHighHashringFileRefreshFailures ThanosReceiveHighReplicationFailures
      ThanosReceiveLimitsConfigReloadFailure ThanosReceiveLimitsHighMetaMonitoringQueriesFailureRate
      ThanosReceiveTenantLimitedByHeadSeries ThanosRuleAlertmanagerHighDNSFailures ThanosRuleGrpcErrorRate
      ThanosRuleQueryHighDNSFailures ThanosRuleRuleEvaluationLatencyHigh ThanosSidecarUnhealthy
      ThanosStoreBucketHighOperationFailures ThanosStoreGrpcErrorRate ThanosStoreObjstoreOperationLatencyHigh
      ThanosStoreSeriesGateLatencyHigh TooHighChurnRate TooHighSlowInsertsRate VMAgentDown`,
    info: `
      ThanosReceiveHighForwardRequestFailures ThanosRuleConfigReloadFailure ThanosRuleHighRuleEvaluationWarnings
      ThanosRuleNoEvaluationFor10Intervals`,
  },
  {
    name: "tracing",
    category: "operations",
    reason: "Traces or telemetry are dropped or cannot be read; observability suffers, users do not.",
    recommendations: [
      "Look at the queue and the errors of the component.",
      "Check whether more is sent than it is sized for.",
    ],
    critical: `
      JaegerStorageCompletelyUnavailable OpentelemetryCollectorDown OpentelemetryCollectorOtlpReceiverErrors
      OpentelemetryCollectorReceiverRefusedLogRecords OpentelemetryCollectorReceiverRefusedMetricPoints
      OpentelemetryCollectorReceiverRefusedSpans TempoBadOverrides TempoBlockListRisingQuickly
      TempoCompactionsFailing TempoCompactionTooManyOutstandingBlocksCritical TempoDistributorUsageTrackerErrors
      TempoLiveStoreUnhealthy TempoMetricsGeneratorCollectionsFailing
      TempoMetricsGeneratorProcessorUpdatesFailing TempoMetricsGeneratorUnhealthy TempoNoTenantIndexBuilders
      TempoPollsFailing TempoTenantIndexFailures TempoTenantIndexTooOld
      TempoUserConfigurableOverridesReloadFailing`,
    warning: `
      JaegerAgentHttpServerErrors JaegerAgentHTTPServerErrs JaegerAgentSpansDropped
      JaegerAgentUDPPacketsBeingDropped JaegerCassandraReadsFailing JaegerCassandraWritesFailing
      JaegerClientRpcRequestErrors JaegerClientSpansDropped JaegerCollectorDroppingSpans
      JaegerCollectorPersistenceSlow JaegerCollectorQueueNotDraining JaegerHighStorageErrorRate
      JaegerNoStorageReadsSucceeding JaegerQueryReqsFailing JaegerQueryRequestFailures
      JaegerQueryServiceHighErrorRate JaegerQueryServiceSlowResponses JaegerSamplingUpdateFailing
      JaegerServiceDiscoveryErrors JaegerSlowSingleTraceRetrieval JaegerSlowStorageOperations
      JaegerThrottlingUpdateFailing OpentelemetryCollectorExporterFailedLogRecords
      OpentelemetryCollectorExporterFailedMetricPoints OpentelemetryCollectorExporterFailedSpans
      OpentelemetryCollectorExporterQueueNearlyFull OpentelemetryCollectorHighMemoryUsage
      OpentelemetryCollectorProcessorRefusedMetricPoints OpentelemetryCollectorProcessorRefusedSpans
      OtelCollectorDown OtelCollectorDroppedSpans OtelCollectorExporterErrors
      TempoCompactionTooManyOutstandingBlocksWarning TempoDistributorUnhealthy TempoMemcachedErrorsElevated
      TempoMetricsGeneratorServiceGraphsDroppingSpans`,
  },
  {
    name: "exporters",
    category: "operations",
    reason: "An exporter fails or is slow, so what it watches goes unseen.",
    recommendations: [
      "Look at the exporter's log and at what it queries.",
      "Check credentials, rate limits and timeouts.",
    ],
    critical: `
      CephMgrPrometheusModuleInactive CloudflareMetricsDown GlusterExporterDown IstioMetricsDown
      OpenstackExporterDown PostgresHasExporterErrors PostgresqlExporterError WindowsServerCollectorError`,
    warning: `
      AzureExporterHighErrorRate AzureExporterRequestErrors AzureExporterSlowCollection
      BlackboxConfigurationReloadFailure CloudwatchApiHighRequestRate CloudwatchExporterScrapeError
      CloudwatchExporterSlowScrape DigitaloceanExporterCollectionErrors EbpfExporterDecoderErrors
      EbpfExporterNoEnabledConfigs EbpfExporterProgramNotAttached IpmiCollectorDown
      IstioMixerPrometheusDispatchesLow NodeTextFileCollectorScrapeError ProcessExporterHighContextSwitching
      ProcessExporterHighCpuUsage ProcessExporterHighDiskWriteIo ProcessExporterHighFileDescriptorUsage
      ProcessExporterHighMemoryUsage ProcessExporterHighSwapUsage SNMPExporterEmptyResponse
      StackdriverExporterHighApiCalls StackdriverExporterScrapeError StackdriverExporterScrapeErrorsIncreasing
      StackdriverExporterScrapeStale StackdriverExporterSlowScrape ZfsCollectorFailed`,
    info: `
      SNMPExporterSlowScrape`,
  },
];
