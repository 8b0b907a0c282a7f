// Language runtimes, jobs, and services of one's own.
import type { Family } from "./family.ts";

export const applications: readonly Family[] = [
  {
    name: "runtime-limits",
    category: "resource",
    reason: "A process runs out of memory, threads or another of its limits.",
    recommendations: [
      "Compare with the last version and the load: a leak grows without load.",
      "Take a profile or dump before restarting it.",
    ],
    critical: `
      FreeswitchSessionsCritical JvmThreadsDeadlocked NoUserCapacity`,
    warning: `
      AsteriskHighActiveCallsCount EventLoopLag FileDescriptorsExhausted FlinkAllTaskSlotsUsed
      FlinkJobmanagerHeapMemoryHigh FlinkTaskmanagerHeapMemoryHigh FreeswitchSessionsWarning
      GoGoroutineCountHigh GoGoroutineSpike GoHeapIn-useGrowing GoHeapObjectsCountHigh GoMemoryLeak
      GoMemoryUsageHigh GoroutinesHigh GoStackMemoryHigh GoThreadCountHigh JvmClassLoadingAnomaly
      JvmDirectBufferPoolFillingUp JvmFileDescriptorsExhaustion JvmHeapHigh JVMHeapUsageHigh JvmMemoryFillingUp
      JVMMemoryHigh JvmNon-heapMemoryFillingUp JvmObjectsPendingFinalization JvmThreadCountHigh
      JvmThreadsBlocked MemoryLeak NodejsEventLoopLag PythonFileDescriptorsExhaustion
      PythonGcObjectsUncollectable PythonVirtualMemoryHigh RubyAllocatedObjectsSpike RubyHeapFreeSlotsHigh
      RubyHeapLiveSlotsHigh RubyRssHigh SparkExecutorHighDiskSpill SparkWorkerCoresExhausted
      SparkWorkerMemoryExhausted ThreadPoolExhaustion ThreadPoolSaturated ThreadStarvation WorkerPoolExhausted`,
  },
  {
    name: "runtime-pauses",
    category: "performance",
    reason: "A process spends its time on garbage collection, waiting or queues instead of work.",
    recommendations: [
      "Look at the allocation rate and the size of the heap.",
      "Find the slowest stage and what it waits for.",
    ],
    warning: `
      FlinkCheckpointDurationHigh FlinkTaskBackpressured FlinkTaskHighBackpressureTime
      FlinkTaskmanagerGcTimeHigh GcOverhead GCPauseHigh GoGcCpuFractionHigh GoGcDurationHigh HighGCTime
      JvmCompilationTimeSpike JvmGcPauseTooLong JVMGCTimeHigh JvmGcTimeTooHigh JvmOldGenGcFrequency LongGCPauses
      PythonGcCollectionsHigh PythonGcGeneration2CollectionsHigh RubyMajorGcRateHigh SparkExecutorHighGcTime`,
  },
  {
    name: "runtimes",
    category: "application",
    reason: "An application or its workers fail or stand still.",
    recommendations: [
      "Look at its log for the error that is new, and at its last deployment.",
      "Check what it depends on.",
    ],
    critical: `
      ApacheAirflowDAGFailures ApacheAirflowDAGScheduleDelayCritical ApacheAirflowStarvingPoolTasks
      ApplicationDown AsteriskHighScrapeTime AsteriskRestarted FlinkJobIsNotRunning
      FlinkNoTaskmanagersRegistered FreeswitchDown NodejsDown ProviderFailedBecauseGetGenesisFailed
      ProviderFailedBecauseGetGenesisTimeout ProviderFailedBecauseNet_versionFailed
      ProviderFailedBecauseNet_versionTimeout SparkExecutorAllTasksFailing SparkNoAliveWorkers
      StoreConnectionVerySlow`,
    warning: `
      AirflowDAGFailure AirflowTaskFailed ApacheAirflowDAGScheduleDelayWarning APIErrorRateHigh AppErrors
      ApplicationErrors AsteriskReloaded CeleryTaskFailures CeleryTaskHighFailRate CeleryTasksFailing
      CeleryWorkerDown ErrorRate ErrorRateHigh ExceptionsHigh FlinkCheckpointFailures FlinkJobFailed
      FlinkJobRestartIncreasing FlinkNoRecordsProcessed HighErrorLogRate HighErrorRate HighFailureRate
      JobFailures LitellmProviderSpendOverBudget RequestErrors SidekiqJobsFailing
      SparkExecutorHighTaskFailureRate SparkJobFailed SparkTooManyWaitingApps StoreConnectionSlow TaskFailures
      TooManyExceptions UnhandledExceptions`,
  },
  {
    name: "services-down",
    category: "availability",
    reason: "A service does not answer; its users are without it.",
    recommendations: [
      "Look at its instances and their logs, and at the last rollout.",
      "Check what it depends on, and the network between.",
      "If it does not come back soon, switch to a fallback and tell its users.",
    ],
    critical: `
      AllInstancesDown ApiDown AppDown ApplicationUnavailable HealthCheckFailed HealthCheckFailing
      NoHealthyInstances NoHeartbeat Outage ServiceDown ServiceNotResponding ServiceOutage ServiceUnavailable
      SiteUnavailable`,
  },
  {
    name: "service-objectives",
    category: "availability",
    reason: "A service uses up the errors its objective allows too fast.",
    recommendations: [
      "See since when, and for which requests.",
      "Compare with the last rollout and with what the service depends on.",
    ],
    critical: `
      ErrorBudgetBurnFast SLOErrorBudgetExhausted`,
    warning: `
      AvailabilityBelowSLO ErrorBudgetBurn ErrorBudgetBurnRate SLABreach SLOBreach SLOBurnRate SLOBurnRateHigh
      SLOViolation`,
  },
  {
    name: "slow-services",
    category: "performance",
    reason: "A service answers, but slowly.",
    recommendations: [
      "See which requests are slow, and since when.",
      "Look at what it waits for: database, other services, locks, CPU.",
    ],
    warning: `
      APIHighRequestLatency HighLatency HighP99Latency HighQueueTime HighReadLatency HighRequestDuration
      HighRequestLatency HighTimeoutRate HighWriteLatency LatencyHigh LatencySLOBreach P95LatencyHigh
      P99LatencyHigh RequestLatencyHigh RequestTimeouts ResponseTimeHigh SlowRequests SlowResponse SlowResponses
      SlowResponseTime`,
  },
];
