// Kubernetes: kube-prometheus, awesome-prometheus-alerts, OpenShift, autoscalers.
import type { Family } from "./family.ts";

export const kubernetes: readonly Family[] = [
  {
    name: "monitoring-kube-state-metrics",
    category: "operations",
    reason: "kube-state-metrics does not see all of Kubernetes, so other alerts may be missing or wrong.",
    recommendations: [
      "Look at the logs of kube-state-metrics for refused or failed API calls.",
      "With several shards check that their number and ordinals agree.",
    ],
    critical: `
      KubeStateMetricsListErrors KubeStateMetricsShardingMismatch KubeStateMetricsShardsMissing
      KubeStateMetricsWatchErrors`,
  },
  {
    name: "kubernetes-certificates",
    category: "security",
    reason:
      "A certificate of the Kubernetes control plane or a kubelet runs out or cannot be renewed; past its end the component is locked out.",
    recommendations: [
      "Find the certificate and its end date, and why it was not renewed.",
      "Approve pending certificate signing requests, or rotate it by hand.",
    ],
    critical: `
      KubeClientCertificateExpiration KubeletClientCertificateExpiration KubeletServerCertificateExpiration
      KubernetesCertificateExpired KubernetesClientCertificateExpiresSoon`,
    warning: `
      KubeletClientCertificateRenewalErrors KubeletServerCertificateRenewalErrors
      KubernetesClientCertificateExpiresNextWeek`,
  },
  {
    name: "kubernetes-volumes",
    category: "storage",
    reason:
      "A volume or a node's disk is full, will soon be, or cannot be provided; what writes to it stops or is evicted.",
    recommendations: [
      "Free space or enlarge the volume, if its storage class allows it.",
      "Find out what grows: logs, temporary files, retention that is too long.",
      "For a pending claim look at the events of the claim and its storage class.",
    ],
    critical: `
      KubePersistentVolumeErrors KubePersistentVolumeFillingUp KubePersistentVolumeFull
      KubePersistentVolumeInodesFillingUp KubePersistentVolumeUsageCritical KubernetesNodeDiskPressure
      KubernetesPersistentvolumeError KubernetesVolumeFullInFourDays`,
    warning: `
      ContainerVolumeUsage KubePersistentVolumeFullInFourDays KubernetesPersistentvolumeclaimPending
      KubernetesPersistentvolumeFillingUp KubernetesVolumeOutOfDiskSpace`,
  },
  {
    name: "kubernetes-etcd",
    category: "kubernetes",
    reason:
      "etcd keeps the state of the cluster; when it is slow or without a majority, nothing in the cluster can change.",
    recommendations: [
      "Check that a majority of members is up and can reach each other.",
      "Look at the latency of its disks: etcd needs fast, undisturbed writes.",
      "When its quota fills up, compact and defragment.",
    ],
    critical: `
      etcdBackendQuotaLowSpace etcdDatabaseQuotaLowSpace EtcdDown etcdHighNumberOfFailedGRPCRequests
      EtcdHighNumberOfFailedGrpcRequestsCritical EtcdHighNumberOfFailedHttpRequestsCritical
      EtcdInsufficientMembers etcdMemberDown EtcdNoLeader etcdSignerCAExpirationCritical`,
    warning: `
      etcdDatabaseHighFragmentationRatio etcdExcessiveDatabaseGrowth EtcdGrpcRequestsSlow
      EtcdHighCommitDurations EtcdHighFsyncDurations EtcdHighNumberOfFailedGrpcRequestsWarning
      etcdHighNumberOfFailedHTTPRequests EtcdHighNumberOfFailedHttpRequestsWarning
      EtcdHighNumberOfFailedProposals EtcdHighNumberOfLeaderChanges etcdHTTPRequestsSlow
      EtcdMemberCommunicationSlow EtcdMembersDown etcdMemberUnhealthy`,
  },
  {
    name: "kubernetes-resources",
    category: "resource",
    reason: "CPU, memory or a quota is at its limit, or promised more than once; containers are slowed down or killed.",
    recommendations: [
      "Compare the requests and limits of the containers with what they use.",
      "Raise the limit or quota, add nodes, or find what uses more than before.",
    ],
    critical: `
      KubernetesNodeMemoryPressure`,
    warning: `
      ContainerCpuUsage ContainerCpuUsageHigh ContainerHighCpuUtilization ContainerHighMemoryUsage
      ContainerHighThrottleRate ContainerMemoryUsage ContainerMemoryUsageHigh ContainerOOMKilled
      CPUThrottlingHigh KubeContainerOOMKilled KubeCPUOvercommit KubeCPUQuotaOvercommit KubeMemoryOvercommit
      KubeMemoryQuotaOvercommit KubeMemOvercommit KubeMemQuotaOvercommit KubePodOOMKilled KubeQuotaExceeded
      KubernetesContainerOomKiller OOMKilled PodOOMKilled`,
    info: `
      ContainerHighLowChangeCpuUsage ContainerLowCpuUtilization ContainerLowMemoryUsage KubeNodePressure
      KubeQuotaAlmostFull KubeQuotaFullyUsed KubernetesHpaUnderutilized`,
  },
  {
    name: "kubernetes-node-network",
    category: "network",
    reason: "A node has no working pod network; pods on it cannot be reached.",
    recommendations: ["Look at the pods of the network plugin on that node."],
    critical: `
      KubernetesNodeNetworkUnavailable`,
  },
  {
    name: "kubernetes-control-plane",
    category: "kubernetes",
    reason:
      "A part of the control plane is away, failing or slow; running pods go on, but nothing new is started, moved or healed.",
    recommendations: [
      "Look at the pods and logs of that component, and of etcd behind it.",
      "Check whether a client floods the API server.",
      "If all of it vanished at once, suspect the scrape or its certificates first.",
    ],
    critical: `
      APIServerDown K8SApiserverDown K8SControllerManagerDown K8SSchedulerDown KubeAPIDown
      KubeAPIErrorBudgetBurn KubeApiServerDown KubeControllerManagerDown KubeProxyDown KubernetesApiClientErrors
      KubernetesApiServerDown KubernetesApiServerErrors KubeSchedulerDown`,
    warning: `
      KubeAggregatedAPIDown KubeAggregatedAPIErrors KubeAPIErrorsHigh KubeAPIInstanceUnreachable
      KubeAPILatencyHigh KubeApiServerLatency KubeAPITerminatedRequests KubeClientErrors
      KubeControllerManagerInstanceUnreachable KubeProxyInstanceUnreachable KubernetesApiServerLatency
      KubeSchedulerInstanceUnreachable KubeVersionMismatch`,
  },
  {
    name: "kubernetes-nodes",
    category: "kubernetes",
    reason: "Kubernetes cannot use a node, or only in part; its pods are moved to others if there is room.",
    recommendations: [
      "Look at the node's conditions and the kubelet's log.",
      "Check that the other nodes have room for its pods.",
      "If the machine is gone, remove or replace it.",
    ],
    critical: `
      K8SKubeletDown K8SManyNodesNotReady K8SNodeNotReady KubeletDown KubeNodeNotReady KubernetesNodeDown
      KubernetesNodeNotReady NodeNotReady`,
    warning: `
      K8SKubeletTooManyPods KubeletInstanceUnreachable KubeletPlegDurationHigh KubeletPodStartUpLatencyHigh
      KubeNodeCordoned KubeNodeReadinessFlapping KubeNodeUnreachable KubernetesNodeOutOfPodCapacity
      KubernetesNodeSchedulingDisabled NodeWithImpairedVolumes`,
    info: `
      KubeletTooManyPods KubeNodeEviction`,
  },
  {
    name: "kubernetes-scaling",
    category: "kubernetes",
    reason: "Scaling has come to an end or does not work, so load may grow without room to grow into.",
    recommendations: [
      "Compare the maximum with what is needed now.",
      "Look at the events of the autoscaler: metrics it cannot read, nodes it cannot get.",
    ],
    critical: `
      ClusterAutoscalerAllNodeGroupsAtCapacity ClusterAutoscalerNoHealthyNodeGroups`,
    warning: `
      ClusterAutoscalerErrors ClusterAutoscalerNodeCountNearCapacity ClusterAutoscalerNodeGroupAtCapacity
      ClusterAutoscalerNodeGroupUnhealthy ClusterAutoscalerUnschedulablePods HPAMaxedOut
      KarpenterCloudProviderErrors KarpenterClusterStateNotSynced KarpenterNodeClaimsTerminationDurationHigh
      KarpenterNodepoolNearCapacity KarpenterSchedulerQueueDepthHigh KedaScaledJobErrors KedaScaledObjectErrors
      KedaScaledObjectPaused KedaScalerDetailErrors KedaScalerLatencyHigh KubeHpaAtMax KubeHpaMaxedOut
      KubeHpaReplicasMismatch KubernetesHpaMetricsUnavailability KubernetesHpaScaleInability`,
    info: `
      KubernetesHpaScaleMaximum`,
  },
  {
    name: "kubernetes-jobs",
    category: "kubernetes",
    reason: "A job or cron job did not do its work in time or failed.",
    recommendations: [
      "Look at the logs of the job's last pod.",
      "Check what depends on its result; run it again once the cause is gone.",
    ],
    warning: `
      CronJobStatusFailed KubeCronJobRunning KubeCronJobSuspended KubeJobCompletion KubeJobFailed
      KubeJobNotCompleted KubernetesJobFailed KubernetesJobNotStarting KubernetesJobSlowCompletion`,
  },
  {
    name: "kubernetes-workloads",
    category: "kubernetes",
    reason: "A workload does not run as declared: pods crash, wait or are missing.",
    recommendations: [
      "Look at the events and the previous logs of the pods.",
      "Check what changed last: image, configuration, secrets, limits.",
      "If a rollout caused it, roll it back.",
    ],
    critical: `
      DeploymentUnavailable KubernetesCronjobFailing KubernetesDaemonsetMisscheduled
      KubernetesDeploymentGenerationMismatch KubernetesPodNotHealthy KubernetesStatefulsetDown
      KubernetesStatefulsetGenerationMismatch`,
    warning: `
      DeploymentReplicasMismatch ImagePullBackOff KubeContainerWaiting KubeDaemonSetMisScheduled
      KubeDaemonSetNotReady KubeDaemonSetNotScheduled KubeDaemonSetRolloutStuck KubeDeploymentGenerationMismatch
      KubeDeploymentReplicasMismatch KubeDeploymentRolloutStuck KubePdbNotEnoughHealthyPods KubePodCrashLooping
      KubePodFrequentlyRestarting KubePodImagePullBackOff KubePodNotReady KubePodPending KubeReplicaSetNotReady
      KubernetesCronjobSuspended KubernetesCronjobTooLong KubernetesDaemonsetRolloutStuck
      KubernetesDeploymentReplicasMismatch KubernetesPodCrashLooping KubernetesPodNotReady
      KubernetesReplicasetReplicasMismatch KubernetesStatefulsetReplicasMismatch
      KubernetesStatefulsetUpdateNotRolledOut KubeStatefulSetGenerationMismatch KubeStatefulSetReplicasMismatch
      KubeStatefulSetRolloutStuck KubeStatefulSetUpdateNotRolledOut PodCrashLooping PodFrequentlyRestarting
      PodNotReady PodPending PodRestarting`,
  },
  {
    name: "openshift-cluster",
    category: "kubernetes",
    reason: "The cluster's own operators report that a part of the platform is degraded or cannot be upgraded.",
    recommendations: [
      "Look at the status of the cluster operator that is named, and its conditions.",
      "Hold upgrades back until it is healthy.",
    ],
    critical: `
      ClusterOperatorDown ClusterVersionOperatorDown MachineAPIOperatorMetricsCollectionFailing`,
    warning: `
      APIRemovedInNextReleaseInUse CannotRetrieveUpdates ClusterNotUpgradeable ClusterOperatorDegraded
      ClusterOperatorFlapping ClusterProxyApplySlow KubeletHealthState MachineNotYetDeleted
      MachineWithNoRunningPhase MachineWithoutValidNode MCDDrainError MCDPivotError MCDRebootError
      PodDisruptionBudgetAtLimit SystemMemoryExceedsReservation`,
    info: `
      APIRemovedInNextEUSReleaseInUse InsightsDisabled SimpleContentAccessNotAvailable UpdateAvailable`,
  },
  {
    name: "containers",
    category: "application",
    reason: "A container was stopped or is no longer seen.",
    recommendations: [
      "Find out who stopped it: the kernel, an operator, or itself.",
      "Start it again if it should run.",
    ],
    warning: `
      ContainerAbsent ContainerKilled`,
  },
  {
    name: "nomad",
    category: "infrastructure",
    reason: "Nomad cannot place or keep the work it was given.",
    recommendations: [
      "Look at the evaluation and its placement failures.",
      "Check that clients are ready and have room.",
    ],
    warning: `
      NomadBlockedEvaluation NomadJobFailed NomadJobLost NomadJobQueued`,
  },
];
