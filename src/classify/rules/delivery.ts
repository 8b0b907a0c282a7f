// Delivery of changes: GitOps, builds, GitLab; and licences.
import type { Family } from "./family.ts";

export const delivery: readonly Family[] = [
  {
    name: "gitops",
    category: "operations",
    reason: "What is declared in Git is not what runs: a sync failed, waits, or is switched off.",
    recommendations: [
      "Look at the difference and the last sync error of the application that is named.",
      "If the change is wrong, take it back in Git.",
    ],
    critical: `
      ArgoAppMissing ArgoCDDown PollingMonitorItemsOverThreshold SpinnakerDeadMessages
      SpinnakerPollingMonitorItemsOverThreshold`,
    warning: `
      ArgoAppOutOfSync ArgoAppSyncFailed ArgoCdAppAutoSyncDisabled ArgoCdAppControllerHighReconciliationDuration
      ArgoCDAppDegraded ArgoCDAppOutOfSync ArgoCdAppSyncFailed ArgoCDAppUnhealthy ArgoCdClusterConnectionError
      ArgoCdGitRequestErrors ArgoCdHighGrpcErrorRate ArgoCdHighKubectlPendingExec
      ArgoCdHighKubectlRateLimiterDuration ArgoCdHighKubectlRequestDuration ArgoCdHighKubectlRequestRetryRate
      ArgoCdNotificationDeliveryFailed ArgoCdRepoServerHighGitRequestDuration ArgoCdRepoServerPendingRequests
      ArgoCdRolloutProgressing ArgocdServiceNotSynced ArgocdServiceUnhealthy ArgoCDSyncFailed
      FluxHelmreleaseFailure FluxHelmReleaseNotReady FluxImageIssue FluxKustomizationFailure
      FluxKustomizationNotReady FluxNotReady FluxReconciliationFailure FluxSourceIssue GitRepositoryNotReady
      HelmReleaseFailed HelmReleaseNotReady KustomizationFailed ReconciliationFailure
      SpinnakerApiRateLimitThrottling SpinnakerAwsRateLimiting SpinnakerCircuitBreakerOpen
      SpinnakerClouddriverHighErrorRate SpinnakerHighApiErrorRate SpinnakerOrcaQueueBackingUp
      SpinnakerOrcaQueueMessageLagHigh SpinnakerPollingMonitorFailures SpinnakerThreadPoolExhaustion
      SpinnakerZombieExecutions`,
    info: `
      FluxSuspended`,
  },
  {
    name: "ci",
    category: "operations",
    reason: "Builds or deliveries fail or wait.",
    recommendations: ["Look at the log of the last failed run.", "Check that runners are online and have room."],
    critical: `
      GitlabDown HarborComponentStatus JenkinsBuildsHealthScore JenkinsDown JenkinsHealthcheck
      JenkinsNodeOffline JenkinsNoNodeOnline`,
    warning: `
      BuildFailed CanaryFailed DeployFailed GithubActionsFailed GitlabCiPipelineCreationSlow
      GitlabCiPipelineFailuresIncreasing GitlabCiRunnerAuthenticationFailures GitLabHighJobRegistrationFailures
      GitLabHighRunnerAuthFailure GitlabPipelineFailed GitlabRunnerDown GitlabRunnerOffline
      GitlabVersionMismatch JenkinsBuildFailed JenkinsBuildTestsFailing JenkinsLastBuildFailed
      JenkinsOutdatedPlugins JenkinsQueueTooLong JenkinsRunFailureTotal PipelineFailed ReleaseFailed
      RolloutFailed TektonPipelineFailed`,
  },
  {
    name: "gitlab",
    category: "application",
    reason: "Requests or background jobs of the application fail.",
    recommendations: ["Look at its log for the error that is new.", "Check database, cache and storage behind it."],
    critical: `
      EmailErrorsHigh GitLabHigh5xxResponses GitlabHighHttpErrorRate GitlabWorkhorseHighErrorRate`,
    warning: `
      GitlabGitalyHighGrpcErrorRate GitLabHigh4xxResponses GitlabRackUncaughtErrors GitlabSidekiqJobsFailing`,
  },
  {
    name: "gitlab-database",
    category: "database",
    reason: "The application's database connections are used up or broken.",
    recommendations: ["See who holds connections, and for how long."],
    warning: `
      GitlabDatabaseConnectionPoolDeadConnections GitlabDatabaseConnectionPoolSaturation
      GitlabDatabaseConnectionPoolWaiting`,
  },
  {
    name: "gitlab-performance",
    category: "performance",
    reason: "The application is slow, or its work piles up.",
    recommendations: ["See what it waits for: database, storage, workers."],
    warning: `
      GitlabGitalyHighRpcLatency GitlabHighHttpRequestLatency GitlabPumaHighQueuedConnections
      GitlabSidekiqHighJobCompletionTime GitlabSidekiqHighQueueLatency GitlabSidekiqQueueTooLarge
      GitlabWorkhorseHighIn-flightRequests GitlabWorkhorseHighLatency`,
  },
  {
    name: "gitlab-limits",
    category: "resource",
    reason: "The application runs out of workers, memory or another limit.",
    recommendations: ["See which limit it is and what uses it up."],
    critical: `
      GitlabGitalyCircuitBreakerTripped GitlabGitalyResourceExhausted GitlabPumaNoAvailablePoolCapacity`,
    warning: `
      GitlabGitalyAuthenticationFailures GitlabGitalyCpuThrottled GitlabHighFileDescriptorUsage
      GitlabHighMemoryUsage GitlabPumaWorkersNotRunning GitlabRubyHeapFragmentation GitlabRubyThreadsSaturated`,
  },
  {
    name: "licences",
    category: "operations",
    reason: "A licence runs out or its limits are reached.",
    recommendations: ["Renew it before it ends: some products stop on the day."],
    critical: `
      LicenseExpired`,
    warning: `
      LicenseExpiresSoon LicenseExpiry LicenseExpirySoon LicenseWarning`,
  },
];
