// Distributed storage and volumes.
import type { Family } from "./family.ts";

export const storage: readonly Family[] = [
  {
    name: "ceph",
    category: "storage",
    reason:
      "Distributed storage has lost disks, daemons or room; as long as redundancy is left data is safe, but not for a second failure.",
    recommendations: [
      "Look at the cluster's own health report: it names daemons and placement groups.",
      "Bring missing disks or daemons back before it fills up while it heals.",
      "When full, add capacity first, then delete.",
    ],
    critical: `
      CephadmDaemonFailed CephadmUpgradeFailed CephClusterCriticallyFull CephClusterReadOnly CephDaemonCrash
      CephDeviceFailurePredictionTooHigh CephFilesystemDamaged CephFilesystemDegraded
      CephFilesystemFailureNoStandby CephFilesystemOffline CephFilesystemReadOnly CephHealthError
      CephMgrIsAbsent CephMgrModuleCrash CephMonDiskspaceCritical CephMonDownQuorumAtRisk CephMonQuorumAtRisk
      CephMonQuorumLost CephNodeRootFilesystemFull CephObjectMissing CephOSDCriticallyFull
      CephOSDDiskNotResponding CephOSDDiskUnavailable CephOsdDown CephOSDDownHigh CephOSDFull
      CephPGBackfillAtRisk CephPgDown CephPgIncomplete CephPGRecoveryAtRisk CephPGsDamaged CephPGsInactive
      CephPgUnavailable CephPGUnavailableBlockingIO CephPoolFull CephRBDMirrorImagesNotInSync
      CephRBDMirrorImagesNotInSyncVeryHigh CephRBDMirrorImagesPerDaemonHigh CephState DrbdResourceDisconnected
      GlusterBrickDown GlusterBrickStatus GlusterBrickUtilization GlusterThinpoolDataUtilization
      GlusterThinpoolMetadataUtilization GlusterVolumeDown GlusterVolumeStatus GlusterVolumeUtilization
      LinstorNodeOffline LonghornNodeDown LonghornVolumeFaulted LonghornVolumeStatusCritical
      MinioClusterDiskOffline MinIOClusterDown MinioClusterOffline MinioDown MinioNodeDiskOffline NFSDown
      NFSServerDown PersistentVolumeUsageCritical StorageClusterDown`,
    warning: `
      CephadmPaused CephClusterErrorState CephClusterNearFull CephClusterWarningState CephDaemonSlowOps
      CephDataRecoveryTakingTooLong CephDeviceFailurePredicted CephDeviceFailureRelocationIncomplete
      CephFilesystemInsufficientStandby CephFilesystemMDSRanksLow CephHealthWarning CephHighOsdLatency
      CephMonClockSkew CephMonDiskspaceLow CephMonDown CephMonitorClockSkew CephMonitorLowSpace
      CephNodeDiskspaceWarning CephNodeDown CephOSDBackfillFull CephOSDFlapping CephOSDHostDown
      CephOSDInternalDiskSizeMismatch CephOsdNearFull CephOSDReadErrors CephOsdReweighted CephOSDSlowOps
      CephOSDTooManyRepairs CephPgActivationLong CephPgBackfillFull CephPGImbalance CephPgInconsistent
      CephPGNotDeepScrubbed CephPGNotScrubbed CephPGRepairTakingTooLong CephPGsHighPerOSD CephPGsUnclean
      CephPoolBackfillFull CephPoolGrowthWarning CephPoolNearFull CephRBDMirrorImageTransferBandwidthHigh
      CephSlowOps LonghornBackupFailed LonghornDiskStorageWarning LonghornInstanceManagerCPUUsageWarning
      LonghornNodeCPUUsageWarning LonghornNodeStorageWarning LonghornVolumeActualSpaceUsedWarning
      LonghornVolumeDegraded LonghornVolumeStatusWarning MinIOClusterDisksOffline MinIOClusterDrivesOffline
      MinIOClusterNodesOffline MinioDiskOffline MinioDiskSpaceUsage MinioNodeOffline NFSStale
      NVMeoFGatewayOpenSecurity NVMeoFHighClientCount NVMeoFHighReadLatency NVMeoFHighWriteLatency
      NVMeoFHostKeepAliveTimeout NVMeoFMaxGatewayGroups NVMeoFMaxGatewayGroupSize NVMeoFMissingListener
      NVMeoFMultipleNamespacesOfRBDImage NVMeoFSingleGateway NVMeoFSubsystemNamespaceLimit NVMeoFTooManyGateways
      NVMeoFTooManyNamespaces NVMeoFTooManySubsystems NVMeoFVersionMismatch NVMeoFZeroListenerSubsystem
      OpenebsUsedPoolCapacity PersistentVolumeUsageNearFull S3BucketErrors VolumeDegraded`,
  },
];
